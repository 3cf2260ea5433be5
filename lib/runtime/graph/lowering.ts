/**
 * How each tfjs kernel is written in TensorFlow operations.
 *
 * This library's own kernels bring their TensorFlow form themselves (`KernelDefinition.native`);
 * the rows here are for the kernels of tfjs that a step may use besides.
 */
import { util } from '@tensorflow/tfjs-core';
import type { DataType, TypedArray } from '@tensorflow/tfjs-core';
import { floatType, type NativeAttribute } from '../../ops/native-call.js';
import type { TraceNode, TraceValue } from '../trace-graph.js';
import type { GraphBuilder } from './graph-builder.js';

/** A node to be written, with the graph's names of its operands. */
export interface LoweringContext {
  readonly node: TraceNode;
  /** Graph names of the operands, by the operand's name. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly builder: GraphBuilder;
}

/** Writes a node; returns the graph names of its outputs. */
export type Lowering = (context: LoweringContext) => readonly string[];

const int32: NativeAttribute = { kind: 'type', value: 'int32' };
const type = (value: DataType): NativeAttribute => ({ kind: 'type', value });
const int = (value: number): NativeAttribute => ({ kind: 'int', value });
const bool = (value: boolean): NativeAttribute => ({ kind: 'bool', value });

function vector(builder: GraphBuilder, values: readonly number[]): string {
  return builder.constant(Int32Array.from(values), [values.length], 'int32');
}

function scalar(builder: GraphBuilder, value: number, dtype: DataType = 'int32'): string {
  const data: TypedArray = dtype === 'float32' ? Float32Array.of(value) : Int32Array.of(value);
  return builder.constant(data, [], dtype);
}

function pairs(builder: GraphBuilder, values: readonly (readonly number[])[]): string {
  return builder.constant(Int32Array.from(values.flat()), [values.length, 2], 'int32');
}

function first(node: TraceNode): TraceValue {
  return Object.values(node.inputs)[0];
}

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
    const axes = util.parseAxisParam(node.attributes.axis as number | number[], [...x.shape]);
    return [
      builder.pure(operation, [inputs.x, vector(builder, axes)], {
        T: type(x.dtype),
        Tidx: int32,
        keep_dims: bool(Boolean(node.attributes.keepDims)),
      }),
    ];
  };
}

/** The same data in the output's shape. */
const reshape: Lowering = ({ node, inputs, builder }) => {
  const [output] = node.outputs;
  const [input] = Object.values(inputs);
  return [
    builder.pure('Reshape', [input, vector(builder, output.shape)], {
      T: type(output.dtype),
      Tshape: int32,
    }),
  ];
};

function axisOf(node: TraceNode, value: TraceValue): number {
  return util.parseAxisParam((node.attributes.axis as number | undefined) ?? 0, [
    ...value.shape,
  ])[0];
}

/** Names of `count` outputs of one node. */
function outputsOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}:${i}`));
}

const normalize: Lowering = ({ node, inputs, builder }) => {
  const channels = node.inputs.mean.shape;
  const uniform = (value: number) =>
    builder.constant(new Float32Array(channels[0]).fill(value), channels, 'float32');
  const operands = [
    inputs.x,
    (inputs.scale as string | undefined) ?? uniform(1),
    (inputs.offset as string | undefined) ?? uniform(0),
    inputs.mean,
    inputs.variance,
  ];
  return [
    builder.pure('FusedBatchNormV3', operands, {
      T: floatType,
      U: floatType,
      epsilon: { kind: 'float', value: node.attributes.varianceEpsilon as number },
      data_format: { kind: 'string', value: 'NHWC' },
      is_training: bool(false),
    }),
  ];
};

const rows: Readonly<Record<string, Lowering>> = {
  Add: binary('AddV2'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('RealDiv'),
  Maximum: binary('Maximum'),
  Minimum: binary('Minimum'),
  Pow: binary('Pow'),
  SquaredDifference: binary('SquaredDifference'),
  FloorDiv: binary('FloorDiv'),
  Mod: binary('FloorMod'),
  Equal: binary('Equal'),
  NotEqual: binary('NotEqual'),
  Greater: binary('Greater'),
  GreaterEqual: binary('GreaterEqual'),
  Less: binary('Less'),
  LessEqual: binary('LessEqual'),
  LogicalAnd: logical('LogicalAnd'),
  LogicalOr: logical('LogicalOr'),
  LogicalNot: logical('LogicalNot'),
  ...Object.fromEntries(
    ['Relu', 'Exp', 'Log', 'Sqrt', 'Rsqrt', 'Square', 'Neg', 'Abs', 'Floor', 'Sigmoid', 'Tanh']
      .concat(['ZerosLike', 'OnesLike', 'Identity', 'Reciprocal', 'Round', 'Sign', 'Softmax'])
      .concat(['LogSoftmax', 'IsNan', 'IsFinite', 'IsInf'])
      .map((operation) => [operation, plain(operation)]),
  ),
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
  Sum: reduction('Sum'),
  Mean: reduction('Mean'),
  Max: reduction('Max'),
  Min: reduction('Min'),
  Prod: reduction('Prod'),
  ArgMax: ({ node, inputs, builder }) => [
    builder.pure('ArgMax', [inputs.x, scalar(builder, axisOf(node, node.inputs.x))], {
      T: type(node.inputs.x.dtype),
      Tidx: int32,
      output_type: int32,
    }),
  ],
  Fill: ({ node, builder }) => {
    const [{ shape, dtype }] = node.outputs;
    const size = util.sizeFromShape([...shape]);
    const data = dtype === 'float32' ? new Float32Array(size) : new Int32Array(size);
    return [builder.constant(data.fill(node.attributes.value as number), shape, dtype)];
  },
  Reshape: reshape,
  ExpandDims: reshape,
  Transpose: ({ node, inputs, builder }) => [
    builder.pure('Transpose', [inputs.x, vector(builder, node.attributes.perm as number[])], {
      T: type(node.inputs.x.dtype),
      Tperm: int32,
    }),
  ],
  Concat: ({ node, inputs, builder }) => {
    const values = Object.values(inputs);
    const axis = scalar(builder, axisOf(node, first(node)));
    return [
      builder.pure('ConcatV2', [...values, axis], {
        N: int(values.length),
        T: type(first(node).dtype),
        Tidx: int32,
      }),
    ];
  },
  SplitV: ({ node, inputs, builder }) => {
    const axis = axisOf(node, node.inputs.x);
    const sizes = vector(
      builder,
      node.outputs.map(({ shape }) => shape[axis]),
    );
    const name = builder.pure('SplitV', [inputs.x, sizes, scalar(builder, axis)], {
      num_split: int(node.outputs.length),
      T: type(node.inputs.x.dtype),
      Tlen: int32,
    });
    return outputsOf(name, node.outputs.length);
  },
  Slice: ({ node, inputs, builder }) => {
    const begin = [node.attributes.begin as number | number[]].flat();
    const { shape } = node.outputs[0];
    const start = shape.map((_, i) => begin[i] ?? 0);
    return [
      builder.pure('Slice', [inputs.x, vector(builder, start), vector(builder, shape)], {
        T: type(node.inputs.x.dtype),
        Index: int32,
      }),
    ];
  },
  Pack: ({ node, inputs, builder }) => {
    const values = Object.values(inputs);
    return [
      builder.pure('Pack', values, {
        N: int(values.length),
        T: type(first(node).dtype),
        axis: int(node.attributes.axis as number),
      }),
    ];
  },
  Unpack: ({ node, inputs, builder }) => {
    const count = node.outputs.length;
    const name = builder.pure('Unpack', [inputs.value], {
      num: int(count),
      T: type(node.inputs.value.dtype),
      axis: int(axisOf(node, node.inputs.value)),
    });
    return outputsOf(name, count);
  },
  Tile: ({ node, inputs, builder }) => [
    builder.pure('Tile', [inputs.x, vector(builder, node.attributes.reps as number[])], {
      T: type(node.inputs.x.dtype),
      Tmultiples: int32,
    }),
  ],
  PadV2: ({ node, inputs, builder }) => {
    const { dtype } = node.inputs.x;
    const value = scalar(builder, node.attributes.constantValue as number, dtype);
    const paddings = pairs(builder, node.attributes.paddings as number[][]);
    const types = { T: type(dtype), Tpaddings: int32 };
    return [builder.pure('PadV2', [inputs.x, paddings, value], types)];
  },
  GatherV2: ({ node, inputs, builder }) => {
    const axis = scalar(builder, axisOf(node, node.inputs.x));
    return [
      builder.pure('GatherV2', [inputs.x, inputs.indices, axis], {
        Tparams: type(node.inputs.x.dtype),
        Tindices: int32,
        Taxis: int32,
      }),
    ];
  },
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
      adj_x: bool(Boolean(node.attributes.transposeA)),
      adj_y: bool(Boolean(node.attributes.transposeB)),
    }),
  ],
  ResizeBilinear: ({ node, inputs, builder }) => [
    builder.pure(
      'ResizeBilinear',
      [inputs.images, vector(builder, node.attributes.size as number[])],
      {
        T: floatType,
        align_corners: bool(Boolean(node.attributes.alignCorners)),
        half_pixel_centers: bool(Boolean(node.attributes.halfPixelCenters)),
      },
    ),
  ],
  ResizeBilinearGrad: ({ node, inputs, builder }) => [
    builder.pure('ResizeBilinearGrad', [inputs.dy, inputs.images], {
      T: floatType,
      align_corners: bool(Boolean(node.attributes.alignCorners)),
      half_pixel_centers: bool(false),
    }),
  ],
  FusedBatchNorm: normalize,
  SpaceToBatchND: ({ node, inputs, builder }) => {
    const { blockShape, paddings } = node.attributes as Record<string, never>;
    const operands = [inputs.x, vector(builder, blockShape), pairs(builder, paddings)];
    const types = { T: floatType, Tblock_shape: int32, Tpaddings: int32 };
    return [builder.pure('SpaceToBatchND', operands, types)];
  },
  BatchToSpaceND: ({ node, inputs, builder }) => {
    const { blockShape, crops } = node.attributes as Record<string, never>;
    const operands = [inputs.x, vector(builder, blockShape), pairs(builder, crops)];
    const types = { T: floatType, Tblock_shape: int32, Tcrops: int32 };
    return [builder.pure('BatchToSpaceND', operands, types)];
  },
  Reverse: ({ node, inputs, builder }) => [
    builder.pure('ReverseV2', [inputs.x, vector(builder, node.attributes.dims as number[])], {
      T: type(node.inputs.x.dtype),
      Tidx: int32,
    }),
  ],
};

/** TensorFlow forms by the kernel's name in tfjs. */
export const lowerings: ReadonlyMap<string, Lowering> = new Map(Object.entries(rows));
