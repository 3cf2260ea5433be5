/** The check that an operation's gradients are those that finite differences find. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { fillImage } from '../fill.js';

type Image = tf.Tensor4D;

/** Height and width of an image, and a stride. */
export interface Place {
  readonly height: number;
  readonly width: number;
  readonly stride: number;
}

/** An operation, with the shapes of what it is differentiated in; the first is the image's. */
export interface DifferentiatedCase {
  readonly name: string;
  /** Shapes of the operands after the image `[1, height, width, 4]`. */
  readonly operands?: readonly number[][];
  readonly operation: (place: Place, ...tensors: Image[]) => tf.Tensor;
}

const STEP = 2e-3;

/**
 * One test per case, for images of odd and of even size, with strides 1 and 2.
 *
 * The derivative is taken along one seeded direction, so that every element counts.
 */
export function itHasTheSlopes(cases: readonly DifferentiatedCase[]): void {
  describe.each([
    [7, 5],
    [6, 8],
  ])('at %i × %i', (height, width) => {
    describe.each([1, 2])('with stride %i', (stride) => {
      it.each(cases)('finite differences: $name', ({ name, operands = [], operation }) => {
        tf.tidy(() => {
          const place = { height, width, stride };
          const shapes = [[1, height, width, 4], ...operands];
          const tensors = shapes.map((shape, i) =>
            tf.tensor<tf.Rank.R4>(fillImage(`${name}/${i}`, shape), shape as never),
          );
          const y = operation(place, ...tensors);
          const cotangent = tf.tensor(fillImage(`${name}/dy`, y.shape), y.shape);
          const loss = (...values: tf.Tensor[]) =>
            tf.sum<tf.Scalar>(tf.mul(operation(place, ...(values as Image[])), cotangent));
          const gradients = tf.grads(loss)(tensors);
          tensors.forEach((tensor, i) => {
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
}
