/** The most probable architecture that a budget allows. */
import type { Architecture } from '../architecture/architecture.js';
import { architectureLogProbability } from '../architecture/certain.js';
import { decode } from '../decoder/decode.js';
import { ConfigError } from '../errors.js';
import { completeShape } from '../search-space/shape.js';
import type { CellCandidate } from './cells.js';
import { resourceCosts } from './costs.js';
import { paretoPaths, type PricedPath } from './pareto-paths.js';
import { leastAhead } from './priced-graph.js';
import { latencyFrom, type LatencyProfile } from './profile/profile.js';
import {
  budgetArchitecture,
  budgetProblem,
  refuseZero,
  type BudgetInput,
  type BudgetProblem,
} from './problem.js';
import { limitedResources, type Limits, type Resource, type ResourceCosts } from './resources.js';

/** α, β, the networks, and what they may cost. */
export interface DecodeWithinInput extends BudgetInput {
  /** The most that the network may take; at least one. */
  readonly limits: Limits;
  /** Measured times, for a limit of latency, and to have it reported without one. */
  readonly profile?: LatencyProfile;
}

/** An architecture, how probable it is and what it costs. */
export interface PricedArchitecture {
  readonly architecture: Architecture;
  /** log p of path and cell together; see {@link decodeWithin}. */
  readonly logProbability: number;
  readonly costs: ResourceCosts;
}

/** What was decoded within limits, and what that cost. */
export interface DecodeWithinResult extends PricedArchitecture {
  readonly limits: Limits;
  /** What `decode` gives without limits. */
  readonly unlimited: PricedArchitecture;
  /** Log probability that the limits took, in nats; 0 where the unlimited one is within them. */
  readonly lost: number;
}

/**
 * Decodes within limits: of all architectures that cost no more, the most probable one, path and cell
 * together.
 *
 *     max log p = Σ_l log β^l_{path} + Σ_branches log α^k_{j→i}   subject to   cost_r(path, cell) ≤ limit_r
 *
 * over all paths of the trellis and all cells whose blocks have two different inputs and no zero. Without a
 * limit that is what `decode` gives: the product of β is largest on the Viterbi path, the product of α in the
 * two strongest edges of each block with their most probable operations.
 *
 * The result is exact, to rounding. Every network costs the sum of its pieces, so a partial path that another
 * one to the same place beats in probability and in every cost is never part of the best; nor is a cell that a
 * more probable one undercuts at every place. What remains is searched cell by cell from the most probable on,
 * until none can beat the best that was found.
 *
 * Assumption: the paper has no budget and no probability of a cell. That a block keeps just these two edges is
 * no event of its own, as in `architectureLogProbability`.
 *
 * @throws {@link ConfigError} if no architecture is within the limits (it says what the smallest takes), no
 *   limit is given, one is not positive, a setting is not usable, or a latency is limited without a profile
 * @throws {@link DataError} if the profile lacks a piece of these networks
 * @throws {@link ShapeError} if α or β has the wrong length, or the image has no pixels
 * @throws {@link NumericError} if α or β holds NaN or +Infinity, or no path has a positive probability
 *
 * @example
 * const { costs } = decodeWithin({
 *   alpha: new Float32Array(20 * 8),
 *   beta: new Float32Array(105),
 *   network: { filterMultiplier: 20, classes: 19, height: 1025, width: 2049 },
 *   limits: { multiplyAdds: 300e9 },
 * });
 * costs.multiplyAdds <= 300e9; // true
 */
export function decodeWithin(input: DecodeWithinInput): DecodeWithinResult {
  const { limits, profile, network } = input;
  const resources = limitedResources(limits);
  if (resources.length === 0) {
    throw new ConfigError('limits: expected at least one limit, got none; decode has no limits');
  }
  refuseZero(input.options);
  const { architecture: free } = decode(input);
  const priced = (architecture: Architecture): PricedArchitecture => ({
    architecture,
    logProbability: architectureLogProbability(
      architecture,
      input,
      completeShape(input),
      input.options?.endNormalisation,
    ),
    costs: resourceCosts(architecture, network, profile),
  });
  const unlimited = priced(free);
  const isWithin = resources.every((resource) => unlimited.costs[resource]! <= limits[resource]!);
  const found = isWithin ? free : search(input, resources);
  const result = priced(budgetArchitecture(input, found, maximaOf(limits)));
  const lost = Math.max(0, unlimited.logProbability - result.logProbability); // rounding
  return { ...result, limits, unlimited, lost };
}

/** The limits as the document of the architecture names them. */
function maximaOf(limits: Limits): Record<string, number> {
  return Object.fromEntries(
    Object.entries(limits).map(([name, limit]) => [
      `max${name[0].toUpperCase()}${name.slice(1)}`,
      limit,
    ]),
  );
}

function search(
  input: DecodeWithinInput,
  resources: readonly Resource[],
): Pick<Architecture, 'path' | 'genotype'> {
  const problem = budgetProblem(input, resources, latencyFrom(input.profile));
  const limits = Float64Array.from(resources, (resource) => input.limits[resource]!);
  const best = mostProbable(problem, limits);
  if (best === undefined) {
    throw tooSmall(problem, resources, input.limits);
  }
  return { path: best.path.path, genotype: best.cell.genotype };
}

/** The most probable architecture within limits; undefined: there is none. */
export function mostProbable(
  { graph, cells }: BudgetProblem,
  limits: Float64Array,
): { readonly cell: CellCandidate; readonly path: PricedPath } | undefined {
  let best: { cell: CellCandidate; path: PricedPath } | undefined;
  let highest = -Infinity;
  for (const cell of cells) {
    if (cell.logProbability + graph.ahead[0] <= highest) {
      break; // nor can a less probable cell
    }
    const above = highest - cell.logProbability;
    for (const path of paretoPaths(graph, cell.costs, { limits, above })) {
      const total = cell.logProbability + path.logProbability;
      if (total > highest) {
        highest = total;
        best = { cell, path };
      }
    }
  }
  return best;
}

/** The error for limits that nothing is within. */
function tooSmall(
  { graph, cells }: BudgetProblem,
  resources: readonly Resource[],
  limits: Limits,
): ConfigError {
  const least = resources.map((_, r) =>
    Math.min(...cells.map(({ costs }) => graph.stem[r] + leastAhead(graph, costs)[r])),
  );
  const smallest = resources.map((resource, r) => `${resource} ${least[r]}`).join(', ');
  const wanted = resources.map((resource) => `${resource} ${limits[resource]}`).join(', ');
  const each = resources.length > 1 ? ', each in a network of its own' : '';
  return new ConfigError(
    `limits: expected limits that some network keeps, got ${wanted}; the least there is: ${smallest}${each}. ` +
      'Raise the limit, or make the networks smaller with option filterMultiplier, option stemWidths, ' +
      'option headFilters',
  );
}
