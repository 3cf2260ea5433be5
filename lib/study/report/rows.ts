/** Studies whose searches have other options, as rows of one table. */
import { DataError } from '../../errors.js';
import { configDifferences } from '../../run/config-difference.js';
import { none } from '../../search-space/operations/none.js';
import type { StudyGroup, StudyRecord } from '../record.js';
import type { Interval } from './bootstrap.js';
import { changedOptions } from './changed-options.js';
import { differencesOf } from './differences.js';
import { groupSummaries } from './groups.js';
import { meanOrNull, scoredNetworks } from './scored.js';
import { decisionsOf, type OperationPreference } from './searches.js';

/** What the searches of a study came to, in short; mean IoUs from 0 to 1, null where there is none yet. */
export interface StudyRow {
  /** The name of the study; null of the one that others are laid beside. */
  readonly name: string | null;
  /** Options that are not those of the first study, such as `search.epochs: 128`. */
  readonly changes: readonly string[];
  readonly searches: number;
  /** Means over the searches of the entropies as shares of the largest possible. */
  readonly alphaEntropy: number | null;
  readonly betaEntropy: number | null;
  /** Mean over the searches of the share of edges on which `none` is strongest; null of a space without it. */
  readonly noneStrongest: number | null;
  /** How far α of two searches correlate, from −1 to 1, and β; null of fewer than two. */
  readonly alphaCorrelation: number | null;
  readonly betaCorrelation: number | null;
  /** Share of the layers of their paths that two searches agree on; null of fewer than two. */
  readonly pathAgreement: number | null;
  /** Mean over the searches of what the supernet loses when only what it decided on is left of it. */
  readonly discretisationGap: number | null;
  readonly found: number | null;
  readonly random: number | null;
  /** found − random, with its interval and its probability under chance. */
  readonly difference: number | null;
  readonly interval: Interval | null;
  readonly probability: number | null;
}

/** On how many of the edges `none` is strongest, as a share; nothing if it is no candidate. */
function shareOfNone(operations: readonly OperationPreference[]): number[] {
  const edges = operations.reduce((sum, { strongestOn }) => sum + strongestOn, 0);
  return operations
    .filter(({ operation }) => operation === none.name)
    .map(({ strongestOn }) => strongestOn / edges);
}

function rowOf(name: string | null, record: StudyRecord, first: StudyRecord): StudyRow {
  const all = scoredNetworks(record);
  const { searches, correlation, agreement } = decisionsOf(record, all);
  const groups = groupSummaries(record, all);
  const scoreOf = (wanted: StudyGroup) =>
    groups.find(({ group }) => group === wanted)?.meanIou ?? null;
  const against = differencesOf(record, all).find(({ second }) => second === 'random');
  return {
    name,
    changes: changedOptions(first.settings, record.settings),
    searches: searches.length,
    alphaEntropy: meanOrNull(searches.map((one) => one.alphaSharpness.relativeEntropy)),
    betaEntropy: meanOrNull(searches.map((one) => one.betaSharpness.relativeEntropy)),
    noneStrongest: meanOrNull(searches.flatMap(({ operations }) => shareOfNone(operations))),
    alphaCorrelation: correlation?.alpha.mean ?? null,
    betaCorrelation: correlation?.beta.mean ?? null,
    pathAgreement: agreement?.path ?? null,
    discretisationGap: meanOrNull(searches.flatMap((one) => one.discretisationGap ?? [])),
    found: scoreOf('found'),
    random: scoreOf('random'),
    difference: against?.difference ?? null,
    interval: against?.interval ?? null,
    probability: against?.probability ?? null,
  };
}

/** Scores can be laid side by side where they are of the same images. */
function checkSameData(name: string, record: StudyRecord, first: StudyRecord): void {
  const differences = configDifferences(first.dataset, record.dataset);
  if (differences.length > 0) {
    const [{ path, before, now }] = differences;
    throw new DataError(
      `study ${name}: expected a study of the same images as the first, got dataset.${path} ` +
        `${now ?? '(none)'} where that has ${before ?? '(none)'}; leave it out`,
    );
  }
}

/**
 * A study and others of the same images, each as a row.
 *
 * @param beside - the others, by the names of their rows
 * @returns the row of `record` first; none without others
 * @throws {@link DataError} if another one is of other images
 */
export function studyRows(
  record: StudyRecord,
  beside: Readonly<Record<string, StudyRecord>>,
): StudyRow[] {
  const others = Object.entries(beside);
  for (const [name, other] of others) {
    checkSameData(name, other, record);
  }
  return others.length === 0
    ? []
    : [rowOf(null, record, record), ...others.map(([name, other]) => rowOf(name, other, record))];
}
