import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { BackendError } from '../../lib/errors.js';
import { adam } from '../../lib/optimizer/adam.js';
import { sgd } from '../../lib/optimizer/sgd.js';
import { compile } from '../../lib/runtime/compile.js';
import { backends, useBackend } from '../helpers/backends.js';
import {
  smallNetwork,
  smallSupernet,
  train,
  trainingProblem,
} from '../helpers/runtime/training.js';

describe.runIf(backends.includes('tensorflow'))('a compiled step', () => {
  beforeAll(() => useBackend('tensorflow'));

  it.each([
    ['a supernet with SGD', smallSupernet, sgd({ weightDecay: 3e-4 }), 20],
    ['a supernet with Adam', smallSupernet, adam(), 20],
    ['a network with dropout', smallNetwork(1), sgd(), 15],
    ['a network with dropout and drop path', smallNetwork(0.6), adam(), 15],
  ] as const)('gives the losses and weights of eager steps: %s', (_, network, optimizer, steps) => {
    const { initial, steps: definitions } = trainingProblem(network, optimizer);
    const eager = compile(initial, definitions, { mode: 'eager' });
    const graph = compile(initial, definitions, { mode: 'graph' });
    const expected = train(eager, steps);
    const losses = train(graph, steps);
    losses.forEach((loss, i) => {
      expect(Math.abs(loss - expected[i])).toBeLessThan(2e-3 * Math.abs(expected[i]));
    });
    expect(losses[0]).toBeCloseTo(expected[0], 5);
    const [a, b] = [eager.state(), graph.state()];
    expect(Object.keys(b)).toEqual(Object.keys(a));
    const distance = (names: string[]) =>
      names.reduce(
        (sum, name) => sum + tf.sum(tf.squaredDifference(a[name], b[name])).dataSync()[0],
        0,
      );
    const size = (names: string[]) =>
      names.reduce((sum, name) => sum + tf.sum(tf.square(a[name])).dataSync()[0], 0);
    const weights = Object.keys(a).filter((name) => name.startsWith('variables/'));
    expect(Math.sqrt(distance(weights) / size(weights))).toBeLessThan(2e-3);
    tf.dispose([a, b, initial]);
    eager.dispose();
    graph.dispose();
  });

  it('is a graph unless it is asked to be eager', () => {
    const step = { negate: { inputs: {}, step: () => ({ outputs: { y: tf.scalar(1) } }) } };
    for (const [mode, expected] of [
      ['auto', 'graph'],
      ['graph', 'graph'],
      ['eager', 'eager'],
    ] as const) {
      const program = compile({}, step, { mode });
      expect(program.mode).toBe(expected);
      program.dispose();
    }
  });
});

describe('compile on wasm', () => {
  beforeAll(() => useBackend('wasm'));

  it('runs steps eagerly, and refuses to make a graph', () => {
    expect(compile({}, {}).mode).toBe('eager');
    expect(() => compile({}, {}, { mode: 'graph' })).toThrow(BackendError);
    expect(() => compile({}, {}, { mode: 'graph' })).toThrow('got wasm; call useBackend');
  });
});
