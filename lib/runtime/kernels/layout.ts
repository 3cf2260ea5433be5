/** Operations that only move numbers, and constants. */
import { backend_util, slice_util, util } from '@tensorflow/tfjs-core';
import type { DataType } from '@tensorflow/tfjs-core';
import { elementsOf } from '../../tensors.js';
import { outputNames } from '../graph/value-name.js';
import {
  axisIn,
  first,
  int,
  int32,
  kernel,
  one,
  pairs,
  sameAsFirst,
  scalar,
  type,
  vector,
  type KernelTable,
  type LoweringContext,
} from './kernel.js';

/** A shape without one of its dimensions. */
const without = (shape: readonly number[], dim: number): number[] =>
  shape.filter((_, i) => i !== dim);

/** The same data in the output's shape. */
const reshape = ({ node, inputs, builder }: LoweringContext<string>): string[] => {
  const [{ shape, dtype }] = node.outputs;
  const [input] = Object.values(inputs);
  return [
    builder.pure('Reshape', [input, vector(builder, shape)], { T: type(dtype), Tshape: int32 }),
  ];
};

/** Kernels that change the place of numbers. */
export const layout: KernelTable = {
  Fill: kernel(
    ['shape', 'value', 'dtype'],
    (_, { shape, dtype }) => one(shape as number[], (dtype as DataType | undefined) ?? 'float32'),
    ({ node, attributes, builder }) => {
      const [{ shape, dtype }] = node.outputs;
      const size = elementsOf(shape);
      const data = dtype === 'float32' ? new Float32Array(size) : new Int32Array(size);
      return [builder.constant(data.fill(attributes.value as number), shape, dtype)];
    },
  ),
  Reshape: kernel(
    ['shape'],
    ({ x }, { shape }) =>
      one(util.inferFromImplicitShape(shape as number[], elementsOf(x.shape)), x.dtype),
    reshape,
  ),
  ExpandDims: kernel(
    ['dim'],
    ({ input }, { dim }) => {
      const axis = dim as number;
      const shape = [...input.shape];
      shape.splice(axis < 0 ? shape.length + 1 + axis : axis, 0, 1);
      return one(shape, input.dtype);
    },
    reshape,
  ),
  Transpose: kernel(
    ['perm'],
    ({ x }, { perm }) => {
      const shape = (perm as number[]).map((i) => x.shape[i]);
      return one(shape, x.dtype);
    },
    ({ node, attributes, inputs, builder }) => {
      const perm = vector(builder, attributes.perm as number[]);
      const types = { T: type(node.inputs.x.dtype), Tperm: int32 };
      return [builder.pure('Transpose', [inputs.x, perm], types)];
    },
  ),
  Concat: kernel(
    ['axis'],
    (inputs, { axis }) => {
      const parts = Object.values(inputs);
      const shapes = parts.map((part) => [...part.shape]);
      return one(backend_util.computeOutShape(shapes, axisIn(axis, shapes[0])), parts[0].dtype);
    },
    ({ node, attributes, inputs, builder }) => {
      const values = Object.values(inputs);
      const { shape, dtype } = first(node);
      const axis = scalar(builder, axisIn(attributes.axis, shape));
      const types = { N: int(values.length), T: type(dtype), Tidx: int32 };
      return [builder.pure('ConcatV2', [...values, axis], types)];
    },
  ),
  SplitV: kernel(
    ['numOrSizeSplits', 'axis'],
    ({ x }, { numOrSizeSplits, axis }) => {
      const dim = axisIn(axis, x.shape);
      const sizes = backend_util.prepareSplitSize(
        { shape: [...x.shape] } as never,
        numOrSizeSplits as number | number[],
        dim,
      );
      return sizes.map((size) => ({
        shape: x.shape.map((n, i) => (i === dim ? size : n)),
        dtype: x.dtype,
      }));
    },
    ({ node, attributes, inputs, builder }) => {
      const axis = axisIn(attributes.axis, node.inputs.x.shape);
      const sizes = node.outputs.map(({ shape }) => shape[axis]);
      const operands = [inputs.x, vector(builder, sizes), scalar(builder, axis)];
      const types = { T: type(node.inputs.x.dtype), Tlen: int32 };
      const name = builder.pure('SplitV', operands, { num_split: int(sizes.length), ...types });
      return outputNames(name, sizes.length);
    },
  ),
  Slice: kernel(
    ['begin', 'size'],
    ({ x }, { begin, size }) => {
      const value = { shape: [...x.shape], rank: x.shape.length } as never;
      const [, sizes] = slice_util.parseSliceParams(value, begin as number[], size as number[]);
      return one(sizes, x.dtype);
    },
    ({ node, attributes, inputs, builder }) => {
      const begin = [attributes.begin as number | number[]].flat();
      const { shape } = node.outputs[0];
      const start = shape.map((_, i) => begin[i] ?? 0);
      const operands = [inputs.x, vector(builder, start), vector(builder, shape)];
      return [builder.pure('Slice', operands, { T: type(node.inputs.x.dtype), Index: int32 })];
    },
  ),
  Pack: kernel(
    ['axis'],
    (inputs, { axis }) => {
      const { shape, dtype } = Object.values(inputs)[0];
      const stacked = [...shape];
      stacked.splice(axisIn(axis, [...shape, 1]), 0, Object.keys(inputs).length);
      return one(stacked, dtype);
    },
    ({ node, attributes, inputs, builder }) => {
      const values = Object.values(inputs);
      const { shape, dtype } = first(node);
      const axis = int(axisIn(attributes.axis, [...shape, 1]));
      return [builder.pure('Pack', values, { N: int(values.length), T: type(dtype), axis })];
    },
  ),
  Unpack: kernel(
    ['axis'],
    ({ value }, { axis }) => {
      const dim = axisIn(axis, value.shape);
      const part = { shape: without(value.shape, dim), dtype: value.dtype };
      return Array.from({ length: value.shape[dim] }, () => part);
    },
    ({ node, attributes, inputs, builder }) => {
      const count = node.outputs.length;
      const { shape, dtype } = node.inputs.value;
      const axis = int(axisIn(attributes.axis, shape));
      const name = builder.pure('Unpack', [inputs.value], {
        num: int(count),
        T: type(dtype),
        axis,
      });
      return outputNames(name, count);
    },
  ),
  Tile: kernel(
    ['reps'],
    ({ x }, { reps }) => {
      const times = reps as number[];
      const shape = x.shape.map((n, i) => n * times[i]);
      return one(shape, x.dtype);
    },
    ({ node, attributes, inputs, builder }) => {
      const times = vector(builder, attributes.reps as number[]);
      const types = { T: type(node.inputs.x.dtype), Tmultiples: int32 };
      return [builder.pure('Tile', [inputs.x, times], types)];
    },
  ),
  PadV2: kernel(
    ['paddings', 'constantValue'],
    ({ x }, { paddings }) => {
      const sides = paddings as [number, number][];
      const shape = x.shape.map((size, i) => size + sides[i][0] + sides[i][1]);
      return one(shape, x.dtype);
    },
    ({ node, attributes, inputs, builder }) => {
      const { dtype } = node.inputs.x;
      const value = scalar(builder, (attributes.constantValue as number | undefined) ?? 0, dtype);
      const sides = pairs(builder, attributes.paddings as number[][]);
      const types = { T: type(dtype), Tpaddings: int32 };
      return [builder.pure('PadV2', [inputs.x, sides, value], types)];
    },
  ),
  GatherV2: kernel(
    ['axis', 'batchDims'],
    ({ x, indices }, { axis, batchDims }) => {
      const dim = axisIn(axis, x.shape);
      const inner = indices.shape.slice(batchDimsOf(batchDims, indices.shape));
      return one([...x.shape.slice(0, dim), ...inner, ...x.shape.slice(dim + 1)], x.dtype);
    },
    ({ node, attributes, inputs, builder }) => {
      const { x, indices } = node.inputs;
      const axis = scalar(builder, axisIn(attributes.axis, x.shape));
      return [
        builder.pure('GatherV2', [inputs.x, inputs.indices, axis], {
          Tparams: type(x.dtype),
          Tindices: int32,
          Taxis: int32,
          batch_dims: int(batchDimsOf(attributes.batchDims, indices.shape)),
        }),
      ];
    },
  ),
  SpaceToBatchND: kernel(
    ['blockShape', 'paddings'],
    ({ x }, { blockShape, paddings }) => {
      const blocks = blockShape as number[];
      const sides = paddings as [number, number][];
      const [batch, ...rest] = x.shape;
      const spatial = blocks.map((block, i) => (rest[i] + sides[i][0] + sides[i][1]) / block);
      return one([batch * elementsOf(blocks), ...spatial, ...rest.slice(blocks.length)], x.dtype);
    },
    ({ node, attributes, inputs, builder }) => {
      const blocks = vector(builder, attributes.blockShape as number[]);
      const sides = pairs(builder, attributes.paddings as number[][]);
      const types = { T: type(node.inputs.x.dtype), Tblock_shape: int32, Tpaddings: int32 };
      return [builder.pure('SpaceToBatchND', [inputs.x, blocks, sides], types)];
    },
  ),
  BatchToSpaceND: kernel(
    ['blockShape', 'crops'],
    ({ x }, { blockShape, crops }) => {
      const blocks = blockShape as number[];
      const cut = crops as [number, number][];
      const [batch, ...rest] = x.shape;
      const spatial = blocks.map((block, i) => rest[i] * block - cut[i][0] - cut[i][1]);
      return one([batch / elementsOf(blocks), ...spatial, ...rest.slice(blocks.length)], x.dtype);
    },
    ({ node, attributes, inputs, builder }) => {
      const blocks = vector(builder, attributes.blockShape as number[]);
      const cut = pairs(builder, attributes.crops as number[][]);
      const types = { T: type(node.inputs.x.dtype), Tblock_shape: int32, Tcrops: int32 };
      return [builder.pure('BatchToSpaceND', [inputs.x, blocks, cut], types)];
    },
  ),
  Reverse: kernel(['dims'], sameAsFirst, ({ node, attributes, inputs, builder }) => {
    const { shape, dtype } = node.inputs.x;
    const axes = util.parseAxisParam(attributes.dims as number | number[], [...shape]);
    const types = { T: type(dtype), Tidx: int32 };
    return [builder.pure('ReverseV2', [inputs.x, vector(builder, axes)], types)];
  }),
};

/** Leading dimensions that operand and indices share; counted from the end if negative. */
function batchDimsOf(given: unknown, indices: readonly number[]): number {
  const count = (given as number | undefined) ?? 0;
  return count < 0 ? count + indices.length : count;
}
