import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../lib/backend/use-backend.js';
import { ShapeError } from '../../lib/errors.js';
import * as ops from '../../lib/ops/index.js';
import { hasNativeKernel } from '../../lib/ops/native-kernels.js';
import { backends } from '../helpers/backends.js';
import { fillImage } from '../helpers/fill.js';

type Image = tf.Tensor4D;

const EPSILON = 1e-3;

const image = (name: string, shape: readonly number[]) =>
  tf.tensor<tf.Rank.R4>(fillImage(name, shape), shape as [number, number, number, number]);

const GROUPS = 3;

/** The definition, group by group, from elementary operations. */
function reference(x: Image, scale: tf.Tensor, offset: tf.Tensor): Image {
  const parts = tf.split(x, GROUPS).map((part) => {
    const { mean, variance } = tf.moments(part, [0, 1, 2]);
    const normalised = tf.div(tf.sub(part, mean), tf.sqrt(tf.add(variance, EPSILON)));
    return tf.add<Image>(tf.mul(normalised, scale), offset);
  });
  return tf.concat(parts);
}

function distance(a: tf.Tensor, b: tf.Tensor): number {
  const [error, size] = [tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(b))];
  return error.dataSync()[0] / Math.max(size.dataSync()[0], 1e-6);
}

/** Value and gradients of f, weighted so that every element counts differently. */
function differentiate(f: (...tensors: tf.Tensor[]) => tf.Tensor, tensors: tf.Tensor[]) {
  const weighted = (...values: tf.Tensor[]) => {
    const y = f(...values);
    return tf.sum(tf.mul(y, tf.reshape(tf.sub(tf.mod(tf.range(0, y.size), 7), 3), y.shape)));
  };
  return [f(...tensors), ...tf.grads(weighted)(tensors)];
}

describe.each(backends)('batch norm of groups on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each([1, 4, 5, 16, 19, 40])('equals the definition with %d channels', (channels) => {
    tf.tidy(() => {
      const x = tf.add<Image>(image('1', [2 * GROUPS, 5, 3, channels]), 3);
      const scale = tf.add(tf.mul(tf.range(0, channels), 0.1), 0.5);
      const offset = tf.sub(tf.mul(tf.range(0, channels), 0.2), 1);
      const inputs = [x, scale, offset];
      const actual = differentiate(
        (a, s, o) =>
          ops.batchNormTraining(
            a as Image,
            EPSILON,
            { scale: s as tf.Tensor1D, offset: o as tf.Tensor1D },
            GROUPS,
          ).y,
        inputs,
      );
      const expected = differentiate((a, s, o) => reference(a as Image, s, o), inputs);
      actual.forEach((tensor, i) => {
        expect(distance(tensor, expected[i])).toBeLessThan(2e-4);
      });
    });
  });

  it('gives mean and unbiased variance of each group', () => {
    tf.tidy(() => {
      const x = image('2', [2 * GROUPS, 5, 3, 4]);
      const { mean, variance } = ops.batchNormTraining(x, EPSILON, {}, GROUPS);
      const moments = tf.split(x, GROUPS).map((part) => tf.moments(part, [0, 1, 2]));
      const count = 2 * 5 * 3;
      expect(distance(mean, tf.concat(moments.map((m) => m.mean)))).toBeLessThan(1e-5);
      const unbiased = tf.mul(tf.concat(moments.map((m) => m.variance)), count / (count - 1));
      expect(distance(variance, unbiased)).toBeLessThan(1e-5);
    });
  });

  it('refuses groups that do not divide the batch', () => {
    const x = tf.zeros<tf.Rank.R4>([4, 2, 2, 1]);
    expect(() => ops.batchNormTraining(x, EPSILON, {}, 3)).toThrow(ShapeError);
  });
});

describe.runIf(backends.includes('tensorflow'))('kernels of our own', () => {
  const known = () => process.env.AUTODEEPLAB_KERNELS;
  let before: string | undefined;

  beforeAll(async () => {
    await useBackend('tensorflow');
    before = known();
  });

  afterEach(() => {
    process.env.AUTODEEPLAB_KERNELS = before;
  });

  it('are there when our set-up has built the binding', () => {
    expect(hasNativeKernel('AdlDepthwiseFilterGradient')).toBe(true);
    expect(hasNativeKernel('AdlGroupBatchNorm')).toBe(true);
  });

  it.each([
    [3, [1, 1, 1, 1]],
    [3, [2, 6, 9, 16]],
    [5, [2, 7, 4, 21]],
    [5, [1, 2, 3, 40]],
    [7, [1, 11, 8, 5]],
  ])(
    "give TensorFlow's gradient of a depthwise filter of %d pixels for images %j",
    (kernel: number, shape: number[]) => {
      tf.tidy(() => {
        const x = image('3', shape);
        const filter = image('4', [kernel, kernel, shape[3], 1]);
        const gradient = () =>
          differentiate((f) => ops.depthwiseConv2d(x, f as Image), [filter])[1];
        const ours = gradient();
        delete process.env.AUTODEEPLAB_KERNELS;
        expect(hasNativeKernel('AdlDepthwiseFilterGradient')).toBe(false);
        expect(distance(ours, gradient())).toBeLessThan(1e-5);
      });
    },
  );

  it("give TensorFlow's batch norm", () => {
    tf.tidy(() => {
      const x = image('5', [2, 6, 5, 12]);
      const norm = () => differentiate((a) => ops.batchNormTraining(a as Image, EPSILON).y, [x]);
      const ours = norm();
      delete process.env.AUTODEEPLAB_KERNELS;
      norm().forEach((tensor, i) => {
        expect(distance(ours[i], tensor)).toBeLessThan(1e-4);
      });
    });
  });
});
