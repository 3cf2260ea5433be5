/** Networks whose cost is known: the published one, and one that is small enough to count by hand. */
import type { Genotype } from '../../lib/architecture/genotype.js';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { networkCost, type NetworkCostOptions } from '../../lib/segmentation/cost/cost.js';

/** The cost of the published network, at the size of Table 2 unless another is given. */
export function publishedCost(filterMultiplier: number, options: Partial<NetworkCostOptions> = {}) {
  const size = { classes: 19, height: 1025, width: 2049 };
  return networkCost({
    architecture: publishedArchitecture,
    filterMultiplier,
    ...size,
    ...options,
  });
}

/** A number in billions, rounded. */
export const billion = (n: number, digits: number) => Number((n / 1e9).toFixed(digits));

/**
 * One cell at stride 8 that pools H^{l-2} and H^{l-1} of an 8 × 10 image (maps 4 × 5, 2 × 3,
 * 1 × 2).
 */
const genotype: Genotype = {
  blocks: [
    {
      left: { input: 0, operation: 'avg_pool_3x3' },
      right: { input: 1, operation: 'max_pool_3x3' },
    },
  ],
};
/** The cost of a network of that cell. */
export const countedCost = networkCost({
  architecture: { path: [1], genotype },
  filterMultiplier: 3,
  classes: 2,
  height: 8,
  width: 10,
});
