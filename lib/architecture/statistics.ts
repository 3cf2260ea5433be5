/**
 * What α and β say about the course of a search, as plain numbers.
 *
 * Users of other implementations asked which signs are bad: a growing share of skip connections or
 * of `none`, entropies that fall to nothing in the first epochs, or that never fall.
 */
import { ShapeError } from '../errors.js';

/** The softmax of some logits; sums to 1. */
function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

/** The entropy of a distribution in nats, −Σ p ln p. */
function entropy(probabilities: readonly number[]): number {
  return probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}

/** The mean; 0 of nothing. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
}

/** An arrow as far as it matters here: the layer that it leads to and the level it comes from. */
export interface ArrowSource {
  readonly layer: number;
  readonly from: number;
}

/** What is known of the operations of a cell at one moment. */
export interface AlphaStatistics {
  /** Mean over the edges of the entropy of softmax(α), in nats; ln(operations) at the start. */
  readonly entropy: number;
  /** Mean over the edges of each operation's weight, by name; they sum to 1. */
  readonly weight: Readonly<Record<string, number>>;
  /** Share of the edges on which each operation is the strongest, by name; they sum to 1. */
  readonly strongest: Readonly<Record<string, number>>;
}

/** What is known of the arrows of the trellis at one moment. */
export interface BetaStatistics {
  /** Mean over the nodes with several outgoing arrows of the entropy of softmax(β), in nats. */
  readonly entropy: number;
  /** The same, each divided by its largest possible value: 1 at the start, 0 when decided. */
  readonly relativeEntropy: number;
}

/**
 * Entropy and shares of the operations.
 *
 * @param alpha - logits, `[edges * operations.length]`, edge by edge
 * @param operations - names of the operations in order
 * @throws {@link ShapeError} if the logits do not fill whole edges
 *
 * @example
 * alphaStatistics([0, 0, 1, 0], ['none', 'skip_connect']).strongest; // { none: 1, skip_connect: 0 }
 */
export function alphaStatistics(
  alpha: ArrayLike<number>,
  operations: readonly string[],
): AlphaStatistics {
  const count = operations.length;
  const edges = alpha.length / count;
  if (!Number.isInteger(edges) || edges < 1) {
    throw new ShapeError(
      `alphaStatistics: expected a multiple of ${count} logits, one for each operation of an ` +
        `edge, got ${alpha.length}`,
    );
  }
  const logits = Array.from(alpha);
  const rows = Array.from({ length: edges }, (_, e) =>
    softmax(logits.slice(e * count, (e + 1) * count)),
  );
  const winners = rows.map((row) => row.indexOf(Math.max(...row)));
  const byName = (value: (k: number) => number) =>
    Object.fromEntries(operations.map((name, k) => [name, value(k)]));
  return {
    entropy: mean(rows.map(entropy)),
    weight: byName((k) => mean(rows.map((row) => row[k]))),
    strongest: byName((k) => mean(winners.map((winner) => (winner === k ? 1 : 0)))),
  };
}

/**
 * Entropy of the decisions at the nodes of the trellis.
 *
 * @param beta - logits, `[arrows]`
 * @param arrows - the arrows in the same order
 * @throws {@link ShapeError} if there is not one logit for each arrow
 */
export function betaStatistics(
  beta: ArrayLike<number>,
  arrows: readonly ArrowSource[],
): BetaStatistics {
  if (beta.length !== arrows.length) {
    throw new ShapeError(
      `betaStatistics: expected ${arrows.length} logits, one for each arrow, got ${beta.length}`,
    );
  }
  const nodes = new Map<string, number[]>();
  arrows.forEach(({ layer, from }, i) => {
    const node = `${layer - 1}/${from}`;
    nodes.set(node, [...(nodes.get(node) ?? []), beta[i]]);
  });
  const choices = [...nodes.values()].filter((logits) => logits.length > 1);
  const entropies = choices.map((logits) => entropy(softmax(logits)));
  return {
    entropy: mean(entropies),
    relativeEntropy: mean(entropies.map((value, i) => value / Math.log(choices[i].length))),
  };
}

/** The share of kinds of operations, for a figure over epochs; the four sum to 1. */
export interface OperationShares {
  readonly none: number;
  readonly skip: number;
  readonly pool: number;
  readonly convolution: number;
}

/**
 * Groups weights or shares by the kind of operation, told by its name.
 *
 * @param byOperation - such as `alphaStatistics(…).weight`
 */
export function operationShares(byOperation: Readonly<Record<string, number>>): OperationShares {
  const shares = { none: 0, skip: 0, pool: 0, convolution: 0 };
  for (const [name, value] of Object.entries(byOperation)) {
    if (name === 'none') {
      shares.none += value;
    } else if (name.startsWith('skip')) {
      shares.skip += value;
    } else if (name.includes('pool')) {
      shares.pool += value;
    } else {
      shares.convolution += value;
    }
  }
  return shares;
}
