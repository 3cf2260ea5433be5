import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import { eagerProgram } from '../../lib/runtime/eager-program.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

describe('eagerProgram', () => {
  it('owns copies of its state, leaves no tensor behind and frees all at the end', () => {
    const before = tf.memory().numTensors;
    const total = tf.scalar(1);
    const program = eagerProgram(
      { total },
      {
        add: {
          inputs: { x: { shape: [] } },
          step: (state, { x }) => {
            const sum = tf.add(state.total, tf.square(x));
            return { outputs: { sum }, state: { total: sum } };
          },
        },
      },
    );
    total.dispose();
    expect(tf.memory().numTensors).toBe(before + 1);
    const x = tf.scalar(3);
    const { sum } = program.run('add', { x });
    expect(sum.dataSync()[0]).toBe(10);
    tf.dispose([sum, x]);
    expect(tf.memory().numTensors).toBe(before + 1);
    program.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('changes nothing when a name to load is unknown', () => {
    const program = eagerProgram({ a: tf.scalar(1) }, {});
    expect(() => {
      program.load({ a: tf.scalar(2), b: tf.scalar(2) });
    }).toThrow(ConfigError);
    expect(program.state().a.dataSync()[0]).toBe(1);
  });
});
