/** What each saving costs in probability. */
import type { Architecture } from '../architecture/architecture.js';
import { paretoPaths } from './pareto-paths.js';
import { undominated } from './pareto.js';
import { budgetProblem, type BudgetInput } from './problem.js';
import { latencyFrom, type LatencyProfile } from './profile/profile.js';
import type { Resource } from './resources.js';

/** α, β, the networks, and the cost that counts. */
export interface FrontierInput extends BudgetInput {
  readonly resource: Resource;
  /** Measured times, for the latency. */
  readonly profile?: LatencyProfile;
}

/** An architecture than which no more probable one costs less. */
export interface FrontierPoint extends Pick<Architecture, 'path' | 'genotype'> {
  /** log p of path and cell together. */
  readonly logProbability: number;
  readonly cost: number;
}

/** Probability against cost. */
export interface Frontier {
  readonly resource: Resource;
  /** From the most probable architecture to the cheapest. */
  readonly points: readonly FrontierPoint[];
}

/**
 * The Pareto frontier of log probability against one cost: all architectures than which no other is at least as
 * probable and cheaper, or more probable at the same cost. What {@link decodeWithin} finds for one limit of this
 * cost is a point of it, for any limit.
 *
 * The frontier is exact, to rounding, and found in the same way.
 *
 * @throws as {@link decodeWithin}
 *
 * @example
 * const { points } = decodeFrontier({
 *   alpha: new Float32Array(20 * 8),
 *   beta: new Float32Array(105),
 *   network: { filterMultiplier: 20, classes: 19, height: 1025, width: 2049 },
 *   resource: 'multiplyAdds',
 * });
 * points[0].logProbability > points[1].logProbability; // true
 * points[0].cost > points[1].cost; // true
 */
export function decodeFrontier(input: FrontierInput): Frontier {
  const { resource, profile } = input;
  const { graph, cells } = budgetProblem(input, [resource], latencyFrom(profile));
  const bounds = { limits: Float64Array.of(Infinity), above: -Infinity };
  const candidates = cells.flatMap(({ costs: ofCell, genotype, logProbability }) =>
    paretoPaths(graph, ofCell, bounds).map(({ path, costs, logProbability: ofPath }) => ({
      path,
      genotype,
      logProbability: logProbability + ofPath,
      costs,
    })),
  );
  const points = undominated(cheapestFirst(candidates)).map(({ costs: [cost], ...point }) => ({
    path: point.path,
    genotype: point.genotype,
    logProbability: point.logProbability,
    cost,
  }));
  return { resource, points };
}

/** By cost, so that of equally probable ones the cheapest is the one that is kept. */
function cheapestFirst<T extends { readonly costs: Float64Array }>(candidates: readonly T[]): T[] {
  return [...candidates].sort((a, b) => a.costs[0] - b.costs[0]);
}
