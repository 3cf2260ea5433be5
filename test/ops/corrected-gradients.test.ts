import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { backends, useBackend } from '../helpers/backends.js';
import { fillImage } from '../helpers/fill.js';

type Compute = (...x: tf.Tensor[]) => tf.Tensor;

const axes: readonly (number | number[])[] = [0, 1, -1, -2, [2, 0], [-1, 0], [0, 1, 2]];

/** A computation, with the shapes of its operands. */
interface Case {
  readonly name: string;
  readonly compute: Compute;
  readonly shapes: readonly number[][];
}

const cumsums = [0, 1, -1, -3].flatMap((axis) =>
  [false, true].map((reverse): Case => ({
    name: `cumsum over ${axis}, reverse ${reverse}`,
    compute: (x) => tf.cumsum(x, axis, !reverse, reverse),
    shapes: [[3, 3, 3]],
  })),
);

/** Far enough apart that a small step changes no extremum, `[2, 3, 2]`. */
const apart = () => tf.tensor([7, 2, 11, 0, 5, 9, 3, 10, 1, 8, 4, 6], [2, 3, 2]);

const reductions = axes.flatMap((axis): Case[] => [
  { name: `prod over ${String(axis)}`, compute: (x) => tf.prod(x, axis), shapes: [[2, 3, 2]] },
  {
    name: `max over ${String(axis)}`,
    compute: (x) => tf.max(tf.add(x, tf.mul(3, apart())), axis),
    shapes: [[2, 3, 2]],
  },
  {
    name: `min over ${String(axis)}`,
    compute: (x) => tf.min(tf.add(x, tf.mul(3, apart())), axis, true),
    shapes: [[2, 3, 2]],
  },
]);

const pairs = Object.entries({
  maximum: tf.maximum,
  minimum: tf.minimum,
  squaredDifference: tf.squaredDifference,
}).flatMap(([name, compute]): Case[] => [
  {
    name: `${name} of shapes that are alike`,
    compute,
    shapes: [
      [2, 3],
      [2, 3],
    ],
  },
  {
    name: `${name} of broadcast shapes`,
    compute,
    shapes: [
      [1, 3],
      [2, 2, 1],
    ],
  },
  { name: `${name} with a number`, compute, shapes: [[], [3]] },
]);

const resized = (
  [
    [7, 3],
    [2, 5],
    [1, 1],
  ] as const
).flatMap((size) =>
  [false, true].map((aligned): Case => ({
    name: `resize to ${size.join('×')}, ${aligned ? 'aligned corners' : 'half-pixel centres'}`,
    compute: (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [...size], aligned, !aligned),
    shapes: [[2, 4, 3, 2]],
  })),
);

const cases: readonly Case[] = [
  ...cumsums,
  ...reductions,
  {
    name: 'prod of numbers of which one is 0',
    compute: (x) => tf.prod(tf.mul(x, tf.tensor1d([0, 1, 1]))),
    shapes: [[3]],
  },
  ...pairs,
  ...resized,
];

const STEP = 2e-3;

describe.each(backends)('a gradient of tfjs, corrected, on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  // tfjs's own cumsum on wasm reads beyond its memory along an axis counted from the end.
  const computed = cases.filter(
    ({ name }) => backend !== 'wasm' || !name.startsWith('cumsum over -'),
  );

  it.each(computed)(
    'is the slope that finite differences find: $name',
    ({ name, compute, shapes }) => {
      tf.tidy(() => {
        const fill = (what: string, shape: number[]) =>
          tf.tensor(fillImage(`${name}/${what}`, [...shape, 1]), shape);
        const x = shapes.map((shape, i) => fill(`x${i}`, shape));
        const weights = fill('dy', compute(...x).shape);
        const loss = (...given: tf.Tensor[]) =>
          tf.sum<tf.Scalar>(tf.mul(compute(...given), weights));
        const gradients = tf.grads(loss)(x);
        x.forEach((operand, i) => {
          const way = fill(`way${i}`, operand.shape);
          const at = (t: number) =>
            loss(...x.map((other, k) => (k === i ? tf.add(other, tf.mul(way, t)) : other)));
          const slope = (at(STEP).dataSync()[0] - at(-STEP).dataSync()[0]) / (2 * STEP);
          const actual = tf.sum(tf.mul(gradients[i], way)).dataSync()[0];
          expect(gradients[i].shape).toEqual(operand.shape);
          expect(Math.abs(actual - slope)).toBeLessThan(1e-2 * Math.max(1, Math.abs(slope)));
        });
      });
    },
  );

  it('is 0 where a value is piecewise constant', () => {
    const x = tf.tensor1d([1.2, -0.7]);
    const slopeOf = (f: (x: tf.Tensor) => tf.Tensor) => [
      ...tf
        .grad((y) => tf.sum(f(y)))(x)
        .dataSync(),
    ];
    expect(slopeOf((y) => tf.floorDiv(y, 0.5))).toEqual([0, 0]);
    expect(slopeOf((y) => tf.floorDiv(tf.scalar(3), y))).toEqual([0, 0]);
    expect(slopeOf((y) => tf.cast(tf.cast(y, 'int32'), 'float32'))).toEqual([0, 0]);
  });

  it('is shared by equal extrema, so that a shift of all moves the extremum as far', () => {
    const x = tf.tensor2d([2, 2, 1, 4, 4, 4], [2, 3]);
    const third = 1 / 3;
    for (const [f, expected] of [
      [tf.max, [0.5, 0.5, 0, third, third, third]],
      [tf.min, [0, 0, 1, third, third, third]],
    ] as const) {
      const slopes = tf
        .grad((y) => tf.sum(f(y, 1)))(x)
        .dataSync();
      expected.forEach((value, i) => {
        expect(slopes[i]).toBeCloseTo(value, 6);
      });
    }
  });
});
