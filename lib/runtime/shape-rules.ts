/**
 * Output shapes of the tfjs kernels that a step may use, from the shapes of their operands.
 *
 * One entry per kernel; operands and attributes have the names that tfjs uses.
 */
import { backend_util, slice_util, util } from '@tensorflow/tfjs-core';
import type { DataType, NamedAttrMap } from '@tensorflow/tfjs-core';

/** A shape and a type. */
export interface ShapeInfo {
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

/** Shapes of the outputs of one kernel. */
export type ShapeRule = (
  inputs: Readonly<Record<string, ShapeInfo>>,
  attributes: NamedAttrMap,
) => readonly ShapeInfo[];

const one = (shape: readonly number[], dtype: DataType): ShapeInfo[] => [{ shape, dtype }];

const sameAsFirst: ShapeRule = (inputs) => {
  const { shape, dtype } = Object.values(inputs)[0];
  return one(shape, dtype);
};

const broadcast =
  (dtype?: DataType): ShapeRule =>
  ({ a, b }) =>
    one(backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]), dtype ?? a.dtype);

/** The axes of a reduction, counted from the front; `Max` alone calls them otherwise. */
export function reducedAxes(
  { axis, reductionIndices = axis }: NamedAttrMap,
  shape: readonly number[],
): number[] {
  return util.parseAxisParam(reductionIndices as number | number[], [...shape]);
}

const reduce: ShapeRule = ({ x }, attributes) => {
  const axes = reducedAxes(attributes, x.shape);
  const [shape] = backend_util.computeOutAndReduceShapes([...x.shape], axes);
  return one(attributes.keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape, x.dtype);
};

const fromAttribute: ShapeRule = (inputs, { shape, dtype }) =>
  one(shape as number[], (dtype as DataType | undefined) ?? Object.values(inputs)[0].dtype);

const padded: ShapeRule = ({ x }, { paddings }) => {
  const pairs = paddings as [number, number][];
  return one(
    x.shape.map((size, i) => size + pairs[i][0] + pairs[i][1]),
    x.dtype,
  );
};

const resized: ShapeRule = ({ images }, { size }) => {
  const [height, width] = size as [number, number];
  return one([images.shape[0], height, width, images.shape[3]], 'float32');
};

const concatenated: ShapeRule = (inputs, { axis }) => {
  const parts = Object.values(inputs);
  const shapes = parts.map((part) => [...part.shape]);
  const [dim] = util.parseAxisParam(axis as number, shapes[0]);
  return one(backend_util.computeOutShape(shapes, dim), parts[0].dtype);
};

const split: ShapeRule = ({ x }, { numOrSizeSplits, axis }) => {
  const [dim] = util.parseAxisParam(axis as number, [...x.shape]);
  const count = numOrSizeSplits as number | number[];
  const sizes = Array.isArray(count)
    ? count
    : Array.from({ length: count }, () => x.shape[dim] / count);
  return sizes.map((size) => ({
    shape: x.shape.map((n, i) => (i === dim ? size : n)),
    dtype: x.dtype,
  }));
};

const sliced: ShapeRule = ({ x }, { begin, size }) => {
  const [, sizes] = slice_util.parseSliceParams(
    { shape: [...x.shape], rank: x.shape.length } as never,
    begin as number[],
    size as number[],
  );
  return one(sizes, x.dtype);
};

const matrixProduct: ShapeRule = ({ a, b }, { transposeA, transposeB }) => {
  const rank = a.shape.length;
  const rows = a.shape[transposeA ? rank - 1 : rank - 2];
  const columns = b.shape[b.shape.length - (transposeB ? 2 : 1)];
  const batch = backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return one([...batch, rows, columns], a.dtype);
};

const gathered: ShapeRule = ({ x, indices }, { axis }) => {
  const [dim] = util.parseAxisParam((axis as number | undefined) ?? 0, [...x.shape]);
  return one([...x.shape.slice(0, dim), ...indices.shape, ...x.shape.slice(dim + 1)], x.dtype);
};

const spaceToBatch: ShapeRule = ({ x }, { blockShape, paddings }) => {
  const blocks = blockShape as number[];
  const pads = paddings as [number, number][];
  const [batch, ...rest] = x.shape;
  const spatial = blocks.map((block, i) => (rest[i] + pads[i][0] + pads[i][1]) / block);
  const product = util.sizeFromShape(blocks);
  return one([batch * product, ...spatial, ...rest.slice(blocks.length)], x.dtype);
};

const batchToSpace: ShapeRule = ({ x }, { blockShape, crops }) => {
  const blocks = blockShape as number[];
  const cut = crops as [number, number][];
  const [batch, ...rest] = x.shape;
  const spatial = blocks.map((block, i) => rest[i] * block - cut[i][0] - cut[i][1]);
  const product = util.sizeFromShape(blocks);
  return one([batch / product, ...spatial, ...rest.slice(blocks.length)], x.dtype);
};

function table(rule: ShapeRule, ...kernels: string[]): [string, ShapeRule][] {
  return kernels.map((kernel) => [kernel, rule]);
}

/** Shape rules by the kernel's name in tfjs. */
export const shapeRules: ReadonlyMap<string, ShapeRule> = new Map([
  ...table(broadcast(), 'Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'Pow'),
  ...table(broadcast(), 'SquaredDifference', 'FloorDiv', 'Mod'),
  ...table(broadcast('bool'), 'Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less'),
  ...table(broadcast('bool'), 'LessEqual', 'LogicalAnd', 'LogicalOr'),
  ...table(sameAsFirst, 'Relu', 'Step', 'Exp', 'Log', 'Sqrt', 'Rsqrt', 'Square', 'Neg', 'Abs'),
  ...table(sameAsFirst, 'Floor', 'Sigmoid', 'Tanh', 'ZerosLike', 'OnesLike', 'Identity'),
  ...table(sameAsFirst, 'Reciprocal', 'Softmax', 'ClipByValue', 'AddN', 'Reverse'),
  ...table(sameAsFirst, 'LogicalNot', 'Round', 'Sign'),
  ...table(({ x }, { dtype }) => one(x.shape, dtype as DataType), 'Cast'),
  ...table(({ x }) => one(x.shape, 'bool'), 'IsNan', 'IsFinite', 'IsInf'),
  ...table(({ t }) => one(t.shape, t.dtype), 'Select'),
  ...table(reduce, 'Sum', 'Mean', 'Max', 'Min', 'Prod'),
  ...table(({ x }, { axis }) => {
    const [dim] = util.parseAxisParam(axis as number, [...x.shape]);
    return one([...x.shape.slice(0, dim), ...x.shape.slice(dim + 1)], 'int32');
  }, 'ArgMax'),
  ...table(fromAttribute, 'Fill'),
  ...table(({ x }, { shape }) => {
    const size = util.sizeFromShape([...x.shape]);
    return one(util.inferFromImplicitShape(shape as number[], size), x.dtype);
  }, 'Reshape'),
  ...table(({ input }, { dim }) => {
    const axis = dim as number;
    const shape = [...input.shape];
    shape.splice(axis < 0 ? shape.length + 1 + axis : axis, 0, 1);
    return one(shape, input.dtype);
  }, 'ExpandDims'),
  ...table(
    ({ x }, { perm }) =>
      one(
        (perm as number[]).map((i) => x.shape[i]),
        x.dtype,
      ),
    'Transpose',
  ),
  ...table(concatenated, 'Concat'),
  ...table(split, 'SplitV'),
  ...table(sliced, 'Slice'),
  ...table((inputs, { axis }) => {
    const { shape, dtype } = inputs[0];
    const stacked = [...shape];
    stacked.splice(axis as number, 0, Object.keys(inputs).length);
    return one(stacked, dtype);
  }, 'Pack'),
  ...table(({ value }, { axis }) => {
    const [dim] = util.parseAxisParam(axis as number, [...value.shape]);
    const shape = [...value.shape.slice(0, dim), ...value.shape.slice(dim + 1)];
    return Array.from({ length: value.shape[dim] }, () => ({ shape, dtype: value.dtype }));
  }, 'Unpack'),
  ...table(({ x }, { reps }) => {
    const times = reps as number[];
    return one(
      x.shape.map((n, i) => n * times[i]),
      x.dtype,
    );
  }, 'Tile'),
  ...table(padded, 'PadV2'),
  ...table(gathered, 'GatherV2'),
  ...table(({ x }, { numSegments }) => {
    return one([numSegments as number, ...x.shape.slice(1)], x.dtype);
  }, 'UnsortedSegmentSum'),
  ...table(matrixProduct, 'BatchMatMul'),
  ...table(resized, 'ResizeBilinear'),
  ...table(({ images }) => one(images.shape, 'float32'), 'ResizeBilinearGrad'),
  ...table(({ x }) => one(x.shape, 'float32'), 'FusedBatchNorm'),
  ...table(spaceToBatch, 'SpaceToBatchND'),
  ...table(batchToSpace, 'BatchToSpaceND'),
]);
