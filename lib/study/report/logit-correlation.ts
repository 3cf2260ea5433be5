/** How far searches agree before they decide: what their α and β have in common. */
import { cellEdges } from '../../search-space/edges.js';
import { trellisOf, type SearchSpaceShape } from '../../search-space/shape.js';
import { mean } from '../../text.js';
import type { StudySearch } from '../record.js';

/** How far two searches agree, over all pairs of them; from −1 to 1. */
export interface PairCorrelation {
  readonly mean: number;
  readonly least: number;
  readonly most: number;
  /** The standard deviation of one pair if nothing were in common: 1 / √(free logits). */
  readonly byChance: number;
}

/** What the α and β of searches have in common. */
export interface LogitCorrelation {
  readonly alpha: PairCorrelation;
  readonly beta: PairCorrelation;
  /** Of the means of α over the edges: which operations are strong, wherever they are. */
  readonly operations: PairCorrelation;
  /** Of α less these means: where in the cell an operation is strong. */
  readonly places: PairCorrelation;
}

/** Logits of one search, choice by choice. */
type Choices = readonly (readonly number[])[];

/** Logits of choices, less the mean of each choice: what softmax sees. */
function centred(choices: Choices): number[][] {
  return choices.map((logits) => {
    const middle = mean(logits);
    return logits.map((logit) => logit - middle);
  });
}

/** The mean of each column. */
function columnMeans(rows: Choices): number[] {
  return rows[0].map((_, k) => mean(rows.map((row) => row[k])));
}

/** Each row less the means of the columns. */
function withoutColumnMeans(rows: Choices): number[][] {
  const means = columnMeans(rows);
  return rows.map((row) => row.map((value, k) => value - means[k]));
}

/** Σ x y / √(Σ x² Σ y²); both have the mean 0. */
function correlation(x: readonly number[], y: readonly number[]): number {
  const product = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, i) => sum + value * b[i], 0);
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

/** Over all pairs; NaN where a search has not moved. */
function overPairs(all: readonly (readonly number[])[], free: number): PairCorrelation {
  const pairs = all.flatMap((x, i) => all.slice(i + 1).map((y) => correlation(x, y)));
  return {
    mean: mean(pairs),
    least: Math.min(...pairs),
    most: Math.max(...pairs),
    byChance: 1 / Math.sqrt(free),
  };
}

/** As many logits as softmax leaves free. */
const freeOf = (choices: Choices): number =>
  choices.reduce((sum, { length }) => sum + length - 1, 0);

/**
 * The correlation of the logits of searches that differ in their seeds only.
 *
 *     r(a, b) = Σ x_a x_b / √(Σ x_a² Σ x_b²), x = a logit less the mean of its choice
 *
 * What seeds have in common comes from the data and the space. If logit = signal + noise with independent
 * noise of one size, r is the signal's share of the variance; of nothing but noise, r is 0 give or take
 * 1 / √(free logits).
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
  const nodes = trellisOf(shape).nodes.filter(({ outgoing }) => outgoing.length > 1);
  const alphas = searches.map(({ alpha }) =>
    centred(edges.map((_, edge) => alpha.slice(edge * width, (edge + 1) * width))),
  );
  const betas = searches.map(({ beta }) =>
    centred(nodes.map(({ outgoing }) => outgoing.map((arrow) => beta[arrow]))),
  );
  return {
    alpha: overPairs(
      alphas.map((rows) => rows.flat()),
      freeOf(alphas[0]),
    ),
    beta: overPairs(
      betas.map((rows) => rows.flat()),
      freeOf(betas[0]),
    ),
    operations: overPairs(alphas.map(columnMeans), width - 1),
    places: overPairs(
      alphas.map((rows) => withoutColumnMeans(rows).flat()),
      (edges.length - 1) * (width - 1),
    ),
  };
}
