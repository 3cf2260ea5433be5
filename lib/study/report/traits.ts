/** What the scores of a study go with: the size of a network, its strides, its operations. */
import type { StudyNetwork } from '../record.js';
import { mean } from '../../text.js';
import { pooledDeviation } from './groups.js';
import { spearman, type Pair } from './rank-correlation.js';
import { setsOfGroup, type ScoredNetwork } from './scored.js';

/** A number that an architecture has, and how the scores of networks go with it. */
export interface TraitSummary {
  readonly trait: string;
  /** All that have a score, of every group. */
  readonly networks: number;
  /** Spearman's ρ between the trait and the score; null where it is undefined. */
  readonly spearman: number | null;
  /** The same with parameters, which the networks of one search have in common. */
  readonly withParameters: number | null;
}

/** How much random networks of one size differ, and how much they would by the seeds of their retrainings alone. */
export interface SpreadOfSize {
  /** Standard deviation between random networks of one search, pooled; null without two of one search. */
  readonly networks: number | null;
  /** √(mean over these of s² / S), s² being between the S seeds of a network; null where none has two. */
  readonly bySeeds: number | null;
}

/** Share of the branches of the cell that apply an operation. */
const shareOf =
  (operation: string) =>
  ({ architecture }: StudyNetwork): number =>
    mean(
      architecture.genotype.blocks.flatMap(({ left, right }) =>
        [left, right].map((branch) => Number(branch.operation === operation)),
      ),
    );

type Trait = readonly [name: string, valueOf: (network: StudyNetwork) => number];

const TRAITS: readonly Trait[] = [
  ['parameters', ({ parameters }) => parameters],
  ['multiply-adds', ({ multiplyAdds }) => multiplyAdds],
  ['mean level of its path', ({ architecture }) => mean(architecture.path)],
  ['last level of its path', ({ architecture }) => architecture.path.at(-1)!],
];

/** Those of all networks, and one for each operation that some have and others have not. */
function traitsOf(all: readonly ScoredNetwork[]): Trait[] {
  const operations = [...new Set(all.flatMap(({ network }) => network.architecture.operations))];
  return [
    ...TRAITS,
    ...operations.map((name): Trait => [`share of branches: ${name}`, shareOf(name)]),
  ].filter(([, valueOf]) => new Set(all.map(({ network }) => valueOf(network))).size > 1);
}

/** How the scores of all networks go with each of their traits. */
export function traitSummaries(all: readonly ScoredNetwork[]): TraitSummary[] {
  const scored = all.filter(({ meanIous }) => meanIous.length > 0);
  return traitsOf(scored).map(([trait, valueOf]) => {
    const pairsWith = (other: (one: ScoredNetwork) => number) =>
      scored.map((one): Pair => [valueOf(one.network), other(one)]);
    return {
      trait,
      networks: scored.length,
      spearman: spearman(pairsWith(({ meanIous }) => mean(meanIous))) ?? null,
      withParameters: spearman(pairsWith(({ network }) => network.parameters)) ?? null,
    };
  });
}

/** Whether random networks of one size differ by more than the seeds of their retrainings. */
export function spreadOfSize(all: readonly ScoredNetwork[]): SpreadOfSize {
  const sets = setsOfGroup(all, 'random').filter(({ length }) => length > 1);
  const networks = sets.flat();
  const bySeeds = pooledDeviation(networks);
  return {
    networks: pooledDeviation(sets.map((set) => set.map(mean))),
    bySeeds:
      bySeeds === null
        ? null
        : Math.sqrt(mean(networks.map(({ length }) => bySeeds ** 2 / length))),
  };
}
