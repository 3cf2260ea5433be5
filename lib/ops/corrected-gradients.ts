/**
 * Right gradients in place of those of tfjs 4.22 that are wrong, or fail on broadcast operands and
 * on axes counted from the end.
 */
import * as tf from '@tensorflow/tfjs-core';

/** The gradient of a result by the operands of its kernel. */
type Gradients = Readonly<Record<string, () => tf.Tensor>>;

/** The gradients of a kernel, from dy, what was saved, and the kernel's attributes. */
type GradientOf = (
  dy: tf.Tensor,
  saved: readonly tf.Tensor[],
  attributes: tf.NamedAttrMap,
) => Gradients;

/** Sums over the dimensions along which an operand was broadcast. */
function sumTo(shape: number[], gradient: tf.Tensor): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return axes.length > 0 ? tf.reshape(tf.sum(gradient, axes), shape) : gradient;
}

/** Of an operation on two broadcast operands, from its slopes in both. */
function broadcast(
  slopes: (a: tf.Tensor, b: tf.Tensor) => readonly [() => tf.Tensor, () => tf.Tensor],
): GradientOf {
  return (dy, [a, b]) => {
    const [inA, inB] = slopes(a, b);
    return {
      a: () => sumTo(a.shape, tf.mul(dy, inA())),
      b: () => sumTo(b.shape, tf.mul(dy, inB())),
    };
  };
}

const asNumber = (condition: tf.Tensor) => tf.cast(condition, 'float32');

/** Of an extremum over axes: equal extrema share the gradient, as in TensorFlow and PyTorch. */
function extremum(attribute: 'axis' | 'reductionIndices'): GradientOf {
  return (dy, [x, y], attributes) => {
    const axes = tf.util.parseAxisParam(attributes[attribute] as number[], x.shape);
    const kept = tf.backend_util.expandShapeToKeepDim(
      x.shape.filter((_, i) => !axes.includes(i)),
      axes,
    );
    return {
      x: () => {
        const isExtreme = asNumber(tf.equal(x, tf.reshape(y, kept)));
        return tf.mul(isExtreme, tf.div(tf.reshape(dy, kept), tf.sum(isExtreme, axes, true)));
      },
    };
  };
}

/** ∂(Π x)/∂x_i = Π_{j<i} x_j · Π_{j>i} x_j, right where an x_i is 0, too. */
const product: GradientOf = (dy, [x], { axis }) => ({
  x: () => {
    const axes = tf.util.parseAxisParam((axis ?? x.shape.map((_, i) => i)) as number[], x.shape);
    const others = x.shape.flatMap((_, i) => (axes.includes(i) ? [] : [i]));
    const order = [...others, ...axes];
    const moved = tf.transpose(x, order);
    const rows = tf.reshape(moved, [-1, axes.reduce((size, i) => size * x.shape[i], 1)]);
    const before = tf.cumprod(rows, 1, true);
    const behind = tf.cumprod(rows, 1, true, true);
    const gradient = tf.mul(tf.mul(before, behind), tf.reshape(dy, [-1, 1]));
    const inverse = order.map((_, i) => order.indexOf(i));
    return tf.transpose(tf.reshape(gradient, moved.shape), inverse);
  },
});

/** Weights of n pixels in m interpolated ones whose centres are at halves, `[m, n]`. */
function interpolation(m: number, n: number): tf.Tensor2D {
  const weights = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    const position = ((i + 0.5) * n) / m - 0.5;
    const lower = Math.floor(position);
    weights[i * n + Math.max(lower, 0)] += 1 - (position - lower);
    weights[i * n + Math.min(Math.ceil(position), n - 1)] += position - lower;
  }
  return tf.tensor2d(weights, [m, n]);
}

/** tfjs ignores `halfPixelCenters` here. */
const resizeBilinear: GradientOf = (dy, [images], attributes) => ({
  images: () => {
    if (!attributes.halfPixelCenters) {
      return tf.engine().runKernel<tf.Tensor>('ResizeBilinearGrad', { dy, images }, attributes);
    }
    const [batch, height, width, channels] = images.shape;
    const [, rows, columns] = dy.shape;
    const inHeight = tf.matMul(
      tf.transpose(interpolation(rows, height)),
      tf.reshape(tf.transpose(dy, [1, 0, 2, 3]), [rows, batch * columns * channels]),
    );
    const inWidth = tf.matMul(
      tf.transpose(interpolation(columns, width)),
      tf.reshape(
        tf.transpose(tf.reshape(inHeight, [height, batch, columns, channels]), [2, 1, 0, 3]),
        [columns, batch * height * channels],
      ),
    );
    return tf.transpose(tf.reshape(inWidth, [width, batch, height, channels]), [1, 2, 0, 3]);
  },
});

const zero = (x: tf.Tensor) => () => tf.zeros(x.shape);

/** A gradient and what it needs of the forward pass. */
interface Correction {
  readonly inputsToSave?: string[];
  readonly outputsToSave?: boolean[];
  readonly gradFunc: GradientOf;
}

const corrections: Readonly<Record<string, Correction>> = {
  Maximum: {
    inputsToSave: ['a', 'b'],
    gradFunc: broadcast((a, b) => [
      () => asNumber(tf.greaterEqual(a, b)),
      () => asNumber(tf.less(a, b)),
    ]),
  },
  Minimum: {
    inputsToSave: ['a', 'b'],
    gradFunc: broadcast((a, b) => [
      () => asNumber(tf.lessEqual(a, b)),
      () => asNumber(tf.greater(a, b)),
    ]),
  },
  SquaredDifference: {
    inputsToSave: ['a', 'b'],
    gradFunc: broadcast((a, b) => [() => tf.mul(2, tf.sub(a, b)), () => tf.mul(2, tf.sub(b, a))]),
  },
  // Piecewise constant, as Floor; tfjs has the gradient of the quotient.
  FloorDiv: { inputsToSave: ['a', 'b'], gradFunc: (_, [a, b]) => ({ a: zero(a), b: zero(b) }) },
  Cast: {
    // Integers are piecewise constant; tfjs passes the gradient through.
    gradFunc: (dy, _, { dtype }) => ({
      x: dtype === 'float32' ? () => tf.cast(dy, 'float32') : zero(dy),
    }),
  },
  Cumsum: {
    gradFunc: (dy, _, { axis, exclusive, reverse }) => ({
      x: () => tf.cumsum(dy, axis as number, exclusive as boolean, !reverse),
    }),
  },
  Prod: { inputsToSave: ['x'], gradFunc: product },
  Max: { inputsToSave: ['x'], outputsToSave: [true], gradFunc: extremum('reductionIndices') },
  Min: { inputsToSave: ['x'], outputsToSave: [true], gradFunc: extremum('axis') },
  ResizeBilinear: { inputsToSave: ['images'], gradFunc: resizeBilinear },
};

/** Truth values are piecewise constant; tfjs has no gradient for these kernels, or a part of one. */
const LOGICAL: Readonly<Record<string, Correction>> = Object.fromEntries([
  ...['LogicalNot', 'IsNan', 'IsInf', 'IsFinite'].map((kernel): [string, Correction] => [
    kernel,
    { inputsToSave: ['x'], gradFunc: (_, [x]) => ({ x: zero(x) }) },
  ]),
  ...[
    'LogicalAnd',
    'LogicalOr',
    'Greater',
    'GreaterEqual',
    'Less',
    'LessEqual',
    'Equal',
    'NotEqual',
  ].map((kernel): [string, Correction] => [
    kernel,
    { inputsToSave: ['a', 'b'], gradFunc: (_, [a, b]) => ({ a: zero(a), b: zero(b) }) },
  ]),
]);

/** Replaces tfjs's gradients by the corrected ones. */
export function correctGradients(): void {
  const all = [...Object.entries(corrections), ...Object.entries(LOGICAL)];
  for (const [kernelName, { gradFunc, ...what }] of all) {
    if ((tf.getGradient(kernelName) as tf.GradConfig | undefined) !== undefined) {
      tf.unregisterGradient(kernelName);
    }
    tf.registerGradient({
      kernelName,
      ...what,
      gradFunc: (dy, saved, attributes) => gradFunc(dy as tf.Tensor, saved, attributes),
    });
  }
}
