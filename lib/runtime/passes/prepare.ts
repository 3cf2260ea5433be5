/** What follows from the state alone is computed once instead of in every call. */
import {
  neededNodes,
  resultsOf,
  type NamedValue,
  type TracedStep,
  type TraceNode,
  type TraceValue,
} from '../trace-graph.js';
import { StepRewriter } from './rewrite.js';

/** A step in two parts. */
export interface PreparedStep {
  /** Computes the prepared values, which are its changes of the state, by name. */
  readonly preparation: TracedStep;
  /** Reads them from the state. */
  readonly step: TracedStep;
}

/** Whether a step can be prepared: it leaves the state as it is, and its nodes wait for no others. */
export function canPrepare({ nodes, changes, momentum }: TracedStep): boolean {
  const isFree = nodes.every(({ after }) => after === undefined);
  return isFree && changes.length === 0 && momentum.length === 0;
}

/** The nodes that follow from the state and constants, and not from constants alone. */
function findPrepared({ nodes }: TracedStep): ReadonlySet<TraceNode> {
  const prepared = new Set<TraceNode>();
  const constant = new Set<TraceNode>();
  for (const node of nodes) {
    const sources = Object.values(node.inputs).map(({ source }) => source);
    const isIn = (known: ReadonlySet<TraceNode>) => (source: TraceValue['source']) =>
      source.kind === 'node' && known.has(source.node);
    const others = sources.filter((one) => one.kind !== 'constant' && !isIn(constant)(one));
    if (others.length === 0) {
      constant.add(node);
    } else if (others.every((one) => one.kind === 'state' || isIn(prepared)(one))) {
      prepared.add(node);
    }
  }
  return prepared;
}

/**
 * Takes out of a step what follows from the state alone, such as filters in another precision. A step that
 * changes no state can read it from there, as long as the preparation runs whenever the state is set.
 *
 * @param prefix - begins the names of the prepared values in the state
 */
export function prepare(step: TracedStep, prefix: string): PreparedStep {
  const prepared = findPrepared(step);
  const places = new Map<TraceValue, string>();
  const rewriter = new StepRewriter();
  /** A value of the old step in the new one, where those that were prepared are part of the state. */
  const valueOf = (value: TraceValue): TraceValue => {
    const { source } = value;
    if (source.kind !== 'node' || !prepared.has(source.node)) {
      return rewriter.valueOf(value);
    }
    const origin = source.node.outputs[source.output];
    const name = places.get(origin) ?? `${prefix}/${places.size}`;
    places.set(origin, name);
    return { ...value, source: { kind: 'state', name } };
  };
  for (const node of step.nodes) {
    if (prepared.has(node)) {
      rewriter.replace(node, node.outputs);
    } else {
      const inputs = Object.entries(node.inputs).map(
        ([name, value]) => [name, valueOf(value)] as const,
      );
      const copy = rewriter.add({ ...node, inputs: Object.fromEntries(inputs) });
      rewriter.replace(node, copy.outputs);
    }
  }
  const results = {
    ...rewriter.finish(step),
    outputs: step.outputs.map(([name, value]): NamedValue => [name, valueOf(value)]),
    isValid: step.isValid && valueOf(step.isValid),
  };
  const changes = Array.from(places, ([value, name]): NamedValue => [name, value]);
  return {
    step: { ...results, nodes: neededNodes(resultsOf(results)) },
    preparation: {
      nodes: neededNodes(changes.map(([, value]) => value)),
      outputs: [],
      changes,
      momentum: [],
    },
  };
}
