/** Sums of sums become one sum. */
import { producerOf, type TracedStep, type TraceNode, type TraceValue } from '../trace-graph.js';
import { countReads, StepRewriter } from './rewrite.js';

/** How many terms TensorFlow's AddN sums in one pass over memory. */
const LARGEST_SUM = 8;

const sameShape = (a: TraceValue, b: TraceValue) => String(a.shape) === String(b.shape);

/** The terms of a sum without broadcasting; undefined for other nodes. */
function termsOf(node: TraceNode): readonly TraceValue[] | undefined {
  const [output] = node.outputs;
  if ((node.kernel !== 'Add' && node.kernel !== 'AddN') || output.dtype !== 'float32') {
    return undefined;
  }
  const terms = Object.values(node.inputs);
  return terms.every((term) => sameShape(term, output)) ? terms : undefined;
}

/** The terms in lists of at most {@link LARGEST_SUM}. */
function chunks<T>(terms: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let i = 0; i < terms.length; i += LARGEST_SUM) {
    parts.push(terms.slice(i, i + LARGEST_SUM));
  }
  return parts;
}

/** The sums that are read only once, by another sum in the same part of the step. */
function absorbedSums(step: TracedStep): ReadonlySet<TraceNode> {
  const reads = countReads(step);
  const absorbed = new Set<TraceNode>();
  for (const node of step.nodes) {
    for (const term of termsOf(node) ?? []) {
      const inner = producerOf(term);
      const isPart = inner && reads.get(inner) === 1 && termsOf(inner) !== undefined;
      if (isPart && inner.region === node.region && sameShape(term, inner.outputs[0])) {
        absorbed.add(inner);
      }
    }
  }
  return absorbed;
}

/**
 * Joins chains of additions, (a + b) + c, into one kernel.
 *
 * Automatic differentiation adds the gradients of a value one by one, reading and writing the whole
 * sum each time. The result is the same up to rounding.
 */
export function mergeSums(step: TracedStep): TracedStep {
  const absorbed = absorbedSums(step);
  const rewriter = new StepRewriter();
  const parts = new Map<TraceNode, readonly TraceValue[]>();
  const flatten = (value: TraceValue): readonly TraceValue[] => {
    const producer = producerOf(value);
    return (producer && parts.get(producer)) ?? [rewriter.valueOf(value)];
  };
  const sum = (node: TraceNode, terms: readonly TraceValue[]): TraceValue => {
    if (terms.length === 1) {
      return terms[0];
    }
    const few = terms.length <= LARGEST_SUM ? terms : chunks(terms).map((part) => sum(node, part));
    const inputs = Object.fromEntries(few.map((term, i) => [String(i), term]));
    return rewriter.add({ ...node, kernel: 'AddN', inputs, attributes: {} }).outputs[0];
  };
  for (const node of step.nodes) {
    const terms = termsOf(node)?.flatMap(flatten);
    if (!terms) {
      rewriter.copy(node);
    } else if (absorbed.has(node)) {
      parts.set(node, terms);
    } else {
      rewriter.replace(node, [sum(node, terms)]);
    }
  }
  return rewriter.finish(step);
}
