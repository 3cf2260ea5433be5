/** What one architecture costs in all resources. */
import type { Architecture } from '../architecture/architecture.js';
import { networkCost } from '../segmentation/cost/cost.js';
import { architecturePieces } from './architecture-pieces.js';
import type { BudgetNetwork } from './network.js';
import { latencyFrom, type LatencyProfile } from './profile/profile.js';
import type { ResourceCosts } from './resources.js';

/** Parameters, multiply-adds and memory of an architecture, and with a profile the latency that it predicts. */
export function resourceCosts(
  architecture: Pick<Architecture, 'path' | 'genotype'>,
  network: BudgetNetwork,
  profile?: LatencyProfile,
): ResourceCosts {
  const { parameters, multiplyAdds, memory } = networkCost({ architecture, ...network });
  const costs = { parameters, multiplyAdds, memory };
  return profile === undefined
    ? costs
    : { ...costs, latency: predictLatency(architecture, network, profile) };
}

/**
 * Predicts the seconds that a network takes for one image: the sum of the times of its pieces.
 *
 * @throws {@link DataError} if the profile lacks one of its pieces
 * @throws {@link ConfigError} if the cell leaves an input unread or has zero, or a setting is not usable
 */
export function predictLatency(
  architecture: Pick<Architecture, 'path' | 'genotype'>,
  network: BudgetNetwork,
  profile: LatencyProfile,
): number {
  const latencyOf = latencyFrom(profile);
  return architecturePieces(architecture, network).reduce(
    (sum, piece) => sum + latencyOf(piece),
    0,
  );
}
