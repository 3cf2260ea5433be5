import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { keyOfSteps, type StepsOrigin } from '../../../lib/runtime/compiled/steps-key.js';
import { backends, useBackend } from '../../helpers/backends.js';

const step = () => ({ outputs: {} });

const origin = (): StepsOrigin => ({
  source: 's',
  state: { w: tf.zeros([2, 3]), n: tf.scalar(0, 'int32') },
  steps: { move: { step, inputs: { x: { shape: [4, 2] }, y: { shape: [], dtype: 'int32' } } } },
  devices: [],
  recompute: 'auto',
  precision: 'float32',
  rewrite: false,
});

describe.runIf(backends.includes('tensorflow'))('keyOfSteps', () => {
  beforeAll(() => useBackend('tensorflow'));

  it('is the same for the same', () => {
    expect(keyOfSteps(origin())).toMatch(/^[0-9a-f]{64}$/);
    expect(keyOfSteps(origin())).toBe(keyOfSteps(origin()));
    const other = origin();
    const values = { ...other, state: { ...other.state, w: tf.ones([2, 3]) } };
    expect(keyOfSteps(values)).toBe(keyOfSteps(origin()));
  });

  it('is another one for anything that differs', () => {
    const { state, steps } = origin();
    const { move } = steps;
    const x = { shape: [4, 2] };
    const replicas = { count: 2, batchStatistics: 'replica', batched: ['x'] } as const;
    const others: Partial<StepsOrigin>[] = [
      {},
      { source: 't' },
      { devices: ['/device:CPU:0'] },
      { recompute: 'all' },
      { precision: 'bfloat16' },
      { rewrite: true },
      { state: { ...state, w: tf.zeros([3, 2]) } },
      { state: { ...state, w: tf.zeros([2, 3], 'int32') } },
      { state: { ...state, more: tf.scalar(0) } },
      { state: { n: state.n, w: state.w } }, // nodes are numbered in their order
      { state: { v: state.w, n: state.n } },
      { steps: { walk: move } },
      { steps: { move, walk: move } },
      { steps: { walk: move, move } },
      { steps: { move: { step, inputs: { ...move.inputs, x: { shape: [2, 4] } } } } },
      {
        steps: { move: { step, inputs: { ...move.inputs, x: { shape: [4, 2], dtype: 'int32' } } } },
      },
      { steps: { move: { step, inputs: { x } } } },
      { steps: { move: { ...move, replicas } } },
      { steps: { move: { ...move, replicas: { ...replicas, count: 4 } } } },
      { steps: { move: { ...move, replicas: { ...replicas, batchStatistics: 'all' } } } },
    ];
    const keys = others.map((other) => keyOfSteps({ ...origin(), ...other }));
    expect(new Set(keys).size).toBe(others.length);
  });
});
