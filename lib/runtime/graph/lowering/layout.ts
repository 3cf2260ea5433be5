/** Operations that only move numbers, and the reading of constants, in TensorFlow operations. */
import { elementsOf } from '../../../tensors.js';
import { floatType } from '../../../ops/native-call.js';
import { outputNames } from '../value-name.js';
import {
  axisOf,
  first,
  int,
  int32,
  pairs,
  scalar,
  type,
  vector,
  type Lowering,
  type LoweringTable,
} from './operands.js';

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

/** Lowerings that change the place of numbers. */
export const layout: LoweringTable = {
  Fill: ({ node, builder }) => {
    const [{ shape, dtype }] = node.outputs;
    const size = elementsOf(shape);
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
    return outputNames(name, node.outputs.length);
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
    return outputNames(name, count);
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
