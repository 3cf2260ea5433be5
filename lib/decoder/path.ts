/** From β to a discrete path. */
import type { Arrow, Trellis } from '../search-space/trellis.js';
import { arrowSource } from '../search-space/trellis.js';
import { pathArrows } from '../search-space/path.js';
import type { RankedPath } from './k-best.js';
import { kBestPaths } from './k-best.js';
import type { Logits } from '../architecture/probabilities.js';
import type { EndNormalisation } from '../search-space/end-normalisation.js';
import { betaLogProbabilities } from '../architecture/probabilities.js';
import type { ScoredPath } from './viterbi.js';
import { viterbi } from './viterbi.js';

/** How {@link decodePath} decides. */
export interface DecodePathOptions {
  /** Normalisation of the nodes at stride 4 and 32, default `'valid'` (eq. 7). */
  readonly endNormalisation?: EndNormalisation;
  /** How many of the best paths to list, default 5. */
  readonly k?: number;
}

/** One step of the decoded path. */
export interface PathStep {
  /** The arrow taken. */
  readonly arrow: Arrow;
  /** Its probability among the arrows that leave the same node. */
  readonly probability: number;
  /** The most probable other arrow of that node; undefined where there is no other. */
  readonly alternative: { readonly to: number; readonly probability: number } | undefined;
}

/** A decoded path and how sure the decoder is of it. */
export interface PathDecode extends ScoredPath {
  /** Product of the probabilities of its arrows. */
  readonly probability: number;
  /** The arrows of the path, layer by layer. */
  readonly steps: readonly PathStep[];
  /** The k best paths, best first; the first is this one. */
  readonly best: readonly RankedPath[];
  /** Distance to the second-best path; undefined where there is no second. */
  readonly margin: PathMargin | undefined;
  /** The end normalisation of all figures above. */
  readonly endNormalisation: EndNormalisation;
  /** The same β decoded under the other end normalisation. */
  readonly other: OtherPathDecode;
}

/** How far the best path is ahead of the second. */
export interface PathMargin {
  /** The second-best path. */
  readonly path: readonly number[];
  /** Difference of the log probabilities: e to this power is how many times likelier it is. */
  readonly logProbability: number;
  /** Difference of the probabilities. */
  readonly probability: number;
}

/** The decode of the same β under the other end normalisation. */
export interface OtherPathDecode extends ScoredPath {
  /** The other end normalisation. */
  readonly endNormalisation: EndNormalisation;
  /** Whether both normalisations decode the same path. */
  readonly isSame: boolean;
}

/**
 * Decodes β: the path of maximum probability from the stem to any level of the last layer.
 *
 * Source: Auto-DeepLab §4.3.
 * Assumption: see {@link EndNormalisation}; the decode under the other one is always reported,
 * because it often differs.
 *
 * @param beta - logits, `[arrows]`, in the order of `trellis.arrows`
 * @param trellis - the search space
 * @throws {@link ConfigError} if `k` is not a positive integer
 * @throws {@link ShapeError} if `beta` does not hold one entry per arrow
 * @throws {@link NumericError} if `beta` holds NaN or +Infinity
 *
 * @example
 * const trellis = createTrellis({ layers: 2 });
 * const beta = [0, 0.1, 0, 0, 0, 0, 0];
 * decodePath(beta, trellis).path; // [0, 0]: 0.475 · 1/2 is more than 0.525 · 1/3
 * decodePath(beta, trellis).other.path; // [1, 0], with 2/3 at the ends
 */
export function decodePath(
  beta: Logits,
  trellis: Trellis,
  options: DecodePathOptions = {},
): PathDecode {
  const { endNormalisation = 'valid', k = 5 } = options;
  const logProbabilities = betaLogProbabilities(beta, trellis, endNormalisation);
  const ranked = kBestPaths(trellis, logProbabilities, k === 1 ? 2 : k); // two, for the margin
  const first = ranked[0];
  const second = ranked.at(1);
  const margin = second && {
    path: second.path,
    logProbability: second.logMargin,
    probability: first.probability - second.probability,
  };
  return {
    path: first.path,
    logProbability: first.logProbability,
    probability: first.probability,
    steps: pathSteps(trellis, logProbabilities, first.path),
    best: ranked.slice(0, k),
    margin,
    endNormalisation,
    other: decodeOther(beta, trellis, endNormalisation, first.path),
  };
}

function decodeOther(
  beta: Logits,
  trellis: Trellis,
  endNormalisation: EndNormalisation,
  path: readonly number[],
): OtherPathDecode {
  const other = endNormalisation === 'valid' ? 'two-thirds' : 'valid';
  const result = viterbi(trellis, betaLogProbabilities(beta, trellis, other));
  return {
    path: result.path,
    logProbability: result.logProbability,
    endNormalisation: other,
    isSame: result.path.every((level, i) => level === path[i]),
  };
}

function pathSteps(
  trellis: Trellis,
  logProbabilities: Float64Array,
  path: readonly number[],
): PathStep[] {
  return pathArrows(trellis, path).map((index) => {
    const arrow = trellis.arrows[index];
    const alternative = trellis.nodes[arrowSource(trellis, arrow)].outgoing
      .filter((candidate) => candidate !== index)
      .map((other) => ({
        to: trellis.arrows[other].to,
        probability: Math.exp(logProbabilities[other]),
      }))
      .sort((a, b) => b.probability - a.probability)
      .at(0);
    return { arrow, probability: Math.exp(logProbabilities[index]), alternative };
  });
}
