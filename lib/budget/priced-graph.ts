/** The graph of all paths with numbers: log probabilities and costs of its steps. */
import type { PathGraph } from './path-graph.js';
import type { PieceTable } from './piece-table.js';

/** A step from a state to another. */
export interface PricedStep {
  readonly from: number;
  readonly to: number;
  readonly level: number;
  readonly logProbability: number;
  /** By resource, without the branches of the cell. */
  readonly costs: Float64Array;
  /** Where the costs of the branches begin in those of a cell. */
  readonly offset: number;
}

/** The graph of all paths with log probabilities and costs. */
export interface PricedGraph {
  readonly states: number;
  /** Number of resources. */
  readonly resources: number;
  /** Steps of positive probability, layer by layer. */
  readonly steps: readonly PricedStep[];
  /** The stem's costs, by resource. */
  readonly stem: Float64Array;
  /** By state of the last layer, the costs of what follows the last cell. */
  readonly ends: ReadonlyMap<number, Float64Array>;
  /** By state, the log probability of the best way to the end. */
  readonly ahead: Float64Array;
}

/**
 * Prices a graph.
 *
 * @param logProbabilities - of the arrows of the trellis
 */
export function pricedGraph(
  graph: PathGraph,
  logProbabilities: Float64Array,
  table: PieceTable,
): PricedGraph {
  const resources = table.resources.length;
  const steps = graph.steps
    .map(({ from, to, level, arrow, place, pieces }) => ({
      from,
      to,
      level,
      logProbability: logProbabilities[arrow],
      costs: table.sumOf(pieces),
      offset: place * resources,
    }))
    .filter(({ logProbability }) => logProbability > -Infinity);
  const ends = new Map([...graph.ends].map(([state, pieces]) => [state, table.sumOf(pieces)]));
  const ahead = new Float64Array(graph.states).fill(-Infinity);
  ends.forEach((_, state) => (ahead[state] = 0));
  for (const { from, to, logProbability } of steps.toReversed()) {
    ahead[from] = Math.max(ahead[from], logProbability + ahead[to]);
  }
  return { states: graph.states, resources, steps, stem: table.sumOf(graph.stem), ends, ahead };
}

/**
 * By state and resource, the least that the rest of a network costs from there on with a cell: one number
 * after the other, state by state.
 *
 * @param cell - the costs of its branches, by place and resource
 */
export function leastAhead(graph: PricedGraph, cell: Float64Array): Float64Array {
  const { states, resources, steps, ends } = graph;
  const least = new Float64Array(states * resources).fill(Infinity);
  ends.forEach((costs, state) => {
    least.set(costs, state * resources);
  });
  for (const { from, to, costs, offset } of steps.toReversed()) {
    for (let r = 0; r < resources; r++) {
      const cost = costs[r] + cell[offset + r] + least[to * resources + r];
      least[from * resources + r] = Math.min(least[from * resources + r], cost);
    }
  }
  return least;
}
