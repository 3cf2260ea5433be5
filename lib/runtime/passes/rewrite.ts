/** Copies of a traced step in which some nodes are replaced. */
import {
  producerOf,
  resultsOf,
  type NamedValue,
  type TracedStep,
  type TraceNode,
  type TraceValue,
} from '../trace-graph.js';

/** A node to be added: all but its place and the sources of its outputs. */
export type NodeDraft = Omit<TraceNode, 'index' | 'outputs'> & {
  readonly outputs: readonly Pick<TraceValue, 'shape' | 'dtype'>[];
};

/** A node that belongs where another one does: to its part of the step, on its device. */
export function draftLike(
  { region, forward, device }: Pick<TraceNode, 'region' | 'forward' | 'device'>,
  draft: Pick<NodeDraft, 'kernel' | 'inputs' | 'attributes' | 'outputs'>,
): NodeDraft {
  return { ...draft, region, device, ...(forward !== undefined && { forward }) };
}

/** A step under construction, from the values of another. */
export class StepRewriter {
  private readonly nodes: TraceNode[] = [];
  private readonly copies = new Map<TraceNode, readonly TraceValue[]>();

  /** The value of the new step that stands for one of the old step. */
  valueOf(value: TraceValue): TraceValue {
    if (value.source.kind !== 'node') {
      return value;
    }
    const copy = this.copies.get(value.source.node)![value.source.output];
    // A reshaped value shares its source with another shape.
    return { ...copy, shape: value.shape };
  }

  /** Adds a node; its inputs are values of the new step. */
  add(draft: NodeDraft): TraceNode {
    const outputs: TraceValue[] = [];
    const node: TraceNode = { ...draft, index: this.nodes.length, outputs };
    draft.outputs.forEach(({ shape, dtype }, output) => {
      outputs.push({ shape, dtype, source: { kind: 'node', node, output } });
    });
    this.nodes.push(node);
    return node;
  }

  /** Adds a copy of an old node, which then stands for it. */
  copy(node: TraceNode): TraceNode {
    const inputs = Object.fromEntries(
      Object.entries(node.inputs).map(([name, value]) => [name, this.valueOf(value)]),
    );
    const copy = this.add({ ...node, inputs, ...this.orderOf(node) });
    this.copies.set(node, copy.outputs);
    return copy;
  }

  /** What an old node waits for, in the new step. */
  orderOf({ after }: TraceNode): Pick<TraceNode, 'after'> {
    return after === undefined
      ? {}
      : { after: after.flatMap((other) => producerOf(this.copies.get(other)![0]) ?? []) };
  }

  /** Makes values of the new step stand for the outputs of an old node. */
  replace(node: TraceNode, outputs: readonly TraceValue[]): void {
    this.copies.set(node, outputs);
  }

  /** The new step; its results are those of the old one. */
  finish({ outputs, changes, momentum, isValid }: TracedStep): TracedStep {
    const renamed = (values: readonly NamedValue[]) =>
      values.map(([name, value]): NamedValue => [name, this.valueOf(value)]);
    return {
      nodes: this.nodes,
      outputs: renamed(outputs),
      changes: renamed(changes),
      momentum: momentum.map(({ gradient, rate, ...update }) => ({
        ...update,
        gradient: this.valueOf(gradient),
        rate: this.valueOf(rate),
      })),
      isValid: isValid && this.valueOf(isValid),
    };
  }
}

/** How often each node's outputs are read, by nodes and as results. */
export function countReads(step: TracedStep): ReadonlyMap<TraceNode, number> {
  const reads = new Map<TraceNode, number>();
  const note = ({ source }: TraceValue) => {
    if (source.kind === 'node') {
      reads.set(source.node, (reads.get(source.node) ?? 0) + 1);
    }
  };
  for (const node of step.nodes) {
    Object.values(node.inputs).forEach(note);
  }
  resultsOf(step).forEach(note);
  return reads;
}
