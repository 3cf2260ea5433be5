/** What replicas on another device read: the state, means, and what follows from them. */
import { MEAN_OVER_REPLICAS } from '../replicas.js';
import { producerOf, type TracedStep, type TraceNode, type TraceValue } from '../trace-graph.js';
import { pack, unpack } from './packing.js';
import type { StepRewriter } from './rewrite.js';

/** Shapes of float32 tensors of the state, by name. */
export type StateShapes = ReadonlyMap<string, readonly number[]>;

/** The state that travels: its shapes, and the message once it is written. */
interface SentState {
  readonly shapes: StateShapes;
  packed?: TraceValue;
}

/** The tensors of the state that replicated nodes read, themselves or through nodes that are shared. */
export function readElsewhere(
  step: TracedStep,
  replicated: ReadonlySet<TraceNode>,
  state: StateShapes,
): SentState {
  const shapes = new Map<string, readonly number[]>();
  const seen = new Set<TraceNode>();
  const visit = (value: TraceValue): void => {
    const { source } = value;
    const shape = source.kind === 'state' ? state.get(source.name) : undefined;
    if (source.kind === 'state' && shape) {
      shapes.set(source.name, shape);
    }
    const producer = producerOf(value);
    const isShared =
      producer && !replicated.has(producer) && producer.kernel !== MEAN_OVER_REPLICAS;
    if (isShared && !seen.has(producer)) {
      seen.add(producer);
      Object.values(producer.inputs).forEach(visit);
    }
  };
  for (const node of step.nodes) {
    if (replicated.has(node)) {
      Object.values(node.inputs).forEach(visit);
    }
  }
  return { shapes };
}

/** A device besides the first, with its copies of what all replicas share. */
export class OtherDevice {
  private state: ReadonlyMap<string, TraceValue> | undefined;
  private readonly copies = new Map<TraceNode, readonly TraceValue[]>();
  private readonly means = new Map<TraceNode, () => readonly TraceValue[]>();

  constructor(
    private readonly rewriter: StepRewriter,
    private readonly place: {
      readonly device: string | undefined;
      readonly home: string | undefined;
      readonly sent: SentState;
    },
  ) {}

  /** Notes how the results of a mean get here; they come when they are first read. */
  receive(mean: TraceNode, results: () => readonly TraceValue[]): void {
    this.means.set(mean, results);
  }

  /** A value that all replicas share, on this device. */
  valueOf(value: TraceValue): TraceValue {
    const { source, shape, dtype } = value;
    if (source.kind === 'node') {
      return { ...this.copyOf(source.node)[source.output], shape, dtype };
    }
    if (source.kind === 'state' && this.place.sent.shapes.has(source.name)) {
      return { ...this.received().get(source.name)!, shape, dtype };
    }
    return value;
  }

  private copyOf(node: TraceNode): readonly TraceValue[] {
    const known = this.copies.get(node);
    if (known) {
      return known;
    }
    const outputs = this.means.get(node)?.() ?? this.write(node);
    this.copies.set(node, outputs);
    return outputs;
  }

  private write(node: TraceNode): readonly TraceValue[] {
    const inputs = Object.fromEntries(
      Object.entries(node.inputs).map(([name, value]) => [name, this.valueOf(value)]),
    );
    const { device } = this.place;
    return this.rewriter.add({ ...node, inputs, device, region: undefined }).outputs;
  }

  private received(): ReadonlyMap<string, TraceValue> {
    if (this.state) {
      return this.state;
    }
    const { sent, home, device } = this.place;
    const names = [...sent.shapes.keys()];
    const shapes = [...sent.shapes.values()];
    const values = names.map((name, i): TraceValue => {
      return { source: { kind: 'state', name }, shape: shapes[i], dtype: 'float32' };
    });
    sent.packed ??= pack(this.rewriter, values, { device: home, forward: true });
    const parts = unpack(this.rewriter, sent.packed, shapes, { device, forward: true });
    this.state = new Map(names.map((name, i) => [name, parts[i]]));
    return this.state;
  }
}
