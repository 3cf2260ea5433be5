/** The step of one process of a ring: its messages, and what it computes if the others do the same. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { BackendError, ConfigError } from '../../../lib/errors.js';
import { lossAndGradients } from '../../../lib/optimizer/gradients.js';
import { compile } from '../../../lib/runtime/compile.js';
import { peakBytes } from '../../../lib/runtime/passes/peak-memory.js';
import { recompute } from '../../../lib/runtime/passes/recompute.js';
import type { Step } from '../../../lib/runtime/program.js';
import { recomputable } from '../../../lib/runtime/region.js';
import { meanOverReplicas, replicaUniform } from '../../../lib/runtime/replicas.js';
import type { Ring } from '../../../lib/runtime/ring.js';
import type { TracedStep } from '../../../lib/runtime/trace-graph.js';
import { traceInRing } from '../../../lib/runtime/trace-step.js';
import { backends, useBackend } from '../../helpers/backends.js';

const two: Ring = { rank: 1, tasks: ['/t:0', '/t:1'], hint: 'ring' };
const inputs = { x: { shape: [4, 10] }, seed: { shape: [2], dtype: 'int32' } } as const;

/** The step of the second of two processes, with the numbers of its messages. */
function inRing(step: Step, ring = two, count = 2): TracedStep {
  const replicas = { count, batchStatistics: 'replica', batched: ['x'] } as const;
  const state = { w: tf.zeros([10]), v: tf.zeros([2, 5]) };
  let messages = 0;
  try {
    return traceInRing({ step, inputs, replicas }, state, ring, () => ++messages);
  } finally {
    tf.dispose(state);
  }
}

const meansOf = ({ nodes }: TracedStep) => nodes.filter(({ kernel }) => kernel === 'AdlRingMean');

describe('closeRing', () => {
  beforeAll(() => useBackend('wasm'));

  it('makes each mark one message, in one order, of what differs between processes', () => {
    const step: Step = ({ w, v }, { x }) => {
      const { loss, gradients } = lossAndGradients(
        (free) => tf.sum(tf.square(tf.mul(x, tf.add(free.w, tf.reshape(free.v, [-1]))))),
        { w, v },
      );
      const { twice, sum } = meanOverReplicas({ twice: tf.add(w, w), sum: tf.sum(x) });
      return { outputs: { loss, ...gradients, twice, sum } };
    };
    const traced = inRing(step);
    const [first, second, ...others] = meansOf(traced);
    expect(others).toEqual([]);
    expect(first.outputs[0].shape).toEqual([21]); // loss, w and v
    expect(second.outputs[0].shape).toEqual([1]); // twice is the same in all
    expect([first.after, second.after]).toEqual([undefined, [first]]);
    expect(second.attributes).toEqual({ size: 2, message: 2, hint: 'ring' });
    expect(traced.outputs.map(([name, { shape }]) => [name, shape])).toEqual([
      ['loss', []],
      ['w', [10]],
      ['v', [2, 5]],
      ['twice', [10]],
      ['sum', []],
    ]);
    const sizes = traced.nodes.flatMap(({ inputs: { x } }) =>
      x?.source.kind === 'input' ? [x.shape] : [],
    );
    expect(new Set(sizes.map(String))).toEqual(new Set(['2,10'])); // its part of the batch
  });

  it('keeps its order where parts are computed again', () => {
    const step: Step = ({ w }, { x }) => {
      const { gradients } = lossAndGradients(
        (free) => {
          const y = recomputable(() => tf.exp(tf.neg(tf.mul(x, free.w))));
          const { mean } = meanOverReplicas({ mean: tf.mean(y) });
          const { spread } = meanOverReplicas({ spread: tf.mean(tf.square(tf.sub(y, mean))) });
          return tf.sum(tf.square(tf.sub(y, spread)));
        },
        { w },
      );
      return { outputs: { w: gradients.w } };
    };
    const traced = inRing(step);
    const again = recompute(traced, 'all');
    const means = meansOf(again); // of y, of its spread, of the gradients of both, of w's
    expect(means).toHaveLength(5);
    expect(means.map(({ after }) => after?.[0])).toEqual([undefined, ...means.slice(0, -1)]);
    expect(means.every((node) => again.nodes.includes(node))).toBe(true);
    expect(peakBytes(again)).toBeGreaterThan(0);
  });

  it('knows its number', () => {
    const step: Step = (_, { x, seed }) => {
      const drawn = replicaUniform(x.shape, seed as tf.Tensor1D);
      return { outputs: meanOverReplicas({ sum: tf.sum(tf.mul(x, drawn)) }) };
    };
    const numbers = inRing(step).nodes.flatMap(({ kernel, inputs: operands }) =>
      kernel === 'Pack' && operands['0'].source.kind === 'constant'
        ? Array.from(operands['0'].source.data)
        : [],
    );
    expect(numbers).toEqual([1]);
  });

  it('refuses results of one replica, and rings of another size', () => {
    const own: Step = (_, { x }) => ({ outputs: { sum: tf.sum(x) } });
    expect(() => inRing(own)).toThrow(BackendError);
    expect(() => inRing(own)).toThrow(/got sum, which each computes from its part/);
    expect(() => inRing(own, two, 4)).toThrow(ConfigError);
    expect(() => inRing(own, two, 4)).toThrow(/as many processes as replicas, got 2 and 4/);
  });
});

describe.runIf(backends.includes('tensorflow'))('a ring of one process', () => {
  beforeAll(() => useBackend('tensorflow'));

  it('computes what the process computes alone', async () => {
    const step: Step = ({ w }, { x }) => {
      const { sum, mean } = meanOverReplicas({ sum: tf.sum(x), mean: tf.mean(x, 0) });
      return { outputs: { sum, mean }, state: { w: tf.add(w, mean) } };
    };
    const w = tf.zeros([3]);
    const ring: Ring = { ...two, rank: 0, tasks: ['/job:localhost/replica:0/task:0'] };
    const replicas = { count: 1, batchStatistics: 'replica', batched: ['x'] } as const;
    const program = compile(
      { w },
      { run: { step, inputs: { x: { shape: [2, 3] } }, replicas } },
      { ring, devices: ['/job:localhost/replica:0/task:0/device:CPU:0'] },
    );
    const x = tf.tensor2d([
      [1, 2, 3],
      [5, 6, 7],
    ]);
    const { sum, mean } = program.run('run', { x });
    expect(await sum.data()).toEqual(Float32Array.of(24));
    expect(await mean.data()).toEqual(Float32Array.of(3, 4, 5));
    tf.dispose([w, x, sum, mean]);
    program.dispose();
  });
});
