import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../lib/backend/use-backend.js';
import * as ops from '../../lib/ops/index.js';
import { backends } from '../helpers/backends.js';
import { fillImage } from '../helpers/fill.js';

type Image = tf.Tensor4D;
type Operation = (...tensors: Image[]) => tf.Tensor;

const labels = (height: number, width: number) =>
  tf.tensor3d(
    Int32Array.from({ length: height * width }, (_, i) => (i % 4 === 3 ? 255 : i % 3)),
    [1, height, width],
    'int32',
  );

/** Each operation, the shapes of what it is differentiated in, and the function. */
function cases(height: number, width: number, stride: number): [string, number[][], Operation][] {
  const x = [1, height, width, 4];
  return [
    ['conv2d', [x, [3, 3, 4, 2]], (a, w) => ops.conv2d(a, w, { stride })],
    ['conv2d, rate 2', [x, [3, 3, 4, 2]], (a, w) => ops.conv2d(a, w, { stride, rate: 2 })],
    ['grouped conv2d', [x, [3, 3, 2, 6]], (a, w) => ops.conv2d(a, w, { stride })],
    ['depthwise', [x, [5, 5, 4, 1]], (a, w) => ops.depthwiseConv2d(a, w, { stride })],
    [
      'depthwise, rate 2',
      [x, [3, 3, 4, 1]],
      (a, w) => ops.depthwiseConv2d(a, w, { stride, rate: 2 }),
    ],
    ['maximum pool', [x], (a) => ops.maxPool3x3(a, { stride })],
    ['average pool', [x], (a) => ops.avgPool3x3(a, { stride })],
    ['relu', [x], (a) => ops.relu(tf.add(a, 0.01))],
    ['batch norm', [x], (a) => ops.batchNormTraining(a, 1e-3).y],
    [
      'affine batch norm',
      [x, [4], [4]],
      (a, s, o) =>
        ops.batchNormTraining(a, 1e-3, {
          scale: s as unknown as tf.Tensor1D,
          offset: o as unknown as tf.Tensor1D,
        }).y,
    ],
    ['resize', [x], (a) => ops.resizeBilinear(a, [height + 4, width - 2])],
    ['cross-entropy', [x], (a) => ops.softmaxCrossEntropy(a, labels(height, width))],
  ];
}

const sizes = [
  [7, 5],
  [6, 8],
];
const STEP = 2e-3;

describe.each(backends)('gradients on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  describe.each(sizes)('at %i × %i', (height, width) => {
    describe.each([1, 2])('with stride %i', (stride) => {
      it.each(cases(height, width, stride))('%s: finite differences', (name, shapes, operation) => {
        tf.tidy(() => {
          const tensors = shapes.map((shape, i) => {
            return tf.tensor<tf.Rank.R4>(fillImage(`${name}/${i}`, shape), shape as never);
          });
          const y = operation(...tensors);
          const cotangent = tf.tensor(fillImage(`${name}/dy`, y.shape), y.shape);
          const loss = (...values: tf.Tensor[]) =>
            tf.sum<tf.Scalar>(tf.mul(operation(...(values as Image[])), cotangent));
          const gradients = tf.grads(loss)(tensors);
          tensors.forEach((tensor, i) => {
            // The derivative along one direction: a seeded one, so that every element counts.
            const direction = tf.tensor(fillImage(`${name}/way${i}`, tensor.shape), tensor.shape);
            const at = (t: number) =>
              tensors.map((other, j) => (i === j ? tf.add(other, tf.mul(direction, t)) : other));
            const [above, below] = [STEP, -STEP].map((t) => loss(...at(t)).dataSync()[0]);
            const expected = (above - below) / (2 * STEP);
            const actual = tf.sum(tf.mul(gradients[i], direction)).dataSync()[0];
            const scale = Math.max(Math.abs(expected), tf.norm(gradients[i]).dataSync()[0], 0.1);
            expect(Math.abs(actual - expected) / scale).toBeLessThan(1e-2);
          });
        });
      });
    });
  });
});
