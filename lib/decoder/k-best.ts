/** The k most probable paths through a trellis. */
import { ConfigError } from '../errors.js';
import type { Trellis } from '../search-space/trellis.js';
import { arrowSource } from '../search-space/trellis.js';
import type { ScoredPath } from './viterbi.js';
import { checkArrows, layersOf, noPathError } from './viterbi.js';

/** One of the k best paths. */
export interface RankedPath extends ScoredPath {
  /** Probability of the path, which is tiny for long paths: compare logarithms. */
  readonly probability: number;
  /** Log probability of the best path less that of this one; 0 for the best. */
  readonly logMargin: number;
}

/** One of the best ways from the stem to a node. */
interface Way {
  readonly score: number;
  readonly level: number;
  readonly before: Way | undefined;
  /** Place among the ways of its layer, ordered by path; decides ties. */
  rank: number;
}

/**
 * The k most probable distinct paths, best first: Viterbi with a list of k ways per node.
 *
 * Of equally probable paths the one with the finer resolution at the first layer where they differ
 * comes first. Fewer than k paths are returned where the trellis has no more of positive
 * probability.
 *
 * @param trellis - the search space
 * @param logProbabilities - one per arrow, in the order of `trellis.arrows`; see `betaLogProbabilities`
 * @param k - number of paths, a positive integer
 * @throws {@link ConfigError} if `k` is not a positive integer
 * @throws {@link ShapeError} if there is not one log probability per arrow
 * @throws {@link NumericError} if one is NaN or +Infinity, or no path has a positive probability
 */
export function kBestPaths(
  trellis: Trellis,
  logProbabilities: ArrayLike<number>,
  k: number,
): RankedPath[] {
  if (!Number.isInteger(k) || k < 1) {
    throw new ConfigError(`k: expected a positive integer, got ${k}`);
  }
  checkArrows(trellis, logProbabilities);
  const ways: Way[][] = [[{ score: 0, level: 0, before: undefined, rank: 0 }]];
  for (const layer of layersOf(trellis)) {
    for (const node of layer) {
      const { level, incoming } = trellis.nodes[node];
      ways[node] = incoming
        .flatMap((index) =>
          ways[arrowSource(trellis, trellis.arrows[index])].map((before) => ({
            score: before.score + logProbabilities[index],
            level,
            before,
            rank: before.rank,
          })),
        )
        .filter((way) => way.score > -Infinity)
        .sort(compareWays)
        .slice(0, k);
    }
    rankByPath(layer.flatMap((node) => ways[node]));
  }
  const best = trellis.nodes
    .filter(({ layer }) => layer === trellis.layers)
    .flatMap(({ index }) => ways[index])
    .sort(compareWays)
    .slice(0, k);
  if (best.length === 0) {
    throw noPathError('kBestPaths');
  }
  return best.map((way) => ({
    path: pathOf(way),
    logProbability: way.score,
    probability: Math.exp(way.score),
    logMargin: best[0].score - way.score,
  }));
}

/** Better first; of equals the one that comes first by path. */
function compareWays(a: Way, b: Way): number {
  return b.score - a.score || a.rank - b.rank;
}

/**
 * Numbers the ways of one layer in the order of their paths, finer resolution first. They come with
 * ascending levels, and the sort is stable.
 */
function rankByPath(ways: Way[]): void {
  ways.sort((a, b) => a.rank - b.rank);
  ways.forEach((way, rank) => (way.rank = rank));
}

function pathOf(end: Way): number[] {
  const path: number[] = [];
  for (let way = end; way.before !== undefined; way = way.before) {
    path.push(way.level);
  }
  return path.reverse();
}
