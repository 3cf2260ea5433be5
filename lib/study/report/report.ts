/** The report of a study as plain data: its `report.json`. */
import type { StudyDataset, StudyOrigin, StudyRecord, StudyRecordSettings } from '../record.js';
import { costsOf, type KindCost } from './costs.js';
import { differencesOf, type Difference } from './differences.js';
import {
  groupSummaries,
  networkSummaries,
  type GroupSummary,
  type NetworkSummary,
} from './groups.js';
import { opinionSummaries, type OpinionSummary } from './opinions.js';
import { reliabilityOf, type Reliability } from './reliability.js';
import { studyRows, type StudyRow } from './rows.js';
import { scoredNetworks } from './scored.js';
import { decisionsOf, type Decisions } from './searches.js';
import { spreadOfSize, traitSummaries, type SpreadOfSize, type TraitSummary } from './traits.js';
import { verdictOf, type Verdict } from './verdict.js';

/** The version of the layout of `report.json`. */
export const REPORT_FORMAT = 1;

/** What a study says, as far as it is done; mean IoUs from 0 to 1, null where there is none yet. */
export interface StudyReport {
  readonly format: typeof REPORT_FORMAT;
  readonly verdict: Verdict;
  /** Parts that are done, and the ids of those that are not. */
  readonly done: {
    readonly searches: number;
    readonly opinions: number;
    readonly retrainings: number;
  };
  readonly missing: readonly string[];
  /** The lengths of the retrainings in steps, each once. */
  readonly retrainSteps: readonly number[];
  readonly groups: readonly GroupSummary[];
  readonly differences: readonly Difference[];
  readonly traits: readonly TraitSummary[];
  readonly spreadOfSize: SpreadOfSize;
  readonly reliability: Reliability;
  readonly opinions: readonly OpinionSummary[];
  readonly decisions: Decisions;
  /** This study and others that it is laid beside; empty without any. */
  readonly rows: readonly StudyRow[];
  readonly networks: readonly NetworkSummary[];
  readonly costs: readonly KindCost[];
  readonly dataset: StudyDataset;
  readonly settings: StudyRecordSettings;
  readonly madeBy: StudyOrigin;
}

/**
 * Computes the report of a study from what it has measured so far: the same record gives the same report, to the
 * last digit of its intervals.
 *
 * @param beside - studies of the same images, such as with other options of the search, by the names of their rows
 * @throws {@link DataError} if one of these is of other images
 */
export function studyReport(
  record: StudyRecord,
  beside: Readonly<Record<string, StudyRecord>> = {},
): StudyReport {
  const all = scoredNetworks(record);
  const differences = differencesOf(record, all);
  return {
    format: REPORT_FORMAT,
    verdict: verdictOf(
      differences.find(({ second }) => second === 'random'),
      record.missing.length === 0,
    ),
    done: {
      searches: record.searches.length,
      opinions: record.searches.filter(({ supernet }) => supernet !== undefined).length,
      retrainings: record.scores.length,
    },
    missing: record.missing,
    retrainSteps: [...new Set(record.scores.map(({ steps }) => steps))].sort((a, b) => a - b),
    groups: groupSummaries(record, all),
    differences,
    traits: traitSummaries(all),
    spreadOfSize: spreadOfSize(all),
    reliability: reliabilityOf(record, all),
    opinions: opinionSummaries(record, all),
    decisions: decisionsOf(record, all),
    rows: studyRows(record, beside),
    networks: networkSummaries(all),
    costs: costsOf(record),
    dataset: record.dataset,
    settings: record.settings,
    madeBy: record.madeBy,
  };
}
