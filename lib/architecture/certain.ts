/** An architecture as α and β that leave no choice, and how probable it is under those of a search. */
import { ConfigError } from '../errors.js';
import { edgeIndex } from '../search-space/edges.js';
import type { EndNormalisation } from '../search-space/end-normalisation.js';
import { pathArrows } from '../search-space/path.js';
import { alphaLength, trellisOf, type SearchSpaceShape } from '../search-space/shape.js';
import type { Architecture } from './architecture.js';
import { alphaLogProbabilities, betaLogProbabilities, type Logits } from './probabilities.js';

/** α and β after the softmax, as plain numbers. */
export interface ArchitectureProbabilities {
  /** `[edges · operations]`, edge by edge. */
  readonly alpha: Float32Array;
  /** `[arrows]`. */
  readonly beta: Float32Array;
}

/** The entries of α that the branches of a cell are, one for each branch. */
function branchEntries(
  { genotype }: Pick<Architecture, 'genotype'>,
  { blocks, operations }: SearchSpaceShape,
): number[] {
  if (genotype.blocks.length !== blocks) {
    throw new ConfigError(
      `architecture: expected a cell of ${blocks} blocks, as the search space has, got ` +
        `${genotype.blocks.length}`,
    );
  }
  return genotype.blocks.flatMap(({ left, right }, block) =>
    [left, right].map(({ input, operation }) => {
      const column = operations.indexOf(operation);
      if (column < 0) {
        throw new ConfigError(
          `architecture: expected operations of the search space, ${operations.join(', ')}, got ` +
            `"${operation}"`,
        );
      }
      return edgeIndex(block, input) * operations.length + column;
    }),
  );
}

/** Whether an architecture belongs to a search space. */
export function isInSpace(
  { path, genotype }: Pick<Architecture, 'path' | 'genotype'>,
  { layers, levels, firstLayer, blocks, operations }: SearchSpaceShape,
): boolean {
  return (
    path.length === layers &&
    path.every((level) => level < levels) &&
    (firstLayer === 'free' || path[0] === 0) &&
    genotype.blocks.length === blocks &&
    genotype.blocks.every(({ left, right }) =>
      [left, right].every(({ operation }) => operations.includes(operation)),
    )
  );
}

/**
 * α and β with which the relaxation has the operations and the path of one architecture only: 1 for each
 * branch and each arrow of the path, 0 elsewhere.
 *
 * The rows of edges that are no branch are 0 throughout, which no softmax gives; two branches that read one
 * state add up.
 *
 * @throws {@link ConfigError} if the architecture does not belong to the search space
 *
 * @example
 * certainProbabilities(publishedArchitecture, PAPER_SHAPE).beta.filter((p) => p === 1).length; // 12
 */
export function certainProbabilities(
  architecture: Pick<Architecture, 'path' | 'genotype'>,
  shape: SearchSpaceShape,
): ArchitectureProbabilities {
  const trellis = trellisOf(shape);
  const alpha = new Float32Array(alphaLength(shape));
  const beta = new Float32Array(trellis.arrows.length);
  for (const entry of branchEntries(architecture, shape)) {
    alpha[entry] += 1;
  }
  for (const arrow of pathArrows(trellis, architecture.path)) {
    beta[arrow] = 1;
  }
  return { alpha, beta };
}

/** α and β of a search after the softmax. */
export function searchProbabilities(
  { alpha, beta }: { readonly alpha: Logits; readonly beta: Logits },
  shape: SearchSpaceShape,
  endNormalisation: EndNormalisation = 'valid',
): ArchitectureProbabilities {
  const trellis = trellisOf(shape);
  return {
    alpha: Float32Array.from(alphaLogProbabilities(alpha, shape), Math.exp),
    beta: Float32Array.from(betaLogProbabilities(beta, trellis, endNormalisation), Math.exp),
  };
}

/**
 * Log probability of an architecture under the α and β of a search: the sum over the arrows of its path and
 * over its branches.
 *
 *     log p = Σ_l log β^l_{path} + Σ_branches log α^k_{j→i}
 *
 * Assumption: that a block keeps just these two edges is no event of its own; α says nothing of it but
 * through the strength of the operations.
 *
 * @throws {@link ConfigError} if the architecture does not belong to the search space
 */
export function architectureLogProbability(
  architecture: Pick<Architecture, 'path' | 'genotype'>,
  { alpha, beta }: { readonly alpha: Logits; readonly beta: Logits },
  shape: SearchSpaceShape,
  endNormalisation: EndNormalisation = 'valid',
): number {
  const trellis = trellisOf(shape);
  const ofAlpha = alphaLogProbabilities(alpha, shape);
  const ofBeta = betaLogProbabilities(beta, trellis, endNormalisation);
  const logs = [
    ...pathArrows(trellis, architecture.path).map((arrow) => ofBeta[arrow]),
    ...branchEntries(architecture, shape).map((entry) => ofAlpha[entry]),
  ];
  return logs.reduce((sum, log) => sum + log, 0);
}
