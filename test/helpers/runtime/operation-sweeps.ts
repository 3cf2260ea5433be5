/** Operations with random shapes and attributes. */
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../../lib/random.js';

/** A computation of tensors of given shapes; draws its attributes from `random`. */
export interface Sweep {
  readonly shapes: readonly (readonly number[])[];
  /** Smallest and largest value; −2 and 2 by default. */
  readonly range?: readonly [number, number];
  readonly compute: (...x: tf.Tensor[]) => tf.Tensor;
}

/** An axis or several, counted from the front or the end, or none for all. */
function axes(random: Random, rank: number): number | number[] | undefined {
  const chosen = random.shuffle(Array.from({ length: rank }, (_, i) => i));
  const signed = chosen.map((axis) => (random.chance(0.5) ? axis : axis - rank));
  const kind = random.integer(3);
  return kind === 0
    ? undefined
    : kind === 1
      ? signed[0]
      : signed.slice(0, 1 + random.integer(rank));
}

const size = (random: Random, rank: number) =>
  Array.from({ length: rank }, () => 1 + random.integer(4));

/** Two shapes that are broadcast against each other. */
function broadcast(random: Random): [number[], number[]] {
  const shape = size(random, 3);
  const other = shape.map((n) => (random.chance(0.3) ? 1 : n)).slice(random.integer(3));
  return random.chance(0.5) ? [shape, other] : [other, shape];
}

/** Draws shapes and attributes. */
export type Draw = (random: Random) => Sweep;

const reduce =
  (f: (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor): Draw =>
  (random) => {
    const shape = size(random, 1 + random.integer(4));
    const [axis, keep] = [axes(random, shape.length), random.chance(0.5)];
    return { shapes: [shape], compute: (x) => f(x, axis, keep) };
  };

const unary =
  (f: (x: tf.Tensor) => tf.Tensor, range?: readonly [number, number]): Draw =>
  (random) => ({
    shapes: [size(random, 1 + random.integer(4))],
    compute: f,
    ...(range && { range }),
  });

const binary =
  (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, range?: readonly [number, number]): Draw =>
  (random) => ({ shapes: broadcast(random), compute: f, ...(range && { range }) });

const alike =
  (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Draw =>
  (random) => {
    const shape = [...size(random, 2), 3];
    return { shapes: [shape, shape], compute: f };
  };

const toNumber = (x: tf.Tensor) => tf.cast(x, 'float32');

/** Sweeps by name; together they call every kernel that a step may use. */
export const sweeps: Readonly<Record<string, Draw>> = {
  sum: reduce(tf.sum),
  mean: reduce(tf.mean),
  max: reduce(tf.max),
  min: reduce(tf.min),
  prod: reduce(tf.prod),
  logSumExp: reduce(tf.logSumExp),
  abs: unary(tf.abs),
  relu: unary(tf.relu),
  relu6: unary((x) => tf.relu6(tf.mul(x, 4))),
  floor: unary((x) => tf.mul(x, tf.floor(x))),
  ceil: unary((x) => tf.mul(x, tf.ceil(x))),
  round: unary((x) => tf.mul(x, tf.round(x))),
  sign: unary((x) => tf.mul(x, tf.sign(x))),
  tan: unary(tf.tan, [-1, 1]),
  asin: unary(tf.asin, [-0.8, 0.8]),
  acos: unary(tf.acos, [-0.8, 0.8]),
  atanh: unary(tf.atanh, [-0.8, 0.8]),
  asinh: unary(tf.asinh),
  acosh: unary(tf.acosh, [1.2, 3]),
  integers: unary((x) => tf.mul(x, tf.cast(tf.cast(x, 'int32'), 'float32'))),
  meanOfIntegers: (random) => {
    const [axis, keep] = [axes(random, 2), random.chance(0.5)];
    return {
      shapes: [[2, 3]],
      compute: (x) => tf.mul(tf.sum(x), tf.mean(tf.cast(tf.mul(x, 3), 'int32'), axis, keep)),
    };
  },
  elu: unary(tf.elu),
  softplus: unary(tf.softplus),
  sigmoid: unary(tf.sigmoid),
  tanh: unary(tf.tanh),
  exp: unary(tf.exp),
  expm1: unary(tf.expm1),
  sqrt: unary(tf.sqrt, [0.1, 3]),
  rsqrt: unary(tf.rsqrt, [0.1, 3]),
  log: unary(tf.log, [0.1, 3]),
  log1p: unary(tf.log1p, [-0.5, 3]),
  reciprocal: unary(tf.reciprocal, [0.2, 3]),
  square: unary(tf.square),
  neg: unary(tf.neg),
  sin: unary(tf.sin),
  cos: unary(tf.cos),
  atan: unary(tf.atan),
  sinh: unary(tf.sinh),
  cosh: unary(tf.cosh),
  erf: unary(tf.erf),
  softmax: unary((x) => tf.softmax(x)),
  logSoftmax: unary((x) => tf.logSoftmax(x)),
  stepOf: (random) => {
    const alpha = random.uniform(-2, 2);
    return { shapes: [size(random, 2)], compute: (x) => tf.mul(x, tf.step(x, alpha)) };
  },
  clip: (random) => {
    const low = random.uniform(-1, 0.2);
    return { shapes: [size(random, 3)], compute: (x) => tf.clipByValue(x, low, low + 0.9) };
  },
  add: binary(tf.add),
  sub: binary(tf.sub),
  mul: binary(tf.mul),
  div: binary(tf.div, [0.3, 2]),
  pow: binary(tf.pow, [0.3, 2]),
  atan2: binary(tf.atan2, [0.3, 2]),
  maximum: binary(tf.maximum),
  minimum: binary(tf.minimum),
  squaredDifference: binary(tf.squaredDifference),
  floorDiv: binary((a, b) => tf.mul(a, tf.floorDiv(a, b)), [0.3, 2]),
  mod: binary((a, b) => tf.mul(a, tf.mod(a, b)), [0.3, 2]),
  where: alike((a, b) => tf.where(tf.tensor([true, false, true]), tf.mul(a, b), tf.sub(a, b))),
  transpose: (random) => {
    const shape = size(random, 4);
    const perm = random.shuffle([0, 1, 2, 3]);
    return { shapes: [shape], compute: (x) => tf.transpose(x, perm) };
  },
  reverse: (random) => {
    const axis = axes(random, 4);
    return { shapes: [size(random, 4)], compute: (x) => tf.reverse(x, axis) };
  },
  slice: (random) => {
    const shape = size(random, 3);
    const begin = shape.map((n) => random.integer(n));
    const length = shape.map((n, i) =>
      random.chance(0.3) ? -1 : 1 + random.integer(n - begin[i]),
    );
    return { shapes: [shape], compute: (x) => tf.slice(x, begin, length) };
  },
  pad: (random) => {
    const shape = size(random, 2 + random.integer(3));
    const sides = shape.map((): [number, number] => [random.integer(3), random.integer(3)]);
    const value = random.uniform(-3, 3);
    return { shapes: [shape], compute: (x) => tf.pad(x, sides, value) };
  },
  tile: (random) => {
    const reps = [1, 2, 3].map(() => 1 + random.integer(3));
    return { shapes: [size(random, 3)], compute: (x) => tf.tile(x, reps) };
  },
  concat: (random) => {
    const shape = size(random, 3);
    const axis = random.integer(3);
    const other = shape.map((n, i) => (i === axis ? 1 + random.integer(3) : n));
    const signed = random.chance(0.5) ? axis : axis - 3;
    return { shapes: [shape, other], compute: (a, b) => tf.concat([a, b, a], signed) };
  },
  split: (random) => {
    const shape = [2, 6, 3];
    const [parts, axis] = random.chance(0.5)
      ? [[1, 2, 3], random.chance(0.5) ? 1 : -2]
      : [3, random.chance(0.5) ? 1 : -1];
    return {
      shapes: [shape],
      compute: (x) => tf.concat(tf.split(x, parts, axis).reverse(), axis),
    };
  },
  stack: (random) => {
    const shape = size(random, 2);
    const axis = random.integer(3);
    return { shapes: [shape, shape], compute: (a, b) => tf.stack([b, a], axis) };
  },
  unstack: (random) => {
    const axis = random.integer(6) - 3;
    return {
      shapes: [size(random, 3).map((n) => n + 1)], // tfjs has no gradient for a list of one
      compute: (x) => tf.addN(tf.unstack(x, axis).map((part, i) => tf.mul(part, i + 1))),
    };
  },
  gather: (random) => {
    const axis = random.integer(3);
    const indices = [0, 2, 1, 2].slice(random.integer(3));
    return {
      shapes: [[3, 3, 3]],
      compute: (x) => tf.gather(x, tf.tensor1d(indices, 'int32'), axis),
    };
  },
  matMul: (random) => {
    const [n, m, k, b] = size(random, 4);
    const [ta, tb] = [random.chance(0.5), random.chance(0.5)];
    const left = ta ? [b, m, n] : [b, n, m];
    const right = tb ? [b, k, m] : [b, m, k];
    return { shapes: [left, right], compute: (x, y) => tf.matMul(x, y, ta, tb) };
  },
  resize: (random) => {
    const to: [number, number] = [1 + random.integer(7), 1 + random.integer(7)];
    const align = random.chance(0.5);
    return {
      shapes: [[1, ...size(random, 2), 2]],
      compute: (x) => tf.image.resizeBilinear(x as tf.Tensor4D, to, align),
    };
  },
  batchNorm: (random) => {
    const epsilon = random.uniform(0.01, 0.5);
    return {
      shapes: [[2, 3, 3, 2], [2], [2], [2], [2]],
      range: [0.3, 2],
      compute: (x, mean, variance, offset, scale) =>
        tf.batchNorm4d(
          x as tf.Tensor4D,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
          epsilon,
        ),
    };
  },
  spaceToBatch: (random) => {
    const block = [1 + random.integer(3), 1 + random.integer(2)];
    const shape = [1, block[0] * 2, block[1] * 2, 1];
    return {
      shapes: [shape],
      compute: (x) =>
        tf.spaceToBatchND(
          x as tf.Tensor4D,
          block,
          block.map((n): [number, number] => [n, 0]),
        ),
    };
  },
  cumsum: (random) => {
    const [axis, exclusive, reverse] = [
      random.integer(6) - 3,
      random.chance(0.5),
      random.chance(0.5),
    ];
    return { shapes: [size(random, 3)], compute: (x) => tf.cumsum(x, axis, exclusive, reverse) };
  },
  // tfjs has no gradient.
  cumprod: (random) => {
    const [axis, exclusive, reverse] = [
      random.integer(6) - 3,
      random.chance(0.5),
      random.chance(0.5),
    ];
    const factors = tf.tensor1d([0.5, -1.5, 2, 0.25]);
    return {
      shapes: [[4]],
      compute: (x) => tf.mul(x, tf.cumprod(factors, axis % 2 === 0 ? 0 : -1, exclusive, reverse)),
    };
  },
  comparisons: (random) => ({
    shapes: broadcast(random),
    compute: (a, b) => {
      const both = tf.logicalAnd(tf.greater(a, b), tf.lessEqual(b, 1));
      const either = tf.logicalOr(tf.less(a, b), tf.greaterEqual(a, 0.5));
      const same = tf.logicalOr(tf.equal(tf.round(a), tf.round(b)), tf.notEqual(a, a));
      const holds = [both, either, tf.logicalNot(same)].map((x, i) => tf.mul(i + 1, toNumber(x)));
      return tf.mul(tf.add(a, b), tf.addN(holds));
    },
  }),
  finiteness: unary((x) => {
    const root = tf.div(tf.sqrt(x), tf.relu(tf.add(x, 1)));
    const [nan, infinite, finite] = [tf.isNaN(root), tf.isInf(root), tf.isFinite(root)].map(
      toNumber,
    );
    return tf.mul(x, tf.addN([nan, tf.mul(2, infinite), tf.mul(4, finite)]));
  }),
  argMax: (random) => {
    const axis = random.integer(6) - 3;
    return {
      shapes: [size(random, 3)],
      compute: (x) => tf.mul(tf.sum(x), tf.cast(tf.argMax(x, axis), 'float32')),
    };
  },
  batchToSpace: (random) => {
    const crops = [0, 1].map((): [number, number] => [random.integer(2), random.integer(2)]);
    return {
      shapes: [[4, 2, 3, 2]],
      compute: (x) => tf.batchToSpaceND(x as tf.Tensor4D, [2, 2], crops),
    };
  },
  segments: (random) => {
    const segments = [0, 1, 2].map(() => random.integer(4));
    return {
      shapes: [[3, 2]],
      compute: (x) => tf.unsortedSegmentSum(x as tf.Tensor2D, tf.tensor1d(segments, 'int32'), 4),
    };
  },
  filled: (random) => {
    const [shape, value] = [size(random, 2), random.uniform(-2, 2)];
    return { shapes: [shape], compute: (x) => tf.add(x, tf.fill(shape, value)) };
  },
  likes: unary((x) => tf.add(tf.mul(x, tf.onesLike(x)), tf.zerosLike(x))),
  expandDims: (random) => {
    const axis = random.integer(6) - 3;
    return { shapes: [size(random, 2)], compute: (x) => tf.expandDims(x, axis) };
  },
  reshape: (random) => {
    const shape = random.shuffle([2, 3, -1]);
    return { shapes: [[3, 4, 2]], compute: (x) => tf.reshape(x, shape) };
  },
};
