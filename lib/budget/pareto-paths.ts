/** The paths of a cell that no other beats in probability and in every cost at once. */
import { isAtMost, type Priced } from './pareto.js';
import { leastAhead, type PricedGraph } from './priced-graph.js';

/** A way from the stem to a state. */
interface Way extends Priced {
  readonly level: number;
  readonly before: Way | undefined;
}

/** A path with what the whole network costs. */
export interface PricedPath extends Priced {
  /** One level per layer. */
  readonly path: readonly number[];
  /** Sum of log β along the path. */
  readonly logProbability: number;
  /** By resource. */
  readonly costs: Float64Array;
}

/** What paths are of no interest. */
export interface PathBounds {
  /** The most that a network may cost, by resource; Infinity: any. */
  readonly limits: Float64Array;
  /** Paths must be more probable than this. */
  readonly above: number;
}

/** Adds a way unless another one beats it; those that it beats go. Ways come in any order. */
function addUndominated(ways: Way[], way: Way): void {
  if (
    ways.some(
      (other) => other.logProbability >= way.logProbability && isAtMost(other.costs, way.costs),
    )
  ) {
    return;
  }
  let kept = 0;
  for (const other of ways) {
    if (!(way.logProbability >= other.logProbability && isAtMost(way.costs, other.costs))) {
      ways[kept++] = other;
    }
  }
  ways.length = kept;
  ways.push(way);
}

/**
 * The paths within some bounds that no other one beats in probability and in every cost at once, found layer by
 * layer: of the ways to a state only those that no other way beats can be the beginning of such a path.
 *
 * @param cell - the costs of the branches of its cell, by place and resource
 */
export function paretoPaths(
  graph: PricedGraph,
  cell: Float64Array,
  { limits, above }: PathBounds,
): PricedPath[] {
  const { resources, steps, ends, ahead } = graph;
  const least = leastAhead(graph, cell);
  const ways: Way[][] = Array.from({ length: graph.states }, () => []);
  const isWithin = (costs: Float64Array, state: number) =>
    costs.every((cost, r) => cost + least[state * resources + r] <= limits[r]);
  if (isWithin(graph.stem, 0)) {
    ways[0].push({ logProbability: 0, costs: graph.stem, level: 0, before: undefined });
  }
  for (const { from, to, level, logProbability, costs, offset } of steps) {
    for (const before of ways[from]) {
      const reached = before.logProbability + logProbability;
      if (reached + ahead[to] > above) {
        const total = before.costs.map((cost, r) => cost + costs[r] + cell[offset + r]);
        if (isWithin(total, to)) {
          addUndominated(ways[to], { logProbability: reached, costs: total, level, before });
        }
      }
    }
  }
  const complete: Way[] = [];
  ends.forEach((costs, state) => {
    for (const way of ways[state]) {
      addUndominated(complete, { ...way, costs: way.costs.map((cost, r) => cost + costs[r]) });
    }
  });
  return complete.map((way) => ({
    path: pathOf(way),
    logProbability: way.logProbability,
    costs: way.costs,
  }));
}

function pathOf(end: Way): number[] {
  const path: number[] = [];
  for (let way = end; way.before !== undefined; way = way.before) {
    path.push(way.level);
  }
  return path.reverse();
}
