/** The convolutions of a traced network and the work in each. */
import {
  producerOf,
  type TraceGraph,
  type TraceNode,
  type TraceValue,
} from '../../runtime/trace-graph.js';
import { elementsOf } from '../../tensors.js';

/** One convolution as it ran. */
export interface ConvolutionWork {
  /** The kernel call. */
  readonly node: TraceNode;
  /** Full name of its weights; several convolutions may share them. */
  readonly weights: string;
  /** Height and width of the filters, in taps. */
  readonly kernel: number;
  /** Step between outputs, in pixels. */
  readonly stride: number;
  /** Atrous rate. */
  readonly rate: number;
  /** Size of the result, `[batch, height, width, filters]`. */
  readonly outputShape: readonly number[];
  /** Multiply-adds for one number of the result: taps · input channels that each filter sees. */
  readonly perOutput: number;
}

/** An atrous rate and the map that it gives. */
type Atrous = Pick<ConvolutionWork, 'rate' | 'outputShape'>;

/** The rate of a depthwise convolution that runs on rate² interleaved maps; undefined: it does not. */
function interleaved(node: TraceNode, { nodes }: TraceGraph): Atrous | undefined {
  const split = producerOf(node.inputs.x);
  if (split?.kernel !== 'SpaceToBatchND') {
    return undefined;
  }
  const [rate] = split.attributes.blockShape as number[];
  const join = nodes.find(
    ({ kernel, inputs }) => kernel === 'BatchToSpaceND' && producerOf(inputs.x) === node,
  );
  return join && { rate, outputShape: join.outputs[0].shape };
}

/**
 * The variable that a filter is made of: itself, or what it is computed from; undefined for windows
 * of ones, which stand for some pools.
 */
export function weightsOf(filter: TraceValue): string | undefined {
  if (filter.source.kind === 'state') {
    return filter.source.name;
  }
  for (const input of Object.values(producerOf(filter)?.inputs ?? {})) {
    const name = weightsOf(input);
    if (name !== undefined) {
      return name;
    }
  }
  return undefined;
}

/** The convolution of a node, dense or depthwise; undefined for everything else. */
function convolutionOf(node: TraceNode, graph: TraceGraph): ConvolutionWork | undefined {
  const filter = 'filter' in node.inputs ? node.inputs.filter : undefined;
  const weights = filter && weightsOf(filter);
  if (filter === undefined || weights === undefined) {
    return undefined;
  }
  const { stride, rate } = node.attributes as { stride: number; rate: number };
  const atrous = interleaved(node, graph) ?? { rate, outputShape: node.outputs[0].shape };
  const [height, width, channels] = filter.shape;
  const seen = node.kernel === 'AdlDepthwiseConv2D' ? 1 : channels;
  return {
    node,
    weights,
    kernel: height,
    stride,
    rate: atrous.rate,
    outputShape: atrous.outputShape,
    perOutput: height * width * seen,
  };
}

/** The convolutions of a network, in the order in which they run. */
export function convolutionsOf(graph: TraceGraph): ConvolutionWork[] {
  return graph.nodes.map((node) => convolutionOf(node, graph)).filter((work) => work !== undefined);
}

/** Multiply-adds of a convolution. */
export function multiplyAddsOf({ outputShape, perOutput }: ConvolutionWork): number {
  return elementsOf(outputShape) * perOutput;
}
