/**
 * Batch norm of several groups of images in one batch, as one kernel.
 *
 * The native backend has it with our binding; `batch-norm.ts` decides whether it is used.
 */
import * as tf from '@tensorflow/tfjs-core';
import { batchNormGradientOnWasm, batchNormOnWasm } from './batch-norm-wasm.js';
import { runKernel, sizes, type KernelDefinition } from './kernel.js';

/** Attributes of {@link groupBatchNorm}. */
export interface GroupBatchNormAttributes {
  readonly epsilon: number;
  /** Number of groups; it divides the batch. */
  readonly groups: number;
}

const float32 = (shape: readonly number[]) => ({ shape, dtype: 'float32' as const });

/** The groups of a batch. */
function partsOf(x: tf.Tensor, groups: number): tf.Tensor4D[] {
  return tf.split(x, groups);
}

const gradient: KernelDefinition<GroupBatchNormAttributes> = {
  name: 'AdlGroupBatchNormGradient',
  attributes: ['epsilon', 'groups'],
  shape: ({ x, scale }) => [x, scale, scale].map((tensor) => float32(sizes(tensor))),
  native: ({ dy, x, scale, mean, deviation }, { groups }) => ({
    operation: 'AdlGroupBatchNormGradient',
    inputs: [dy, x, scale, mean, deviation],
    attributes: { groups: { kind: 'int', value: groups } },
    outputs: 3,
  }),
  wasm: ({ dy, x, scale, mean, deviation }, { epsilon, groups }) => {
    const variances = tf.unstack(tf.sub(tf.reciprocal(tf.square(deviation)), epsilon));
    const means = tf.unstack(mean);
    const cotangents = partsOf(dy, groups);
    const results = partsOf(x, groups).map((part, g) =>
      batchNormGradientOnWasm(cotangents[g], part, scale, means[g], variances[g], { epsilon }),
    );
    const column = (i: number) => results.map((result) => result[i]);
    return [tf.concat(column(0)), tf.addN(column(1)), tf.addN(column(2))];
  },
};

const forward: KernelDefinition<GroupBatchNormAttributes> = {
  name: 'AdlGroupBatchNorm',
  attributes: ['epsilon', 'groups'],
  shape: ({ x, scale }, { groups }) => {
    const statistic = float32([groups, ...sizes(scale)]);
    return [float32(sizes(x)), statistic, statistic, statistic];
  },
  native: ({ x, scale, offset }, { epsilon, groups }) => ({
    operation: 'AdlGroupBatchNorm',
    inputs: [x, scale, offset],
    attributes: {
      groups: { kind: 'int', value: groups },
      epsilon: { kind: 'float', value: epsilon },
    },
    outputs: 4,
  }),
  wasm: ({ x, scale, offset }, { epsilon, groups }) => {
    const results = partsOf(x, groups).map((part) =>
      batchNormOnWasm(part, scale, offset, tf.zeros([0]), { epsilon }),
    );
    const column = (i: number) => results.map((result) => result[i]);
    const deviation = tf.rsqrt(tf.add(tf.stack(column(4)), epsilon));
    return [tf.concat(column(0)), tf.stack(column(1)), tf.stack(column(2)), deviation];
  },
  gradient: {
    inputsToSave: ['x', 'scale'],
    outputsToSave: [false, true, false, true],
    gradFunc: (dys, [x, scale, mean, deviation], attrs) => {
      const [dy] = dys as tf.Tensor[];
      const attributes = attrs as unknown as GroupBatchNormAttributes;
      const inputs = { dy, x, scale, mean, deviation };
      const [dx, dscale, doffset] = runKernel(gradient, inputs, attributes);
      return { x: () => dx, scale: () => dscale, offset: () => doffset };
    },
  },
};

/** The kernels of this file, for registration. */
export const groupBatchNormKernels = [forward, gradient];

/**
 * Normalises each group of images by its own statistics.
 *
 * @param inputs - x `[batch, height, width, channels]`, scale and offset `[channels]`
 * @returns y, shaped like x; mean and unbiased variance, `[groups, channels]`
 */
export function groupBatchNorm(
  inputs: { readonly x: tf.Tensor4D; readonly scale: tf.Tensor1D; readonly offset: tf.Tensor1D },
  attributes: GroupBatchNormAttributes,
): readonly [y: tf.Tensor4D, mean: tf.Tensor2D, variance: tf.Tensor2D] {
  const [y, mean, variance] = runKernel(forward, inputs, attributes);
  return [y as tf.Tensor4D, mean as tf.Tensor2D, variance as tf.Tensor2D];
}
