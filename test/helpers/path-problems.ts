/** Random trellises with log probabilities of their arrows, for properties. */
import fc from 'fast-check';
import { betaLogProbabilities } from '../../lib/architecture/probabilities.js';
import { Random } from '../../lib/random.js';
import { createTrellis } from '../../lib/search-space/trellis.js';
import { compareWeighedPaths, weighAllPaths } from './brute-force-paths.js';

// Multiples of 1/4 add without rounding, so that equal sums are equal and ties are tested too.
const logProbability = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -12, max: 0 }).map((n) => n / 4) },
  { weight: 1, arbitrary: fc.constant(-Infinity) },
);
/** A trellis of up to 6 layers and 5 levels, and one log probability per arrow. */
export const pathProblems = fc
  .record({ layers: fc.integer({ min: 1, max: 6 }), levels: fc.integer({ min: 1, max: 5 }) })
  .chain((size) => {
    const length = createTrellis(size).arrows.length;
    const arrows = fc.array(logProbability, { minLength: length, maxLength: length });
    return fc.record({ size: fc.constant(size), arrows });
  });

/** All paths of the paper's trellis for random β, best first. */
export function paperPaths() {
  const random = new Random(7).fork('beta');
  const trellis = createTrellis({ layers: 12 });
  const beta = Float64Array.from({ length: 105 }, () => random.normal());
  const arrows = betaLogProbabilities(beta, trellis);
  return { trellis, arrows, all: weighAllPaths(arrows, 12).sort(compareWeighedPaths) };
}
