/** How far searches agree before they decide: what their α and β have in common. */
import { cellEdges } from '../../search-space/edges.js';
import { trellisOf, type SearchSpaceShape } from '../../search-space/shape.js';
import { mean } from '../../text.js';
import type { StudySearch } from '../record.js';

/** Means over all pairs of searches, from −1 to 1. */
export interface LogitCorrelation {
  readonly alpha: number;
  readonly beta: number;
}

/** Logits of choices, less the mean of each choice: what softmax sees. */
function centred(choices: readonly (readonly number[])[]): number[] {
  return choices.flatMap((logits) => {
    const middle = mean(logits);
    return logits.map((logit) => logit - middle);
  });
}

/** Σ x y / √(Σ x² Σ y²); both have the mean 0. */
function correlation(x: readonly number[], y: readonly number[]): number {
  const product = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i], 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

/** The mean over all pairs; undefined where a search has not moved. */
function meanOfPairs(all: readonly (readonly number[])[]): number {
  return mean(all.flatMap((x, i) => all.slice(i + 1).map((y) => correlation(x, y))));
}

/**
 * The correlation of the logits of searches that differ in their seeds only.
 *
 *     r = mean over pairs (a, b) of Σ x_a x_b / √(Σ x_a² Σ x_b²), x = a logit less the mean of its choice
 *
 * What seeds have in common comes from the data and the space; the rest is noise of batches, halves and first
 * weights. If logit = signal + noise with independent noise of one size, r is the signal's share of the
 * variance.
 *
 * @returns null of fewer than two searches
 */
export function logitCorrelation(
  searches: readonly Pick<StudySearch, 'alpha' | 'beta'>[],
  shape: SearchSpaceShape,
): LogitCorrelation | null {
  if (searches.length < 2) {
    return null;
  }
  const width = shape.operations.length;
  const edges = cellEdges(shape.blocks);
  const { nodes } = trellisOf(shape);
  const choices = nodes.filter(({ outgoing }) => outgoing.length > 1);
  return {
    alpha: meanOfPairs(
      searches.map(({ alpha }) =>
        centred(edges.map((_, edge) => alpha.slice(edge * width, (edge + 1) * width))),
      ),
    ),
    beta: meanOfPairs(
      searches.map(({ beta }) =>
        centred(choices.map(({ outgoing }) => outgoing.map((arrow) => beta[arrow]))),
      ),
    ),
  };
}
