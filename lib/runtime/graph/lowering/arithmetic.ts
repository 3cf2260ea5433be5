/** Arithmetic, comparisons, reductions and matrix products in TensorFlow operations. */
import { floatType } from '../../../ops/native-call.js';
import { reducedAxes } from '../../shape-rules.js';
import {
  axisOf,
  bool,
  first,
  int,
  int32,
  scalar,
  type,
  vector,
  type Lowering,
  type LoweringTable,
} from './operands.js';

/** An operation of the same operands with the attribute `T`. */
function plain(operation: string): Lowering {
  return ({ node, inputs, builder }) => [
    builder.pure(operation, Object.values(inputs), { T: type(first(node).dtype) }),
  ];
}

function binary(operation: string): Lowering {
  return ({ node, inputs, builder }) => [
    builder.pure(operation, [inputs.a, inputs.b], { T: type(node.inputs.a.dtype) }),
  ];
}

function logical(operation: string): Lowering {
  return ({ inputs, builder }) => [builder.pure(operation, Object.values(inputs), {})];
}

function reduction(operation: string): Lowering {
  return ({ node, inputs, builder }) => {
    const x = node.inputs.x;
    const axes = reducedAxes(node.attributes, x.shape);
    return [
      builder.pure(operation, [inputs.x, vector(builder, axes)], {
        T: type(x.dtype),
        Tidx: int32,
        keep_dims: bool(node.attributes.keepDims),
      }),
    ];
  };
}

/** Kernels that have the same name in TensorFlow and share a form. */
function named(form: (operation: string) => Lowering, names: string): LoweringTable {
  return Object.fromEntries(names.split(' ').map((name) => [name, form(name)]));
}

/** Lowerings of arithmetic. */
export const arithmetic: LoweringTable = {
  Add: binary('AddV2'),
  Multiply: binary('Mul'),
  Mod: binary('FloorMod'),
  ...named(binary, 'Sub RealDiv Maximum Minimum Pow SquaredDifference FloorDiv'),
  ...named(binary, 'Equal NotEqual Greater GreaterEqual Less LessEqual'),
  ...named(logical, 'LogicalAnd LogicalOr LogicalNot'),
  ...named(
    plain,
    'Relu Exp Log Sqrt Rsqrt Square Neg Abs Floor Sigmoid Tanh Reciprocal Round Sign',
  ),
  ...named(plain, 'ZerosLike OnesLike Softmax IsNan IsFinite IsInf'),
  ...named(reduction, 'Sum Mean Max Min Prod'),
  Step: ({ inputs, builder }) => {
    const positive = builder.pure('Greater', [inputs.x, scalar(builder, 0, 'float32')], {
      T: floatType,
    });
    return [builder.pure('Cast', [positive], { SrcT: type('bool'), DstT: floatType })];
  },
  Cast: ({ node, inputs, builder }) => [
    builder.pure('Cast', [inputs.x], {
      SrcT: type(node.inputs.x.dtype),
      DstT: type(node.outputs[0].dtype),
    }),
  ],
  ClipByValue: ({ node, inputs, builder }) => {
    const { clipValueMin, clipValueMax } = node.attributes as Record<string, number>;
    const limits = [clipValueMin, clipValueMax].map((value) => scalar(builder, value, 'float32'));
    return [builder.pure('ClipByValue', [inputs.x, ...limits], { T: floatType })];
  },
  Select: ({ node, inputs, builder }) => [
    builder.pure('SelectV2', [inputs.condition, inputs.t, inputs.e], {
      T: type(node.inputs.t.dtype),
    }),
  ],
  AddN: ({ node, inputs, builder }) => {
    const values = Object.values(inputs);
    return [builder.pure('AddN', values, { N: int(values.length), T: type(first(node).dtype) })];
  },
  ArgMax: ({ node, inputs, builder }) => [
    builder.pure('ArgMax', [inputs.x, scalar(builder, axisOf(node, node.inputs.x))], {
      T: type(node.inputs.x.dtype),
      Tidx: int32,
      output_type: int32,
    }),
  ],
  UnsortedSegmentSum: ({ node, inputs, builder }) => {
    const count = scalar(builder, node.attributes.numSegments as number);
    return [
      builder.pure('UnsortedSegmentSum', [inputs.x, inputs.segmentIds, count], {
        T: type(node.inputs.x.dtype),
        Tindices: int32,
        Tnumsegments: int32,
      }),
    ];
  },
  BatchMatMul: ({ node, inputs, builder }) => [
    builder.pure('BatchMatMulV2', [inputs.a, inputs.b], {
      T: floatType,
      adj_x: bool(node.attributes.transposeA),
      adj_y: bool(node.attributes.transposeB),
    }),
  ],
};
