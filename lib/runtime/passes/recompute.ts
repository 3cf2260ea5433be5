/** Computes parts of the forward pass again in the backward pass instead of keeping their values. */
import {
  bytesOf,
  producerOf,
  resultsOf,
  type TracedStep,
  type TraceNode,
  type TraceValue,
} from '../trace-graph.js';
import { StepRewriter } from './rewrite.js';

/**
 * What is computed again.
 *
 * *none* - nothing: fastest, most memory. *cheap* - all but dense convolutions, whose results are
 * kept: about half the memory for little time. *all* - everything inside a part: least memory, about
 * a third more time.
 */
export type Recomputation = 'none' | 'cheap' | 'all';

/** Kernels whose results are worth keeping under *cheap*. */
const EXPENSIVE: ReadonlySet<string> = new Set(['AdlConv2D', 'Conv2D', 'BatchMatMul']);

/** Values of at most this many bytes are kept, such as the statistics of a batch norm. */
const SMALL = 16 * 1024;

/** One part of the forward pass. */
interface Region {
  /** Its nodes that are not only read by the backward pass; these stay in memory anyway. */
  readonly leaving: Set<TraceNode>;
  /** Nodes of the backward pass that read its values, in order. */
  readonly readers: TraceNode[];
}

/** The parts of a step's forward pass, by number. */
function findRegions(step: TracedStep): ReadonlyMap<number, Region> {
  const regions = new Map<number, Region>();
  for (const node of step.nodes) {
    for (const value of Object.values(node.inputs)) {
      const producer = producerOf(value);
      if (producer?.region === undefined || producer.region === node.region) {
        continue;
      }
      const region = regions.get(producer.region) ?? { leaving: new Set(), readers: [] };
      regions.set(producer.region, region);
      if (node.forward) {
        region.leaving.add(producer);
      } else if (region.readers.at(-1) !== node) {
        region.readers.push(node);
      }
    }
  }
  for (const value of resultsOf(step)) {
    const producer = producerOf(value);
    if (producer?.region !== undefined) {
      regions.get(producer.region)?.leaving.add(producer);
    }
  }
  return regions;
}

/** The node of the backward pass after which a part is to be computed again. */
function triggerOf({ readers }: Region): TraceNode | undefined {
  for (const { inputs, after = [] } of readers) {
    const before = [...Object.values(inputs).map(producerOf), ...after];
    const backward = before.filter((one) => one !== undefined && !one.forward) as TraceNode[];
    if (backward.length > 0) {
      return backward.sort((a, b) => b.index - a.index)[0];
    }
  }
  return undefined;
}

/** A second copy of one part, written as far as it is asked for. */
class RegionCopy {
  private readonly copies = new Map<TraceNode, TraceNode>();

  constructor(
    private readonly rewriter: StepRewriter,
    private readonly isKept: (value: TraceValue) => boolean,
    /** In the new step. */
    private readonly trigger: TraceNode,
  ) {}

  /** The value computed again, or the original if it is kept. */
  valueOf(value: TraceValue): TraceValue {
    const { source } = value;
    if (source.kind !== 'node' || this.isKept(value)) {
      return this.rewriter.valueOf(value);
    }
    const copy = this.copies.get(source.node) ?? this.write(source.node);
    return { ...copy.outputs[source.output], shape: value.shape };
  }

  private write(node: TraceNode): TraceNode {
    const inputs = Object.fromEntries(
      Object.entries(node.inputs).map(([name, value]) => [name, this.valueOf(value)]),
    );
    const isFirst = Object.values(node.inputs).every(
      (value) => value.source.kind !== 'node' || this.isKept(value),
    );
    const { kernel, attributes, outputs, device } = node;
    const draft = { kernel, attributes, outputs, inputs, device };
    const copy = this.rewriter.add(isFirst ? { ...draft, after: [this.trigger] } : draft);
    this.copies.set(node, copy);
    return copy;
  }
}

/**
 * Rewrites a step so that values inside the parts marked by `recomputable` are computed again when
 * the backward pass needs them. Only what enters and leaves a part then stays in memory.
 *
 * The copies wait for the gradient that enters the part, so that they neither run too early nor are
 * merged with the originals. The results are the same, bit for bit.
 *
 * Source: Chen et al., "Training deep nets with sublinear memory cost", 2016.
 */
export function recompute(step: TracedStep, what: Recomputation): TracedStep {
  if (what === 'none') {
    return step;
  }
  const rewriter = new StepRewriter();
  const regions = findRegions(step);
  const copies = new Map<number, RegionCopy>();
  const images = new Map<TraceNode, TraceNode>();
  const isKept = (value: TraceValue): boolean => {
    const producer = producerOf(value);
    return (
      producer?.region === undefined ||
      !producer.forward ||
      bytesOf(value) <= SMALL ||
      (what === 'cheap' && EXPENSIVE.has(producer.kernel)) ||
      regions.get(producer.region)!.leaving.has(producer)
    );
  };
  const copyOf = (number: number): RegionCopy | undefined => {
    const trigger = triggerOf(regions.get(number)!);
    const image = trigger && images.get(trigger);
    if (!copies.has(number) && image) {
      copies.set(number, new RegionCopy(rewriter, isKept, image));
    }
    return copies.get(number);
  };
  for (const node of step.nodes) {
    if (node.forward) {
      images.set(node, rewriter.copy(node));
      continue;
    }
    const inputs = Object.fromEntries(
      Object.entries(node.inputs).map(([name, value]) => {
        const region = producerOf(value)?.region;
        const copy = region === undefined || isKept(value) ? undefined : copyOf(region);
        return [name, (copy ?? rewriter).valueOf(value)];
      }),
    );
    const image = rewriter.add({ ...node, inputs, ...rewriter.orderOf(node) });
    rewriter.replace(node, image.outputs);
    images.set(node, image);
  }
  return rewriter.finish(step);
}
