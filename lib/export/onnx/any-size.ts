/** In ONNX: what depends on the size of an image that is known only when the graph runs. */
import {
  CROP_TO_IMAGE,
  PAD_TO_GRID,
  RESIZE_TO_STRIDE,
  ZEROS_AT_STRIDE,
} from '../../runtime/kernels/any-size.js';
import { LARGEST_STRIDE } from '../../size.js';
import type { OnnxGraph } from './onnx-graph.js';
import { RESIZE, type OnnxOperation } from './operation.js';

/** Arithmetic on sizes, int64 `[2]`. */
function compute(graph: OnnxGraph, operation: string, x: string, y: number | string): string {
  return graph.add(operation, [x, typeof y === 'number' ? graph.integers([y]) : y]);
}

/** Height and width of a map, int64 `[2]`. */
const sizeOf = (graph: OnnxGraph, map: string) => graph.add('Shape', [map], { start: 2, end: 4 });

/** Height and width of the maps at a stride: (n − 1)/s + 1. */
function sizeAtStride(graph: OnnxGraph, grid: string, stride: unknown): string {
  const steps = compute(graph, 'Sub', sizeOf(graph, grid), 1);
  return compute(graph, 'Add', compute(graph, 'Div', steps, stride as number), 1);
}

/** Two vectors behind each other. */
const join = (graph: OnnxGraph, a: string, b: string) => graph.add('Concat', [a, b], { axis: 0 });

/** The kernels of images of any size. */
export const anySizeOperations: Readonly<Record<string, OnnxOperation>> = {
  [PAD_TO_GRID]: ({ graph, operand }) => {
    const size = sizeOf(graph, operand('image'));
    const rounded = compute(graph, 'Add', size, LARGEST_STRIDE - 2);
    const steps = compute(graph, 'Max', compute(graph, 'Div', rounded, LARGEST_STRIDE), 1);
    const grid = compute(graph, 'Add', compute(graph, 'Mul', steps, LARGEST_STRIDE), 1);
    // Before all four axes; behind batch, channels, height, width.
    const pads = join(graph, graph.integers([0, 0, 0, 0, 0, 0]), compute(graph, 'Sub', grid, size));
    return graph.add('Pad', [operand('image'), pads, graph.floats([0], [])]);
  },
  [RESIZE_TO_STRIDE]: ({ attributes, graph, operand }) => {
    const outer = graph.add('Shape', [operand('images')], { start: 0, end: 2 });
    const sizes = join(graph, outer, sizeAtStride(graph, operand('grid'), attributes.stride));
    return graph.add('Resize', [operand('images'), '', '', sizes], RESIZE);
  },
  [ZEROS_AT_STRIDE]: ({ attributes, graph, operand }) => {
    const outer = graph.integers([attributes.batch as number, attributes.channels as number]);
    const shape = join(graph, outer, sizeAtStride(graph, operand('grid'), attributes.stride));
    return graph.add('Expand', [graph.floats([0], []), shape]);
  },
  [CROP_TO_IMAGE]: ({ node, graph, operand }) => {
    // Maps have channels before height and width, label maps do not.
    const axes = node.inputs.x.shape.length === 4 ? [2, 3] : [1, 2];
    const size = sizeOf(graph, operand('image'));
    return graph.add('Slice', [operand('x'), graph.integers([0, 0]), size, graph.integers(axes)]);
  },
};
