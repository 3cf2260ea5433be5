import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { applyUpdates, disposeReplaced } from '../../lib/optimizer/apply-updates.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

describe('applyUpdates', () => {
  it('adds the updates and keeps the tensors that have none', () => {
    const p = { a: tf.scalar(1), b: tf.scalar(2) };
    const after = applyUpdates(p, { a: tf.scalar(0.5) });
    expect([...after.a.dataSync()]).toEqual([1.5]);
    expect(after.b).toBe(p.b);
    disposeReplaced(p, after);
    expect([p.a.isDisposed, p.b.isDisposed]).toEqual([true, false]);
  });

  it('refuses an update of a parameter that does not exist', () => {
    expect(() => applyUpdates({ a: tf.scalar(1) }, { toString: tf.scalar(1) })).toThrow(
      'applyUpdates: expected a tensor called "toString", got none',
    );
  });
});
