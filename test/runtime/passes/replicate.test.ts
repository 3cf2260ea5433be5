/** What is written how often and where, and what crosses devices. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { lossAndGradients } from '../../../lib/optimizer/gradients.js';
import { peakBytes } from '../../../lib/runtime/passes/peak-memory.js';
import { recompute } from '../../../lib/runtime/passes/recompute.js';
import type { Step } from '../../../lib/runtime/program.js';
import { recomputable } from '../../../lib/runtime/region.js';
import { meanOverReplicas } from '../../../lib/runtime/replicas.js';
import { workOf } from '../../../lib/runtime/step-work.js';
import { producerOf, type TracedStep } from '../../../lib/runtime/trace-graph.js';
import { traceReplicas } from '../../../lib/runtime/trace-step.js';
import { useBackend } from '../../helpers/backends.js';
import { kernelsOf } from '../../helpers/runtime/traced.js';

const HERE = '/device:CPU:0';
const THERE = '/device:CPU:1';

/** A step of two replicas over a batch of twenty vectors x and the state w and v, vectors of 1000. */
function replicated(step: Step, devices: readonly string[] = []): TracedStep {
  const replicas = { count: 2, batchStatistics: 'replica', batched: ['x'] } as const;
  const inputs = { x: { shape: [20, 1000] }, rate: { shape: [] } };
  const state = { w: tf.zeros([1000]), v: tf.zeros([10, 100]), bias: tf.scalar(0) };
  try {
    return traceReplicas({ step, inputs, replicas }, state, devices);
  } finally {
    tf.dispose(state);
  }
}

/** Descent with what depends on the batch, on the state alone and on the means. */
const descent: Step = ({ w, v, bias }, { x, rate }) => {
  const { loss, gradients } = lossAndGradients(
    (free) => {
      const weights = tf.mul(tf.sigmoid(free.w), tf.reshape(free.v, [-1]));
      return tf.mean(tf.square(tf.add(tf.mul(x, weights), free.bias)));
    },
    { w, v, bias },
  );
  const moved = (value: tf.Tensor, name: string) => tf.sub(value, tf.mul(gradients[name], rate));
  return {
    outputs: { loss },
    state: { w: moved(w, 'w'), v: moved(v, 'v'), bias: moved(bias, 'bias') },
  };
};

/** The kernels whose results go to another device than their own, in order. */
const senders = ({ nodes }: TracedStep): string[] =>
  nodes
    .filter((node) =>
      nodes.some((reader) =>
        Object.values(reader.inputs).some(
          (value) => producerOf(value) === node && reader.device !== node.device,
        ),
      ),
    )
    .map(({ kernel, device }) => `${kernel} ${device?.slice(-1)}`);

/** The state that nodes on a device read directly. */
const statesReadOn = ({ nodes }: TracedStep, device: string): string[] =>
  nodes
    .filter((node) => node.device === device)
    .flatMap((node) => Object.values(node.inputs))
    .flatMap(({ source }) => (source.kind === 'state' ? [source.name] : []));

describe('replicate', () => {
  beforeAll(() => useBackend('wasm'));

  it('copies what depends on the batch, and nothing else', () => {
    const kernels = kernelsOf(replicated(descent));
    const count = (name: string) => kernels.filter((kernel) => kernel === name).length;
    expect(count('SplitV')).toBe(1); // of the batch
    expect(count('Square')).toBe(2);
    expect(count('Sigmoid')).toBe(1); // of the state alone
    expect(kernels).not.toContain('AdlMeanOverReplicas');
    expect(count('Concat')).toBe(0); // nothing travels
  });

  it('sends the batch, the state and the gradients as one message each', () => {
    const step = replicated(descent, [HERE, THERE]);
    expect(senders(step)).toEqual(['SplitV 0', 'Concat 0', 'Concat 1']);
    expect(statesReadOn(step, THERE)).toEqual([]);
    const sigmoids = step.nodes.filter(({ kernel }) => kernel === 'Sigmoid');
    expect(sigmoids.map(({ device }) => device).sort()).toEqual([HERE, THERE]);
    for (const [, value] of [...step.outputs, ...step.changes]) {
      expect(producerOf(value)?.device).toBe(HERE);
    }
  });

  it('sends a mean back as one message where replicas go on with it', () => {
    const twice: Step = ({ w }, { x }) => {
      const sums = meanOverReplicas({ a: tf.sum(x, 0), b: tf.sum(x) });
      const again = tf.add(tf.mul(x, tf.mul(sums.a, sums.b)), w);
      return { outputs: meanOverReplicas({ total: tf.sum(again) }) };
    };
    const step = replicated(twice, [HERE, THERE]);
    // The one w needs no packing; a and b go there as the product with 1/2 of their sum.
    expect(senders(step)).toEqual(['SplitV 0', 'Concat 1', 'Multiply 0', 'Reshape 0', 'Reshape 1']);
  });

  it('keeps parts that are computed again apart, and what they share', () => {
    const deep: Step = ({ w }, { x }) => {
      const { loss, gradients } = lossAndGradients(
        (free) => {
          let y = x;
          for (let part = 0; part < 3; part++) {
            y = recomputable(() => tf.exp(tf.neg(tf.square(tf.mul(y, tf.sigmoid(free.w))))));
          }
          return tf.mean(y);
        },
        { w },
      );
      return { outputs: { loss, ...gradients } };
    };
    const plain = replicated(deep, [HERE, THERE]);
    const again = recompute(plain, 'all');
    const count = (step: TracedStep, device: string) =>
      step.nodes.filter((node) => node.kernel === 'Exp' && node.device === device).length;
    expect([count(plain, HERE), count(plain, THERE)]).toEqual([3, 3]);
    expect(count(again, HERE)).toBe(count(again, THERE));
    expect(kernelsOf(again).length).toBeGreaterThan(kernelsOf(plain).length);
    const shared = plain.nodes.filter(({ kernel }) => kernel === 'Sigmoid');
    expect(shared.map(({ region }) => region)).toEqual(shared.map(() => undefined));
    const regions = plain.nodes.flatMap(({ region }) => region ?? []);
    expect(new Set(regions).size).toBe(6);
  });

  it('is counted by the device that has the most', () => {
    const cpus = replicated(descent, [HERE, THERE]); // the same cores and memory
    const gpus = replicated(descent, ['/device:GPU:0', '/device:GPU:1']);
    expect(peakBytes(gpus)).toBeLessThan(peakBytes(cpus));
    expect(workOf(gpus).bytes).toBeLessThan(workOf(cpus).bytes);
    expect(workOf(gpus).bytes).toBeGreaterThan(workOf(cpus).bytes / 2);
    expect(workOf(gpus).kernels).toBeLessThan(workOf(cpus).kernels);
  });
});
