/** Replaces momentum updates by the one kernel that TensorFlow has for them. */
import {
  producerOf,
  type MomentumUpdate,
  type NamedValue,
  type TracedStep,
  type TraceNode,
  type TraceValue,
} from '../trace-graph.js';
import { countReads, StepRewriter } from './rewrite.js';

/** A momentum update as it was traced. */
interface Match {
  readonly variable: string;
  readonly velocity: string;
  /** Computes the new velocity, decay · v + gradient: a sum. */
  readonly sum: TraceNode;
  /** The term decay · v of that sum. */
  readonly decayed: TraceNode;
  /** Computes rate · new velocity. */
  readonly scaled: TraceNode;
  /** Computes the new variable. */
  readonly moved: TraceNode;
  readonly rate: TraceValue;
  readonly decay: number;
}

const isState = ({ source }: TraceValue, name: string) =>
  source.kind === 'state' && source.name === name;

const isScalar = ({ shape }: TraceValue) => shape.length === 0;

/** Whether all are what the kernel takes: float32 of one shape, where nothing is broadcast. */
function areAlike(values: readonly TraceValue[]): boolean {
  const shape = JSON.stringify(values[0].shape);
  return values.every((one) => one.dtype === 'float32' && JSON.stringify(one.shape) === shape);
}

/** The term `state · constant` of a sum, with the constant. */
function decayedTerm(sum: TraceNode, velocity: string) {
  for (const term of Object.values(sum.inputs)) {
    const node = producerOf(term);
    const { a, b } = node?.kernel === 'Multiply' ? node.inputs : {};
    if (node && isState(a, velocity) && isScalar(b) && b.source.kind === 'constant') {
      return { decayed: node, decay: b.source.data[0] };
    }
  }
  return undefined;
}

/** The update of one variable: w + rate · v', where v' is the new value of some velocity. */
function matchUpdate(
  [variable, value]: NamedValue,
  velocities: ReadonlyMap<TraceNode, string>,
  reads: ReadonlyMap<TraceNode, number>,
): Match | undefined {
  const moved = producerOf(value);
  if (moved?.kernel !== 'Add' && moved?.kernel !== 'AddN') {
    return undefined;
  }
  const [old, step] = Object.values(moved.inputs);
  const scaled = producerOf(step);
  const sum = scaled?.kernel === 'Multiply' ? producerOf(scaled.inputs.a) : undefined;
  const velocity = sum && velocities.get(sum);
  if (!scaled || !sum || velocity === undefined) {
    return undefined;
  }
  const rate = scaled.inputs.b;
  const term = decayedTerm(sum, velocity);
  const isAlone =
    Object.keys(moved.inputs).length === 2 &&
    [moved, scaled, term?.decayed].every((node) => node && reads.get(node) === 1) &&
    reads.get(sum) === 2;
  const moving = [old, step, ...sum.outputs, ...Object.values(sum.inputs)];
  return term && isAlone && isState(old, variable) && isScalar(rate) && areAlike(moving)
    ? { variable, velocity, sum, ...term, scaled, moved, rate }
    : undefined;
}

/** All updates of a step. */
function findUpdates(step: TracedStep): readonly Match[] {
  const reads = countReads(step);
  const velocities = new Map<TraceNode, string>();
  for (const [name, value] of step.changes) {
    const producer = producerOf(value);
    if (producer?.kernel === 'Add' || producer?.kernel === 'AddN') {
      velocities.set(producer, name);
    }
  }
  return step.changes
    .map((change) => matchUpdate(change, velocities, reads))
    .filter((match) => match !== undefined);
}

/**
 * Replaces v ← decay · v + g, w ← w + rate · v by one update in place.
 *
 * A search step has thousands of variables; this takes four kernels per variable instead of nine.
 */
export function fuseMomentum(step: TracedStep): TracedStep {
  const matches = findUpdates(step);
  const sums = new Map(matches.map((match) => [match.sum, match]));
  const dropped = new Set(
    matches.flatMap(({ decayed, scaled, moved }) => [decayed, scaled, moved]),
  );
  const fused = new Set(matches.flatMap(({ variable, velocity }) => [variable, velocity]));
  const rewriter = new StepRewriter();
  for (const node of step.nodes) {
    const match = sums.get(node);
    if (match) {
      const terms = Object.values(node.inputs)
        .filter((term) => producerOf(term) !== match.decayed)
        .map((term) => rewriter.valueOf(term));
      const inputs = Object.fromEntries(terms.map((term, i) => [String(i), term]));
      const rest =
        terms.length === 1 ? terms : rewriter.add({ ...node, kernel: 'AddN', inputs }).outputs;
      rewriter.replace(node, rest);
    } else if (!dropped.has(node)) {
      rewriter.copy(node);
    }
  }
  const momentum = matches.map(({ sum, variable, velocity, rate, decay }): MomentumUpdate => ({
    variable,
    velocity,
    gradient: sum.outputs[0],
    rate,
    decay,
  }));
  const changes = step.changes.filter(([name]) => !fused.has(name));
  return rewriter.finish({ ...step, changes, momentum: [...step.momentum, ...momentum] });
}
