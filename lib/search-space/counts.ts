/** Sizes of the search space. */
import { ConfigError } from '../errors.js';
import { PRIMITIVES } from './operations/paper.js';

/** How {@link countPaths} counts. */
export interface CountPathsOptions {
  /** Number of levels, 4 by default: strides 4, 8, 16, 32. */
  readonly levels?: number;
  /**
   * - `'distinct'` (default): the distinct paths of the trellis of `layers` layers, whose first
   *   layer has stride 4 or 8, as §3.2 says. 75,025 for 12 layers.
   * - `'paper'`: one decision fewer, which gives the paper's printed 2.9 · 10⁴. 28,657 for 12
   *   layers, the same as `countPaths(11)`.
   */
  readonly counting?: 'distinct' | 'paper';
}

/**
 * Number of paths through the trellis.
 *
 * Source: Auto-DeepLab §3.2 (the trellis) and §5.1 ("2.9 × 10⁴ unique paths").
 * Deviation: the text of §3.2 gives 75,025 for L = 12, not 2.9 · 10⁴; the printed figure is 28,657,
 * which leaves the first layer fixed at stride 4. The default follows the text, because that is
 * the trellis that is searched; `counting: 'paper'` gives the printed figure.
 *
 * @throws {@link ConfigError} if `layers` or `levels` is not a positive integer
 *
 * @example
 * countPaths(12); // 75025n
 * countPaths(12, { counting: 'paper' }); // 28657n
 */
export function countPaths(layers: number, options: CountPathsOptions = {}): bigint {
  const { levels = 4, counting = 'distinct' } = options;
  checkPositive('countPaths layers', layers);
  checkPositive('countPaths levels', levels);
  const decisions = counting === 'paper' ? layers - 1 : layers;
  let walks = new Array<bigint>(levels).fill(0n);
  walks[0] = 1n; // the stem
  for (let layer = 0; layer < decisions; layer++) {
    walks = walks.map(
      (count, level) => (walks[level - 1] ?? 0n) + count + (walks[level + 1] ?? 0n),
    );
  }
  return walks.reduce((sum, count) => sum + count, 0n);
}

/**
 * Number of cell structures: Π_{i=1}^{B} (i + 1)² · |O|², an ordered choice of two inputs out of
 * i + 1, with repetition, and of two operations out of O, zero included.
 *
 * Source: Auto-DeepLab §3.1 (the 5-tuple of a block) and §5.1 ("5.6 × 10¹⁴").
 *
 * @param operations - number of candidate operations |O|; the paper's 8 by default
 * @throws {@link ConfigError} if a number is not a positive integer
 *
 * @example
 * countCells(5); // 556627761561600n
 */
export function countCells(blocks: number, operations = PRIMITIVES.length): bigint {
  checkPositive('countCells blocks', blocks);
  checkPositive('countCells operations', operations);
  let count = 1n;
  for (let block = 1; block <= blocks; block++) {
    count *= BigInt((block + 1) * operations) ** 2n;
  }
  return count;
}

function checkPositive(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new ConfigError(`${name}: expected a positive integer, got ${value}`);
  }
}
