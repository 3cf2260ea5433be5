/** The paper's own way of counting multiply-adds. */
import { producerOf, type TraceGraph, type TraceNode } from '../../runtime/trace-graph.js';
import { elementsOf } from '../../tensors.js';
import {
  convolutionsOf,
  multiplyAddsOf,
  weightsOf,
  type ConvolutionWork,
} from './convolution-work.js';

/** What the paper's figure is made of, in multiply-adds; an addition or comparison is one half. */
export interface PaperCount {
  /** Convolutions as they are: the plain count. */
  readonly convolutions: number;
  /** What atrous convolutions add by running on padded maps. */
  readonly atrousPadding: number;
  /** What image pooling adds by sliding a window over the image. */
  readonly imagePooling: number;
  /** The 3×3 pools of the cells. */
  readonly pools: number;
  /** The sums of the blocks and the classifier's bias. */
  readonly additions: number;
}

/** Height and width of the authors' training crop for Cityscapes, in pixels. */
const TRAINING_CROP = 769;

/** `size` rounded up to a multiple of `rate`. */
function roundUp(size: number, rate: number): number {
  return Math.ceil(size / rate) * rate;
}

/**
 * Work on the pixels that make each direction a multiple of the atrous rate: TensorFlow 1 splits the
 * map into rate² interleaved maps, which must be of one size.
 */
function padding(work: ConvolutionWork): number {
  const [batch, height, width, filters] = work.outputShape;
  const padded = [batch, roundUp(height, work.rate), roundUp(width, work.rate), filters];
  return (elementsOf(padded) - elementsOf(work.outputShape)) * work.perOutput;
}

/** Image pooling by a window of the size of the training crop, then the 1×1 convolution on each result. */
function slidingPool(mean: TraceNode, pooled: ConvolutionWork, outputStride: number): number {
  const [, height, width, channels] = mean.inputs.x.shape;
  const crop = Math.floor((TRAINING_CROP - 1) / outputStride) + 1;
  const [rows, columns] = [Math.min(crop, height), Math.min(crop, width)];
  const positions = (height - rows + 1) * (width - columns + 1);
  const sums = (positions * rows * columns * channels) / 2;
  return sums + (positions - 1) * multiplyAddsOf(pooled);
}

/** Floating-point operations per number of a 3×3 pool's result. */
const POOL_OPERATIONS = 9;

function isPool({ kernel, inputs }: TraceNode): boolean {
  const standsForPool = kernel === 'AdlDepthwiseConv2D' && weightsOf(inputs.filter) === undefined;
  return kernel === 'AdlMaxPool' || kernel === 'AdlAvgPool' || standsForPool;
}

/**
 * Counts as TensorFlow 1's profiler counts the authors' graph, floating-point operations over 2:
 *
 * 1. every convolution: outputs · taps · input channels;
 * 2. atrous convolutions on maps whose sizes are rounded up to a multiple of the rate;
 * 3. image pooling as an average pool with stride 1 and a window of the training crop's size
 *    (97 × 97 at output stride 8): its sums, and the 1×1 convolution behind it on all results;
 * 4. the other pools: 9 operations per output;
 * 5. element-wise sums: one operation per output. Batch norm, ReLU and resizing are not counted.
 *
 * Assumption: the authors state none of this. The rules come from their code, which prints this
 * profile, and give 333.18, 460.83 and 694.88 billion at 1025 × 2049 for F = 20, 32 and 48, where
 * Table 2 has 333.25, 460.93 and 695.03, a difference of 0.02 %; a plain count is some 4 % lower.
 *
 * @param graph - the network traced at batch 1
 * @param outputStride - stride of the encoder's output, in pixels
 */
export function countAsPaper(graph: TraceGraph, outputStride: number): PaperCount {
  const convolutions = convolutionsOf(graph);
  const mean = graph.nodes.find(({ kernel }) => kernel === 'Mean');
  const pooled = convolutions.find(({ node }) => mean && producerOf(node.inputs.x) === mean);
  const outputs = (nodes: readonly TraceNode[]) =>
    sum(nodes, (node) => elementsOf(node.outputs[0].shape));
  return {
    convolutions: sum(convolutions, multiplyAddsOf),
    atrousPadding: sum(convolutions, padding),
    imagePooling: mean && pooled ? slidingPool(mean, pooled, outputStride) : 0,
    pools: (outputs(graph.nodes.filter(isPool)) * POOL_OPERATIONS) / 2,
    additions: outputs(graph.nodes.filter(({ kernel }) => kernel === 'Add')) / 2,
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
