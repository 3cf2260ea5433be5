/** What a function sees of a batch that is divided, by hand on small numbers. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { BackendError, ShapeError } from '../../lib/errors.js';
import { normalizeByBatch } from '../../lib/nn/batch-statistics.js';
import { lossAndGradients } from '../../lib/optimizer/gradients.js';
import { compile, type CompileOptions } from '../../lib/runtime/compile.js';
import type { StepDefinition, StepReplicas } from '../../lib/runtime/program.js';
import {
  asReplicas,
  meanOverReplicas,
  ofEachReplica,
  replicaUniform,
  replication,
} from '../../lib/runtime/replicas.js';
import { backends, useBackend } from '../helpers/backends.js';

const two: StepReplicas = { count: 2, batchStatistics: 'replica', batched: ['x'] };

/** One call of a step by two replicas, with the values 1, 2, 5, 8 as its batch. */
async function outputsOf(
  step: StepDefinition['step'],
  options: CompileOptions = {},
  replicas = two,
): Promise<Record<string, number[]>> {
  const inputs = { x: { shape: [4] }, seed: { shape: [2], dtype: 'int32' } } as const;
  const initial = { w: tf.scalar(3) };
  const program = compile(initial, { run: { step, inputs, replicas } }, options);
  const outputs = program.run('run', {
    x: tf.tensor1d([1, 2, 5, 8]),
    seed: tf.tensor1d([7, 9], 'int32'),
  });
  const values: Record<string, number[]> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    values[name] = Array.from(await tensor.data<'float32'>());
  }
  tf.dispose([initial, outputs]);
  program.dispose();
  return values;
}

const placements: [string, CompileOptions][] = [
  ['operation by operation', { mode: 'eager' }],
  ['on one device', {}],
  ['on two devices', { devices: ['/device:CPU:0', '/device:CPU:1'] }],
];

describe.runIf(backends.includes('tensorflow')).each(placements)('replicas %s', (_, options) => {
  beforeAll(() => useBackend('tensorflow'));

  it('go on with their means, through which gradients flow', async () => {
    // l_k = w · Σ x_k / mean_j (w · Σ x_j): with s = 3, 13 and mean 8, l = 3/8, 13/8 whatever w is.
    const step: StepDefinition['step'] = (state, { x }) => {
      const { loss, gradients } = lossAndGradients((free) => {
        const sums = ofEachReplica([x], (part) => ({ sum: tf.mul(free.w, tf.sum(part)) }));
        const { sum: mean } = meanOverReplicas(sums);
        return tf.mul<tf.Scalar>(tf.div(sums.sum, mean), tf.square(free.w));
      }, state);
      return { outputs: { loss, gradient: gradients.w }, state: { w: gradients.w } };
    };
    // The mean of l_k · w² is w² = 9, with the gradient 2 w = 6.
    const { loss, gradient } = await outputsOf(step, options);
    expect(loss[0]).toBeCloseTo(9, 5);
    expect(gradient[0]).toBeCloseTo(6, 5);
  });

  it('compute scalars of their own parts', async () => {
    const step: StepDefinition['step'] = (__, { x }) => ({
      outputs: meanOverReplicas(
        ofEachReplica([x], (part) => ({ largest: tf.max(part), product: tf.prod(part) })),
      ),
    });
    expect(await outputsOf(step, options)).toEqual({ largest: [5], product: [21] });
  });

  it('pass on what is the same for all', async () => {
    const step: StepDefinition['step'] = ({ w }, { x }) => {
      const { sum, twice } = meanOverReplicas({
        sum: ofEachReplica([x], (part) => ({ sum: tf.sum(part) })).sum,
        twice: tf.add(w, w),
      });
      return { outputs: { sum, twice } };
    };
    expect(await outputsOf(step, options)).toEqual({ sum: [8], twice: [6] });
  });

  it('draw different numbers, wherever they run', async () => {
    const step: StepDefinition['step'] = (__, { x, seed }) => {
      const drawn = replicaUniform(x.shape, seed as tf.Tensor1D);
      // 1 · first + 2 · second of each part, so that order and part count.
      const parts = ofEachReplica([tf.mul(drawn, x)], (part) => ({ sum: tf.sum(part) }));
      return { outputs: meanOverReplicas(parts) };
    };
    const { sum } = await outputsOf(step, options);
    const [a, b] = [7, 8].map((first) =>
      tf.tidy(() =>
        drawnBy([first, 9]).map((value, i) => value * (first === 7 ? [1, 2] : [5, 8])[i]),
      ),
    );
    expect(sum[0]).toBeCloseTo((a[0] + a[1] + b[0] + b[1]) / 2, 5);
    expect(a[0]).not.toBe(b[0] / 5);
  });

  it.each([
    ['replica', [1.5, 6.5], [0.5, 4.5]],
    ['all', [4, 4], [10, 10]],
  ] as const)('normalise by the statistics of %s', async (batchStatistics, means, variances) => {
    const step: StepDefinition['step'] = (__, { x }) => {
      const image = tf.reshape<tf.Rank.R4>(x, [x.size, 1, 1, 1]);
      const { y, mean, variance } = normalizeByBatch(image, 0);
      // Σ x · y of a part tells by which statistics it was normalised.
      const { sum } = ofEachReplica([x, tf.reshape(y, [-1])] as const, (part, normal) => ({
        sum: tf.sum(tf.mul(part, normal)),
      }));
      return { outputs: meanOverReplicas({ sum, mean, variance }) };
    };
    const { sum, mean, variance } = await outputsOf(step, options, { ...two, batchStatistics });
    const parts = [
      [1, 2],
      [5, 8],
    ];
    const biased = batchStatistics === 'all' ? 3 / 4 : 1 / 2;
    const expected = parts.map((part, k) =>
      part.reduce((all, x) => all + (x * (x - means[k])) / Math.sqrt(variances[k] * biased), 0),
    );
    expect(sum[0]).toBeCloseTo((expected[0] + expected[1]) / 2, 4);
    expect(mean[0]).toBeCloseTo((means[0] + means[1]) / 2, 5);
    expect(variance[0]).toBeCloseTo((variances[0] + variances[1]) / 2, 4);
  });
});

/** Two uniform numbers from a seed, of one replica. */
function drawnBy(seed: readonly number[]): number[] {
  return Array.from(replicaUniform([2], tf.tensor1d([...seed], 'int32')).dataSync());
}

describe('a divided batch', () => {
  beforeAll(() => useBackend('wasm'));

  const ofOne: StepDefinition['step'] = (_, { x }) => ({
    outputs: { sum: tf.sum(x) },
  });

  it('is seen only inside a step', () => {
    asReplicas(two, 'one', () => {
      expect(replication()).toMatchObject({ count: 2, view: 'one' });
      asReplicas(undefined, 'one', () => {
        expect(replication()).toMatchObject({ count: 1, view: 'all' });
      });
    });
    expect(() =>
      asReplicas(two, 'one', () => {
        throw new Error('a mistake');
      }),
    ).toThrow('a mistake');
    expect(replication().count).toBe(1);
    const x = tf.scalar(2);
    expect(meanOverReplicas({ x }).x).toBe(x);
    x.dispose();
  });

  it('has to be divisible', () => {
    for (const inputs of [{ x: { shape: [3] } }, { y: { shape: [4] } }, { x: { shape: [] } }]) {
      const steps = { run: { step: ofOne, inputs, replicas: two } };
      expect(() => compile({}, steps)).toThrow(ShapeError);
      expect(() => compile({}, steps)).toThrow(
        /step run, input x: expected a batch that 2 replicas/,
      );
    }
  });

  it('cannot be placed without the native backend of our set-up', () => {
    const devices = ['/device:CPU:0'];
    expect(() => compile({}, {}, { devices })).toThrow(BackendError);
    expect(() => compile({}, {}, { devices })).toThrow(
      /devices: expected the native backend.*operation by operation.*npx autodeeplab setup --force/,
    );
  });
});

describe.runIf(backends.includes('tensorflow'))('results of one replica', () => {
  beforeAll(() => useBackend('tensorflow'));

  it('are refused, as outputs and as state', async () => {
    const output: StepDefinition['step'] = (_, { x }) => ({ outputs: { sum: tf.sum(x) } });
    await expect(outputsOf(output)).rejects.toThrow(
      /same for all replicas, got sum, which each computes.*meanOverReplicas/,
    );
    const change: StepDefinition['step'] = (_, { x }) => ({
      outputs: {},
      state: { w: tf.sum(x) },
    });
    await expect(outputsOf(change)).rejects.toThrow(/got w, which each computes/);
  });

  it('cannot be placed by a binding that does not read sessions of ours', () => {
    const backend = tf.findBackend('tensorflow') as unknown as {
      readonly binding: { ownOperations?: unknown };
    };
    const { ownOperations } = backend.binding;
    try {
      backend.binding.ownOperations = undefined;
      expect(() => compile({}, {}, { devices: ['/device:CPU:0'] })).toThrow(
        /tfjs's own binding, which cannot place operations; run: npx autodeeplab setup/,
      );
    } finally {
      backend.binding.ownOperations = ownOperations;
    }
  });
});
