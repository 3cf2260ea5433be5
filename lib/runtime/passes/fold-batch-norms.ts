/** Batch norms with fixed statistics become part of the convolutions before them. */
import { producerOf, type TracedStep, type TraceNode, type TraceValue } from '../trace-graph.js';
import { countReads, StepRewriter } from './rewrite.js';

/** Convolutions whose filters hold the output channel last; of depthwise ones with multiplier 1. */
const CONVOLUTIONS = new Set(['AdlConv2D', 'AdlDepthwiseConv2D']);

const NORM = 'FusedBatchNorm';

/** The numbers of a constant; undefined for other values. */
function numbersOf(value: TraceValue | undefined): ArrayLike<number> | undefined {
  return value?.source.kind === 'constant' ? value.source.data : undefined;
}

/** A batch norm as one product and one sum per channel. */
interface Affinity {
  readonly factor: Float64Array;
  readonly bias: Float64Array;
}

/** A batch norm that follows a convolution. */
interface Match extends Affinity {
  readonly norm: TraceNode;
  readonly convolution: TraceNode;
  readonly filter: ArrayLike<number>;
}

/** γ/√(σ² + ε) and β − μ · γ/√(σ² + ε) of a batch norm; undefined if not all of them are constants. */
function affinityOf({ inputs, attributes }: TraceNode): Affinity | undefined {
  const { mean, variance, scale, offset } = inputs as Partial<typeof inputs>;
  const [mu, sigma, gamma, beta] = [mean, variance, scale, offset].map(numbersOf);
  if (!mu || !sigma || Boolean(scale) !== Boolean(gamma) || Boolean(offset) !== Boolean(beta)) {
    return undefined;
  }
  const epsilon = attributes.varianceEpsilon as number;
  const factor = Float64Array.from(sigma, (v, c) => (gamma?.[c] ?? 1) / Math.sqrt(v + epsilon));
  return { factor, bias: factor.map((f, c) => (beta?.[c] ?? 0) - mu[c] * f) };
}

/** The batch norms that can be folded, by the convolution that they follow. */
function findMatches(step: TracedStep): ReadonlyMap<TraceNode, Match> {
  const reads = countReads(step);
  const matches = new Map<TraceNode, Match>();
  for (const norm of step.nodes) {
    const convolution = norm.kernel === NORM ? producerOf(norm.inputs.x) : undefined;
    if (!convolution || !CONVOLUTIONS.has(convolution.kernel) || reads.get(convolution) !== 1) {
      continue;
    }
    const filter = numbersOf(convolution.inputs.filter);
    const affinity = affinityOf(norm);
    if (filter && affinity) {
      matches.set(convolution, { norm, convolution, filter, ...affinity });
    }
  }
  return matches;
}

/** A filter whose output channels are multiplied. */
function scaled(filter: TraceValue, numbers: ArrayLike<number>, factor: Float64Array): TraceValue {
  const data = Float32Array.from(numbers, (w, i) => w * factor[i % factor.length]);
  return { ...filter, source: { kind: 'constant', data } };
}

/**
 * Folds batch norms with constant statistics into the convolutions that they follow.
 *
 *     γ · (w ∗ x − μ)/√(σ² + ε) + β = (w · γ/√(σ² + ε)) ∗ x + (β − μ · γ/√(σ² + ε))
 *
 * The convolution must have a constant filter and no other reader; other batch norms stay. The numbers are
 * computed in float64 and rounded once, to float32.
 */
export function foldBatchNorms(step: TracedStep): TracedStep {
  const matches = findMatches(step);
  const norms = new Map([...matches.values()].map((match) => [match.norm, match]));
  const rewriter = new StepRewriter();
  for (const node of step.nodes) {
    const match = norms.get(node);
    if (match) {
      const { convolution, filter, factor, bias } = match;
      const y = rewriter.add({
        ...convolution,
        inputs: {
          x: rewriter.valueOf(convolution.inputs.x),
          filter: scaled(convolution.inputs.filter, filter, factor),
        },
        ...rewriter.orderOf(convolution),
      });
      const b: TraceValue = {
        source: { kind: 'constant', data: Float32Array.from(bias) },
        shape: [bias.length],
        dtype: 'float32',
      };
      const inputs = { a: y.outputs[0], b };
      const sum = rewriter.add({ ...node, kernel: 'Add', inputs, attributes: {} });
      rewriter.replace(node, sum.outputs);
    } else if (!matches.has(node)) {
      rewriter.copy(node);
    }
  }
  return rewriter.finish(step);
}

/** How many batch norms a step has. */
export function countBatchNorms({ nodes }: TracedStep): number {
  return nodes.filter(({ kernel }) => kernel === NORM).length;
}
