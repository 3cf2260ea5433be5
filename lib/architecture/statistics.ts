/**
 * What α and β say about the course of a search, as plain numbers.
 *
 * Users of other implementations asked which signs are bad: a growing share of skip connections or
 * of `none`, entropies that fall to nothing in the first epochs, or that never fall.
 */
import type { OperationFamily } from '../search-space/operations/operation.js';
import { operationNamed } from '../search-space/operations/registry.js';
import type { Trellis } from '../search-space/trellis.js';
import { mean } from '../text.js';
import {
  alphaLogProbabilities,
  betaLogProbabilities,
  type CellShape,
  type Logits,
} from './probabilities.js';

/** How decided some choices are. */
export interface Decidedness {
  /** Mean over the choices of the entropy −Σ p ln p, in nats. */
  readonly entropy: number;
  /** The same of each choice over its largest possible value: 1 if all are equal, 0 if decided. */
  readonly relativeEntropies: readonly number[];
  /** Mean of {@link Decidedness.relativeEntropies}. */
  readonly relativeEntropy: number;
  /** Mean over the choices of the largest probability. */
  readonly strongestProbability: number;
}

/** What is known of the operations of a cell at one moment; a choice is an edge. */
export interface AlphaStatistics extends Decidedness {
  /** Mean over the edges of each operation's probability, by name; they sum to 1. */
  readonly probability: Readonly<Record<string, number>>;
  /** Share of the edges on which each operation is the most probable, by name; they sum to 1. */
  readonly strongest: Readonly<Record<string, number>>;
}

/** Entropies of choices, given the log probabilities of each. */
function decidedness(choices: readonly (readonly number[])[]): Decidedness {
  const entropies = choices.map((logs) =>
    logs.reduce((sum, log) => (log === -Infinity ? sum : sum - Math.exp(log) * log), 0),
  );
  const relativeEntropies = entropies.map((value, i) =>
    choices[i].length > 1 ? value / Math.log(choices[i].length) : 0,
  );
  const meanOf = (values: readonly number[]) => (values.length === 0 ? 0 : mean(values));
  return {
    entropy: meanOf(entropies),
    relativeEntropies,
    relativeEntropy: meanOf(relativeEntropies),
    strongestProbability: meanOf(choices.map((logs) => Math.exp(Math.max(...logs)))),
  };
}

/**
 * Entropies and shares of the operations.
 *
 * @param alpha - logits, `[edges · operations]`, edge by edge
 * @throws {@link ShapeError} if there is not one logit per operation and edge
 * @throws {@link NumericError} if a logit is NaN or +Infinity
 *
 * @example
 * const shape = { blocks: 1, operations: ['none', 'skip_connect'] };
 * alphaStatistics([0, 0, 1, 0], shape).strongest; // { none: 1, skip_connect: 0 }
 */
export function alphaStatistics(alpha: Logits, shape: CellShape): AlphaStatistics {
  const { operations } = shape;
  const width = operations.length;
  const logs = alphaLogProbabilities(alpha, shape);
  const rows = Array.from({ length: logs.length / width }, (_, edge) =>
    Array.from(logs.subarray(edge * width, (edge + 1) * width)),
  );
  const winners = rows.map((row) => row.indexOf(Math.max(...row)));
  const byName = (value: (k: number) => number) =>
    Object.fromEntries(operations.map((name, k) => [name, value(k)]));
  return {
    ...decidedness(rows),
    probability: byName((k) => mean(rows.map((row) => Math.exp(row[k])))),
    strongest: byName((k) => mean(winners.map((winner) => (winner === k ? 1 : 0)))),
  };
}

/**
 * Entropies of the decisions at the nodes of the trellis that several arrows leave.
 *
 * @param beta - logits, `[arrows]`
 * @throws {@link ShapeError} if there is not one logit per arrow
 * @throws {@link NumericError} if a logit is NaN or +Infinity
 */
export function betaStatistics(beta: Logits, trellis: Trellis): Decidedness {
  const logs = betaLogProbabilities(beta, trellis);
  return decidedness(
    trellis.nodes
      .filter(({ outgoing }) => outgoing.length > 1)
      .map(({ outgoing }) => outgoing.map((arrow) => logs[arrow])),
  );
}

/** A number per family of operations. */
export type FamilyShares = Readonly<Record<OperationFamily, number>>;

/**
 * Sums shares of operations by family; those of a cell sum to 1.
 *
 * @param byOperation - such as `alphaStatistics(…).probability`
 */
export function familyShares(byOperation: Readonly<Record<string, number>>): FamilyShares {
  const shares = { none: 0, skip: 0, pool: 0, convolution: 0 };
  for (const [name, value] of Object.entries(byOperation)) {
    shares[operationNamed(name).family] += value;
  }
  return shares;
}
