/** The most probable path through a trellis. */
import { NumericError, ShapeError } from '../errors.js';
import type { Trellis } from '../search-space/trellis.js';
import { arrowSource } from '../search-space/trellis.js';

/** A path with its logarithmic probability. */
export interface ScoredPath {
  /** One level per layer, layers 1 … L. */
  readonly path: readonly number[];
  /** Sum of the log probabilities of its arrows, added from the first layer to the last. */
  readonly logProbability: number;
}

/** The most probable path, and the table it was read from. */
export interface ViterbiResult extends ScoredPath {
  /** For each node, the log probability of the best way to it from the stem. */
  readonly scores: Float64Array;
  /** For each node, the level before it on that way; −1 at the stem. */
  readonly predecessors: Int8Array;
}

/**
 * The Viterbi algorithm in log space: the path from the stem to any level of the last layer with
 * the largest product of arrow probabilities.
 *
 *     score(node) = max over arrows a into node of score(source of a) + log p(a)
 *
 * Of equally probable paths the one with the finer resolution at the first layer where they differ
 * wins. −Infinity (an arrow of probability zero) is never taken.
 *
 * Source: Auto-DeepLab §4.3.
 *
 * @param trellis - the search space
 * @param logProbabilities - one per arrow, in the order of `trellis.arrows`; see `betaLogProbabilities`
 * @throws {@link ShapeError} if there is not one log probability per arrow
 * @throws {@link NumericError} if one is NaN or +Infinity, or no path has a positive probability
 */
export function viterbi(trellis: Trellis, logProbabilities: ArrayLike<number>): ViterbiResult {
  checkArrows(trellis, logProbabilities);
  const count = trellis.nodes.length;
  const scores = new Float64Array(count).fill(-Infinity);
  const sources = new Int32Array(count).fill(-1); // node indices
  const ranks = new Float64Array(count); // order of the best ways to the nodes of one layer
  scores[0] = 0;
  for (const layer of layersOf(trellis)) {
    for (const node of layer) {
      for (const index of trellis.nodes[node].incoming) {
        const source = arrowSource(trellis, trellis.arrows[index]);
        const score = scores[source] + logProbabilities[index];
        const isTie = score === scores[node] && score > -Infinity;
        if (score > scores[node] || (isTie && ranks[source] < ranks[sources[node]])) {
          scores[node] = score;
          sources[node] = source;
        }
      }
    }
    // Nodes of a layer come with ascending levels, and the sort is stable.
    const ordered = layer
      .filter((node) => sources[node] >= 0)
      .sort((a, b) => ranks[sources[a]] - ranks[sources[b]]);
    ordered.forEach((node, rank) => (ranks[node] = rank));
  }
  const last = bestEnd(trellis, scores, ranks);
  const path: number[] = [];
  for (let node = last; node > 0; node = sources[node]) {
    path.unshift(trellis.nodes[node].level);
  }
  const predecessors = Int8Array.from(sources, (source) =>
    source < 0 ? -1 : trellis.nodes[source].level,
  );
  return { path, logProbability: scores[last], scores, predecessors };
}

/** Node indices by layer, from layer 1. */
export function layersOf(trellis: Trellis): number[][] {
  const layers: number[][] = Array.from({ length: trellis.layers }, () => []);
  for (const { index, layer } of trellis.nodes.slice(1)) {
    layers[layer - 1].push(index);
  }
  return layers;
}

/**
 * Checks one log probability per arrow, none of them NaN or +Infinity.
 *
 * @throws {@link ShapeError} if their number is wrong
 * @throws {@link NumericError} if one of them cannot be added
 */
export function checkArrows(trellis: Trellis, logProbabilities: ArrayLike<number>): void {
  if (logProbabilities.length !== trellis.arrows.length) {
    throw new ShapeError(
      `viterbi: expected ${trellis.arrows.length} log probabilities, one per arrow, ` +
        `got ${logProbabilities.length}`,
    );
  }
  for (let i = 0; i < logProbabilities.length; i++) {
    if (!(logProbabilities[i] < Infinity)) {
      throw new NumericError(
        `viterbi: expected arrow ${i} to have a log probability below Infinity, ` +
          `got ${logProbabilities[i]}`,
      );
    }
  }
}

/**
 * The error for a trellis without a path of positive probability.
 *
 * @param where - the function that looked for one
 */
export function noPathError(where: string): NumericError {
  return new NumericError(
    `${where}: expected a path of positive probability, got -Infinity on every path`,
  );
}

function bestEnd(trellis: Trellis, scores: Float64Array, ranks: Float64Array): number {
  const reached = trellis.nodes
    .filter(({ index, layer }) => layer === trellis.layers && scores[index] > -Infinity)
    .map(({ index }) => index)
    .sort((a, b) => scores[b] - scores[a] || ranks[a] - ranks[b]);
  if (reached.length === 0) {
    throw noPathError('viterbi');
  }
  return reached[0];
}
