import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../lib/errors.js';
import { elementsOf, mapTensors, tensorOf, withPrefix, withoutPrefix } from '../lib/tensors.js';
import { runOnWasm } from './helpers/wasm.js';

runOnWasm();

describe('tensors by name', () => {
  const named = () => ({ w: tf.scalar(2), 'cell/w': tf.scalar(3) });

  it('take a prefix and give it back', () => {
    const tensors = named();
    const prefixed = withPrefix('state', tensors);
    expect(Object.keys(prefixed)).toEqual(['state/w', 'state/cell/w']);
    expect(withoutPrefix('state', { ...prefixed, 'stateful/w': tf.scalar(0) })).toEqual(tensors);
    expect(withoutPrefix('state/cell', prefixed).w).toBe(tensors['cell/w']);
  });

  it('are mapped under the same names', () => {
    const doubled = mapTensors(named(), (tensor, name) =>
      tf.mul(tensor, name === 'w' ? 2 : tf.scalar(10)),
    );
    expect(Object.entries(doubled).map(([name, t]) => [name, t.dataSync()[0]])).toEqual([
      ['w', 4],
      ['cell/w', 30],
    ]);
  });

  it('are asked for by name, with an error that says who asked and what to do', () => {
    const tensors = named();
    expect(tensorOf(tensors, 'w', 'test')).toBe(tensors.w);
    expect(() => tensorOf(tensors, 'toString', 'test')).toThrow(ConfigError);
    expect(() => tensorOf(tensors, 'v', 'test', 'add it')).toThrow(
      'test: expected a tensor called "v", got none; add it',
    );
  });
});

describe('elementsOf', () => {
  it('multiplies the sizes; a scalar has one element', () => {
    expect(elementsOf([2, 3, 4])).toBe(24);
    expect(elementsOf([5, 0])).toBe(0);
    expect(elementsOf([])).toBe(1);
  });
});
