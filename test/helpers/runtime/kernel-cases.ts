/** One or several small computations per tfjs kernel that a step may use. */
import * as tf from '@tensorflow/tfjs-core';

/** A computation that calls the kernel of its name. */
export interface KernelCase {
  readonly kernel: string;
  readonly compute: (inputs: Inputs) => tf.Tensor | tf.Tensor[];
}

/** What the computations start from. */
export type Inputs = Readonly<
  Record<'matrix' | 'other', tf.Tensor2D> &
    Record<'row' | 'positive', tf.Tensor1D> &
    Record<'image', tf.Tensor4D> &
    Record<'indices', tf.Tensor1D>
>;

/** Their shapes and types. */
export const inputSpecs = {
  matrix: { shape: [2, 3] },
  other: { shape: [2, 3] },
  row: { shape: [3] },
  positive: { shape: [3] },
  image: { shape: [1, 4, 4, 2] },
  indices: { shape: [3], dtype: 'int32' },
} as const;

/** Their values; some of `matrix` and `other` are equal. */
export function inputValues(): Inputs {
  return {
    matrix: tf.tensor2d([-2.5, -1, 0, 0.5, 2, 3], [2, 3]),
    other: tf.tensor2d([1.5, -1, 2, 0.5, -3, 4], [2, 3]),
    row: tf.tensor1d([2, -1, 0.5]),
    positive: tf.tensor1d([0.25, 1, 9]),
    image: tf.tensor4d(
      Array.from({ length: 32 }, (_, i) => Math.sin(2 * i)),
      [1, 4, 4, 2],
    ),
    indices: tf.tensor1d([1, 0, 1], 'int32'),
  };
}

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** Of a matrix; *signed* numbers. */
const unary: Readonly<Record<string, Unary>> = {
  Relu: (x) => tf.relu(x),
  Step: (x) => tf.step(x, -0.5),
  Exp: (x) => tf.exp(x),
  Square: (x) => tf.square(x),
  Neg: (x) => tf.neg(x),
  Abs: (x) => tf.abs(x),
  Floor: (x) => tf.floor(x),
  Sigmoid: (x) => tf.sigmoid(x),
  Tanh: (x) => tf.tanh(x),
  ZerosLike: (x) => tf.zerosLike(x),
  OnesLike: (x) => tf.onesLike(x),
  Softmax: (x) => tf.softmax(x),
  Relu6: (x) => tf.relu6(tf.mul(x, 3)),
  Elu: (x) => tf.elu(x),
  EluGrad: (x) => tf.grad((y) => tf.elu(y))(x),
  Softplus: (x) => tf.softplus(x),
  Expm1: (x) => tf.expm1(x),
  Ceil: (x) => tf.ceil(x),
  Sin: (x) => tf.sin(x),
  Cos: (x) => tf.cos(x),
  Tan: (x) => tf.tan(x),
  Atan: (x) => tf.atan(x),
  Sinh: (x) => tf.sinh(x),
  Cosh: (x) => tf.cosh(x),
  Asinh: (x) => tf.asinh(x),
  Erf: (x) => tf.erf(x),
  Asin: (x) => tf.asin(tf.tanh(x)),
  Acos: (x) => tf.acos(tf.tanh(x)),
  Atanh: (x) => tf.atanh(tf.mul(tf.tanh(x), 0.9)),
  ClipByValue: (x) => tf.clipByValue(x, -1, 2),
  Round: (x) => tf.round(x),
  Sign: (x) => tf.sign(x),
  Cast: (x) => tf.cast(x, 'int32'),
  IsNan: (x) => tf.isNaN(x),
  IsFinite: (x) => tf.isFinite(x),
  IsInf: (x) => tf.isInf(x),
};

const positive: Readonly<Record<string, Unary>> = {
  Log: (x) => tf.log(x),
  Log1p: (x) => tf.log1p(x),
  Acosh: (x) => tf.acosh(tf.add(x, 1)),
  Sqrt: (x) => tf.sqrt(x),
  Rsqrt: (x) => tf.rsqrt(x),
  Reciprocal: (x) => tf.reciprocal(x),
};

const binary: Readonly<Record<string, Binary>> = {
  Add: tf.add,
  Sub: tf.sub,
  Multiply: tf.mul,
  RealDiv: tf.div,
  Maximum: tf.maximum,
  Minimum: tf.minimum,
  SquaredDifference: tf.squaredDifference,
  FloorDiv: tf.floorDiv,
  Atan2: tf.atan2,
  Mod: tf.mod,
  Equal: tf.equal,
  NotEqual: tf.notEqual,
  Greater: tf.greater,
  GreaterEqual: tf.greaterEqual,
  Less: tf.less,
  LessEqual: tf.lessEqual,
};

const reductions: Readonly<
  Record<string, (x: tf.Tensor, axis?: number, keep?: boolean) => tf.Tensor>
> = { Sum: tf.sum, Mean: tf.mean, Max: tf.max, Min: tf.min, Prod: tf.prod };

const others: readonly KernelCase[] = [
  { kernel: 'Pow', compute: ({ positive: x }) => tf.pow(x, 1.5) },
  { kernel: 'LogicalNot', compute: ({ matrix }) => tf.logicalNot(tf.greater(matrix, 0)) },
  {
    kernel: 'LogicalAnd',
    compute: ({ matrix, other }) => tf.logicalAnd(tf.greater(matrix, 0), tf.greater(other, 1)),
  },
  {
    kernel: 'LogicalOr',
    compute: ({ matrix, other }) => tf.logicalOr(tf.greater(matrix, 0), tf.greater(other, 1)),
  },
  { kernel: 'Select', compute: ({ matrix, other }) => tf.where(tf.less(matrix, 1), matrix, other) },
  { kernel: 'AddN', compute: ({ matrix, other }) => tf.addN([matrix, other, matrix]) },
  { kernel: 'Cumsum', compute: ({ matrix }) => tf.cumsum(matrix, -1, true) },
  { kernel: 'Cumprod', compute: ({ matrix }) => tf.cumprod(matrix, 0, false, true) },
  { kernel: 'ArgMax', compute: ({ matrix }) => tf.argMax(matrix, -1) },
  { kernel: 'Fill', compute: ({ matrix }) => tf.add(matrix, tf.fill([2, 3], 7)) },
  { kernel: 'Reshape', compute: ({ matrix }) => tf.reshape(matrix, [3, -1]) },
  { kernel: 'ExpandDims', compute: ({ matrix }) => tf.expandDims(matrix, -1) },
  { kernel: 'Transpose', compute: ({ matrix }) => tf.transpose(matrix) },
  { kernel: 'Concat', compute: ({ matrix, other }) => tf.concat([matrix, other], 1) },
  { kernel: 'SplitV', compute: ({ image }) => tf.split(image, [1, 3], 1) },
  { kernel: 'SplitV', compute: ({ image }) => tf.split(image, 2, -1) },
  { kernel: 'Slice', compute: ({ image }) => tf.slice(image, [0, 1, 2, 0], [1, 2, -1, 1]) },
  { kernel: 'Pack', compute: ({ matrix, other }) => tf.stack([matrix, other], 1) },
  { kernel: 'Unpack', compute: ({ matrix }) => tf.unstack(matrix, 1) },
  { kernel: 'Tile', compute: ({ matrix }) => tf.tile(matrix, [2, 1]) },
  {
    kernel: 'PadV2',
    compute: ({ matrix }) =>
      tf.pad(
        matrix,
        [
          [1, 0],
          [0, 2],
        ],
        5,
      ),
  },
  { kernel: 'GatherV2', compute: ({ matrix, indices }) => tf.gather(matrix, indices, 1) },
  {
    kernel: 'GatherV2',
    compute: ({ matrix }) =>
      tf.gather(
        matrix,
        tf.tensor2d(
          [
            [0, 2],
            [1, 1],
          ],
          [2, 2],
          'int32',
        ),
        1,
        1,
      ),
  },
  { kernel: 'Unpack', compute: ({ matrix }) => tf.unstack(matrix, -1) },
  { kernel: 'Max', compute: ({ image }) => tf.max(image, [1, 3], true) },
  {
    kernel: 'UnsortedSegmentSum',
    compute: ({ row, indices }) => tf.unsortedSegmentSum(row, indices, 4),
  },
  { kernel: 'BatchMatMul', compute: ({ matrix, other }) => tf.matMul(matrix, other, false, true) },
  { kernel: 'BatchMatMul', compute: ({ matrix, other }) => tf.matMul(matrix, other, true) },
  {
    kernel: 'ResizeBilinear',
    compute: ({ image }) => tf.image.resizeBilinear(image, [7, 3], true),
  },
  {
    kernel: 'ResizeBilinearGrad',
    compute: ({ image }) =>
      tf.grad((x) => tf.image.resizeBilinear(x as tf.Tensor4D, [7, 3], true))(image),
  },
  {
    kernel: 'FusedBatchNorm',
    compute: ({ image }) =>
      tf.batchNorm4d(image, tf.tensor1d([0.5, -1]), tf.tensor1d([2, 3]), undefined, undefined, 0.1),
  },
  {
    kernel: 'FusedBatchNorm',
    compute: ({ image }) => {
      const [mean, variance] = [tf.tensor1d([0.5, -1]), tf.tensor1d([2, 3])];
      return tf.batchNorm4d(image, mean, variance, tf.tensor1d([1, 2]), tf.tensor1d([3, 4]), 0.1);
    },
  },
  {
    kernel: 'SpaceToBatchND',
    compute: ({ image }) =>
      tf.spaceToBatchND(
        image,
        [2, 3],
        [
          [0, 2],
          [1, 1],
        ],
      ),
  },
  {
    kernel: 'BatchToSpaceND',
    compute: ({ image }) =>
      tf.batchToSpaceND(
        tf.tile(image, [4, 1, 1, 1]),
        [2, 2],
        [
          [1, 0],
          [0, 2],
        ],
      ),
  },
  { kernel: 'Reverse', compute: ({ image }) => tf.reverse(image, [1, 2]) },
];

/** All computations. */
export const kernelCases: readonly KernelCase[] = [
  ...Object.entries(unary).map(([kernel, f]): KernelCase => ({
    kernel,
    compute: ({ matrix }) => f(matrix),
  })),
  ...Object.entries(positive).map(([kernel, f]): KernelCase => ({
    kernel,
    compute: ({ positive: x }) => f(x),
  })),
  ...Object.entries(binary).flatMap(([kernel, f]): KernelCase[] => [
    { kernel, compute: ({ matrix, other }) => f(matrix, other) },
    { kernel, compute: ({ matrix, row }) => f(matrix, row) },
  ]),
  ...Object.entries(reductions).flatMap(([kernel, f]): KernelCase[] => [
    { kernel, compute: ({ image }) => f(image, 1) },
    { kernel, compute: ({ matrix }) => f(matrix, -1, true) },
  ]),
  ...others,
];

/** The outputs of a computation by their number. */
export function outputsOf(result: tf.Tensor | tf.Tensor[]): Record<string, tf.Tensor> {
  return Object.fromEntries([result].flat().map((tensor, i) => [String(i), tensor]));
}
