/** Arithmetic, comparisons, reductions and matrix products. */
import { backend_util, util } from '@tensorflow/tfjs-core';
import type { DataType } from '@tensorflow/tfjs-core';
import type { NativeType } from '../../ops/native-call.js';
import {
  axisIn,
  bool,
  first,
  int,
  int32,
  kernel,
  one,
  sameAsFirst,
  scalar,
  type,
  vector,
  type AnyTracedKernel,
  type KernelTable,
} from './kernel.js';

/** The same operation of TensorFlow, element by element. */
function elementwise(operation: string, result?: DataType): AnyTracedKernel {
  return kernel(
    [],
    (inputs) => sameAsFirst(inputs).map(({ shape, dtype }) => ({ shape, dtype: result ?? dtype })),
    ({ node, inputs, builder }) => [
      builder.pure(operation, Object.values(inputs), { T: type(first(node).dtype) }),
    ],
  );
}

/** The same operation of TensorFlow on two operands that are broadcast against each other. */
function binary(operation: string, result?: DataType): AnyTracedKernel {
  return kernel(
    [],
    ({ a, b }) =>
      one(backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]), result ?? a.dtype),
    ({ node, inputs, builder }) => {
      const attributes: Record<string, ReturnType<typeof type>> = operation.startsWith('Logical')
        ? {}
        : { T: type(node.inputs.a.dtype) };
      return [builder.pure(operation, [inputs.a, inputs.b], attributes)];
    },
  );
}

/** A reduction; tfjs calls the axes of `Max` otherwise. */
function reduction<Axis extends string>(
  operation: string,
  axis: Axis,
  result?: DataType,
): AnyTracedKernel {
  const axesOf = (given: unknown, shape: readonly number[]) =>
    util.parseAxisParam(given as number | number[], [...shape]);
  return kernel(
    [axis, 'keepDims'],
    ({ x }, attributes) => {
      const axes = axesOf(attributes[axis], x.shape);
      const [shape] = backend_util.computeOutAndReduceShapes([...x.shape], axes);
      const kept = attributes.keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape;
      return one(kept, result ?? x.dtype);
    },
    ({ node, attributes, inputs, builder }) => {
      const { x } = node.inputs;
      const { dtype } = node.outputs[0];
      const operand =
        dtype === x.dtype
          ? inputs.x
          : builder.pure('Cast', [inputs.x], { SrcT: type(x.dtype), DstT: type(dtype) });
      const axes = vector(builder, axesOf(attributes[axis], x.shape));
      const keep_dims = bool(attributes.keepDims);
      const types = { T: type(dtype), Tidx: int32 };
      return [builder.pure(operation, [operand, axes], { ...types, keep_dims })];
    },
  );
}

/** A sum or product of all that comes before along an axis. */
function cumulative(operation: string): AnyTracedKernel {
  return kernel(
    ['axis', 'exclusive', 'reverse'],
    sameAsFirst,
    ({ node, attributes, inputs, builder }) => {
      const { shape, dtype } = node.inputs.x;
      const axis = scalar(builder, axisIn(attributes.axis, shape));
      return [
        builder.pure(operation, [inputs.x, axis], {
          T: type(dtype),
          Tidx: int32,
          exclusive: bool(attributes.exclusive),
          reverse: bool(attributes.reverse),
        }),
      ];
    },
  );
}

/** Kernels that have the same name in TensorFlow and share a form. */
function named(form: (operation: string) => AnyTracedKernel, names: string): KernelTable {
  return Object.fromEntries(names.split(' ').map((name) => [name, form(name)]));
}

/** Kernels of arithmetic. */
export const arithmetic: KernelTable = {
  Add: binary('AddV2'),
  Multiply: binary('Mul'),
  Mod: binary('FloorMod'),
  ...named(binary, 'Sub RealDiv Maximum Minimum Pow SquaredDifference FloorDiv Atan2'),
  ...named(
    (operation) => binary(operation, 'bool'),
    'Equal NotEqual Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr',
  ),
  LogicalNot: kernel([], sameAsFirst, ({ inputs, builder }) => [
    builder.pure('LogicalNot', Object.values(inputs), {}),
  ]),
  ...named(
    elementwise,
    'Relu Relu6 Elu Softplus Exp Expm1 Log Log1p Sqrt Rsqrt Square Neg Abs Floor Ceil Round Sign ' +
      'Sigmoid Tanh Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Erf Reciprocal',
  ),
  ...named(elementwise, 'ZerosLike OnesLike'),
  ...named((operation) => elementwise(operation, 'bool'), 'IsNan IsFinite IsInf'),
  EluGrad: kernel(
    [],
    ({ y }) => one(y.shape, y.dtype),
    ({ node, inputs, builder }) => [
      builder.pure('EluGrad', [inputs.dy, inputs.y], { T: type(node.inputs.y.dtype) }),
    ],
  ),
  Softmax: kernel(['dim'], sameAsFirst, ({ node, inputs, builder }) => [
    // tfjs lets `dim` be the last axis only, which is TensorFlow's.
    builder.pure('Softmax', Object.values(inputs), { T: type(first(node).dtype) }),
  ]),
  ...named((operation) => reduction(operation, 'axis'), 'Sum Min Prod'),
  Mean: reduction('Mean', 'axis', 'float32'),
  Max: reduction('Max', 'reductionIndices'),
  Step: kernel(
    ['alpha'],
    ({ x }) => one(x.shape, x.dtype),
    ({ node, attributes, inputs, builder }) => {
      const { dtype } = node.inputs.x;
      const T = type(dtype);
      const [zero, high, low] = [0, 1, (attributes.alpha as number | undefined) ?? 0].map((value) =>
        scalar(builder, value, dtype),
      );
      const positive = builder.pure('Greater', [inputs.x, zero], { T });
      const step = builder.pure('SelectV2', [positive, high, low], { T });
      if (dtype !== 'float32') {
        return [step];
      }
      const isNan = builder.pure('IsNan', [inputs.x], { T });
      return [builder.pure('SelectV2', [isNan, inputs.x, step], { T })];
    },
  ),
  Cast: kernel(
    ['dtype'],
    ({ x }, { dtype }) => one(x.shape, dtype as NativeType),
    ({ node, attributes, inputs, builder }) => [
      builder.pure('Cast', [inputs.x], {
        SrcT: type(node.inputs.x.dtype),
        DstT: type(attributes.dtype as NativeType),
      }),
    ],
  ),
  ClipByValue: kernel(
    ['clipValueMin', 'clipValueMax'],
    sameAsFirst,
    ({ node, attributes, inputs, builder }) => {
      const { dtype } = node.inputs.x;
      const limits = [attributes.clipValueMin, attributes.clipValueMax].map((value) =>
        scalar(builder, value as number, dtype),
      );
      return [builder.pure('ClipByValue', [inputs.x, ...limits], { T: type(dtype) })];
    },
  ),
  Select: kernel(
    [],
    ({ t }) => one(t.shape, t.dtype),
    ({ node, inputs, builder }) => [
      builder.pure('SelectV2', [inputs.condition, inputs.t, inputs.e], {
        T: type(node.inputs.t.dtype),
      }),
    ],
  ),
  AddN: kernel([], sameAsFirst, ({ node, inputs, builder }) => {
    const values = Object.values(inputs);
    return [builder.pure('AddN', values, { N: int(values.length), T: type(first(node).dtype) })];
  }),
  ArgMax: kernel(
    ['axis'],
    ({ x }, { axis }) => {
      const dim = axisIn(axis, x.shape);
      return one([...x.shape.slice(0, dim), ...x.shape.slice(dim + 1)], 'int32');
    },
    ({ node, attributes, inputs, builder }) => {
      const { shape, dtype } = node.inputs.x;
      const axis = scalar(builder, axisIn(attributes.axis, shape));
      const types = { T: type(dtype), Tidx: int32, output_type: int32 };
      return [builder.pure('ArgMax', [inputs.x, axis], types)];
    },
  ),
  UnsortedSegmentSum: kernel(
    ['numSegments'],
    ({ x }, { numSegments }) => one([numSegments as number, ...x.shape.slice(1)], x.dtype),
    ({ node, attributes, inputs, builder }) => {
      const count = scalar(builder, attributes.numSegments as number);
      const types = { T: type(node.inputs.x.dtype), Tindices: int32, Tnumsegments: int32 };
      return [builder.pure('UnsortedSegmentSum', [inputs.x, inputs.segmentIds, count], types)];
    },
  ),
  Cumsum: cumulative('Cumsum'),
  Cumprod: cumulative('Cumprod'),
  BatchMatMul: kernel(
    ['transposeA', 'transposeB'],
    ({ a, b }, { transposeA, transposeB }) => {
      const rank = a.shape.length;
      const rows = a.shape[transposeA ? rank - 1 : rank - 2];
      const columns = b.shape[b.shape.length - (transposeB ? 2 : 1)];
      const outer = [a, b].map(({ shape }) => shape.slice(0, -2)) as [number[], number[]];
      return one([...backend_util.assertAndGetBroadcastShape(...outer), rows, columns], a.dtype);
    },
    ({ node, attributes, inputs, builder }) => [
      builder.pure('BatchMatMulV2', [inputs.a, inputs.b], {
        T: type(node.inputs.a.dtype),
        adj_x: bool(attributes.transposeA),
        adj_y: bool(attributes.transposeB),
      }),
    ],
  ),
};
