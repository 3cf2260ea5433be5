import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyNetwork } from '../../lib/nn/apply.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import { convolution, depthwiseConvolution, dropPath, dropout } from '../../lib/nn/layers.js';
import type { Network } from '../../lib/nn/scope.js';
import { backends, useBackend } from '../helpers/backends.js';

describe('convolutions', () => {
  beforeAll(() => useBackend(backends[0]));

  it('name their weights and know their size', () => {
    const network: Network = (scope, x) => {
      const y = convolution(scope.child('a'), x, { filters: 8, kernel: 3, stride: 2 });
      return depthwiseConvolution(scope.child('b'), y, { kernel: 5, name: 'depthwise', rate: 2 });
    };
    const { variables, outputShape } = declareNetwork(network, [1, 9, 7, 3]);
    expect(outputShape).toEqual([1, 5, 4, 8]);
    expect(variables.map(({ name, shape, outputAxis }) => [name, shape, outputAxis])).toEqual([
      ['a/weights', [3, 3, 3, 8], 3],
      ['b/depthwise', [5, 5, 8, 1], 2],
    ]);
  });
});

describe.each(backends)('layers that drop, on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  const ones = () => tf.ones<tf.Rank.R4>([40, 5, 5, 4]);
  const run = (network: Network, step: number | undefined) => {
    const seed = step === undefined ? undefined : tf.scalar(step, 'int32');
    return applyNetwork(network, {}, ones(), { seed }).output;
  };
  const dropped: Network = (scope, x) => dropout(scope, x, 0.8);
  const cut: Network = (scope, x) => dropPath(scope, x, tf.scalar(0.5));

  it('dropout keeps elements with the given probability and scales them up', () => {
    const values = [...run(dropped, 1).dataSync()];
    const kept = values.filter((value) => value > 0);
    expect(kept.every((value) => Math.abs(value - 1.25) < 1e-6)).toBe(true);
    expect(kept.length / values.length).toBeCloseTo(0.8, 1);
    expect([...run(dropped, 1).dataSync()]).toEqual(values);
    expect([...run(dropped, 2).dataSync()]).not.toEqual(values);
  });

  it('drop path keeps or drops whole images', () => {
    const sums = [...tf.sum(run(cut, 1), [1, 2, 3]).dataSync()];
    expect(new Set(sums)).toEqual(new Set([0, 2 * 100]));
  });

  it('leave everything as it is without a seed, and at inference', () => {
    for (const network of [dropped, cut]) {
      expect(tf.min(run(network, undefined)).dataSync()[0]).toBe(1);
      const { output } = applyNetwork(network, {}, ones());
      expect(tf.max(output).dataSync()[0]).toBe(1);
    }
  });
});
