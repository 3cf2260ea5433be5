import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import { applyNetwork } from '../../lib/nn/apply.js';
import { constant } from '../../lib/nn/initializers.js';
import type { Network } from '../../lib/nn/scope.js';
import { runOnWasm } from '../helpers/wasm.js';

runOnWasm();

const image = () => tf.ones<tf.Rank.R4>([1, 2, 2, 3]);
const w = () => tf.scalar(4);

const network: Network = (scope, x) => {
  const value = scope.child('layer').variable('w', [], constant(0));
  scope.child('layer').update('mean', tf.mul(value, 2));
  return tf.mul<tf.Tensor4D>(x, scope.progress ?? value);
};

describe('applyNetwork', () => {
  it('runs a network with the given variables and returns its updates', () => {
    const { output, updates } = applyNetwork(network, { 'layer/w': w() }, image());
    expect(output.dataSync()[0]).toBe(4);
    expect(Object.keys(updates)).toEqual(['layer/mean']);
    expect(updates['layer/mean'].dataSync()[0]).toBe(8);
  });

  it('tells the network its progress, and whether it trains', () => {
    const training = { progress: tf.scalar(0.25) };
    const trained = applyNetwork(network, { 'layer/w': w() }, image(), training);
    expect(trained.output.dataSync()[0]).toBe(0.25);
    const seen: boolean[] = [];
    const looking: Network = (scope, x) => {
      seen.push(scope.training);
      return x;
    };
    applyNetwork(looking, {}, image());
    applyNetwork(looking, {}, image(), {});
    expect(seen).toEqual([false, true]);
  });

  it('asks for every variable', () => {
    expect(() => applyNetwork(network, { w: w() }, image())).toThrow(ConfigError);
    expect(() => applyNetwork(network, { w: w() }, image())).toThrow(
      'applyNetwork: expected a tensor called "layer/w", got none',
    );
  });

  it('seeds each place by the seed of the step and its own name', () => {
    const seeds = (step: number | undefined) => {
      const found: (number[] | undefined)[] = [];
      const looking: Network = (scope, x) => {
        for (const name of ['a', 'b', 'a']) {
          const seed = scope.child(name).seed('dropout');
          found.push(seed && [...seed.dataSync()]);
        }
        return x;
      };
      const seed = step === undefined ? undefined : tf.scalar(step, 'int32');
      applyNetwork(looking, {}, image(), { seed });
      return found;
    };
    expect(seeds(undefined)).toEqual([undefined, undefined, undefined]);
    const [a, b, again] = seeds(7);
    expect([a![0], b![0]]).toEqual([7, 7]);
    expect(a![1]).not.toBe(b![1]);
    expect(again).toEqual(a);
    expect(seeds(8)[0]).toEqual([8, a![1]]);
  });
});
