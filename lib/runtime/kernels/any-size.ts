/**
 * What depends on the size of an image that is known only when the graph runs; the pass `anySize` puts
 * these nodes in the place of others.
 *
 * The grid is the image padded to 32·k + 1 pixels, at which a map at stride s has (n − 1)/s + 1.
 */
import { LARGEST_STRIDE } from '../../size.js';
import type { GraphBuilder } from '../graph/graph-builder.js';
import { bool, int, int32, kernel, one, scalar, type, vector, type KernelTable } from './kernel.js';

/** Pads an image with zeros on the right and below, to the next 32·k + 1 pixels, k ≥ 1. */
export const PAD_TO_GRID = 'AdlPadToGrid';

/** Resizes bilinearly, corners aligned, to the size of the maps at a stride. */
export const RESIZE_TO_STRIDE = 'AdlResizeToStride';

/** Zeros of the size of the maps at a stride. */
export const ZEROS_AT_STRIDE = 'AdlZerosAtStride';

/** Takes off again what {@link PAD_TO_GRID} added. */
export const CROP_TO_IMAGE = 'AdlCropToImage';

const T = int32;

/** Arithmetic on sizes, int32 `[2]`. */
function compute(builder: GraphBuilder, operation: string, x: string, y: number | string): string {
  const operand = typeof y === 'number' ? scalar(builder, y) : y;
  return builder.pure(operation, [x, operand], { T });
}

/** Height and width of an image, int32 `[2]`. */
function sizeOf(builder: GraphBuilder, image: string): string {
  const shape = builder.pure('Shape', [image], { T: type('float32'), out_type: int32 });
  const [begin, end, step] = [1, 3, 1].map((value) => vector(builder, [value]));
  const masks = ['begin', 'end', 'ellipsis', 'new_axis', 'shrink_axis'];
  return builder.pure('StridedSlice', [shape, begin, end, step], {
    T,
    Index: int32,
    ...Object.fromEntries(masks.map((mask) => [`${mask}_mask`, int(0)])),
  });
}

/** Height and width of the maps at a stride: (n − 1)/s + 1. */
function sizeAtStride(builder: GraphBuilder, grid: string, stride: unknown): string {
  const size = sizeOf(builder, grid);
  if (stride === 1) {
    return size;
  }
  const steps = compute(builder, 'FloorDiv', compute(builder, 'Sub', size, 1), stride as number);
  return compute(builder, 'AddV2', steps, 1);
}

/** A size between other numbers, as a vector. */
function around(
  builder: GraphBuilder,
  before: readonly number[],
  size: string,
  after: readonly number[],
): string {
  const parts = [vector(builder, before), size, ...(after.length ? [vector(builder, after)] : [])];
  const types = { N: int(parts.length), T, Tidx: int32 };
  return builder.pure('ConcatV2', [...parts, scalar(builder, 0)], types);
}

/** Kernels of images of any size. */
export const anySizeKernels: KernelTable = {
  [PAD_TO_GRID]: kernel(
    [],
    ({ image }) => one(image.shape, image.dtype),
    ({ node, inputs, builder }) => {
      const size = sizeOf(builder, inputs.image);
      const rounded = compute(builder, 'AddV2', size, LARGEST_STRIDE - 2);
      const steps = compute(builder, 'FloorDiv', rounded, LARGEST_STRIDE);
      const least = compute(builder, 'Maximum', steps, 1);
      const last = compute(builder, 'Mul', least, LARGEST_STRIDE);
      const grid = compute(builder, 'AddV2', last, 1);
      const added = compute(builder, 'Sub', grid, size);
      const columns = [vector(builder, [0, 0, 0, 0]), around(builder, [0], added, [0])];
      const paddings = builder.pure('Pack', columns, { N: int(2), T, axis: int(1) });
      const types = { T: type('float32'), Tpaddings: int32 };
      const zero = scalar(builder, 0, 'float32');
      const padded = builder.pure('PadV2', [inputs.image, paddings, zero], types);
      // Tells converters, such as that of TFLite, what the padding by a computed number hides from them.
      const [batch, , , channels] = node.inputs.image.shape;
      const shape = around(builder, [batch], grid, [channels]);
      return [builder.pure('Reshape', [padded, shape], { T: type('float32'), Tshape: int32 })];
    },
  ),
  [RESIZE_TO_STRIDE]: kernel(
    ['stride'],
    ({ images }) => one(images.shape, 'float32'),
    ({ attributes, inputs, builder }) => [
      builder.pure(
        'ResizeBilinear',
        [inputs.images, sizeAtStride(builder, inputs.grid, attributes.stride)],
        { T: type('float32'), align_corners: bool(true), half_pixel_centers: bool(false) },
      ),
    ],
  ),
  [ZEROS_AT_STRIDE]: kernel(
    ['stride', 'batch', 'channels'],
    ({ grid }) => one(grid.shape, 'float32'),
    ({ attributes, inputs, builder }) => {
      const { stride, batch, channels } = attributes;
      const size = sizeAtStride(builder, inputs.grid, stride);
      const dims = around(builder, [batch as number], size, [channels as number]);
      const types = { T: type('float32'), index_type: int32 };
      return [builder.pure('Fill', [dims, scalar(builder, 0, 'float32')], types)];
    },
  ),
  [CROP_TO_IMAGE]: kernel(
    [],
    ({ x }) => one(x.shape, x.dtype),
    ({ node, inputs, builder }) => {
      const { shape, dtype } = node.inputs.x;
      const begin = vector(
        builder,
        shape.map(() => 0),
      );
      const rest = shape.slice(3).map(() => -1);
      const size = around(builder, [-1], sizeOf(builder, inputs.image), rest);
      return [builder.pure('Slice', [inputs.x, begin, size], { T: type(dtype), Index: int32 })];
    },
  ),
};
