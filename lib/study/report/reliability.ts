/** Whether the recipe of the retrainings can rank networks: whether two measures of one network agree. */
import { mean } from '../../text.js';
import type { StudyRecord, StudyScore } from '../record.js';
import { kendall, spearman, type Pair } from './rank-correlation.js';
import { meanOrNull, type ScoredNetwork } from './scored.js';

/** Two measures of the same networks. */
export interface Agreement {
  /** Such as `seed 1 and seed 2`. */
  readonly measures: string;
  /** Those that have both. */
  readonly networks: number;
  /** Spearman's ρ over all networks; null where it is undefined. */
  readonly spearman: number | null;
  /** Mean over the searches of Kendall's τ_b between found and random networks, which have one size; null without any. */
  readonly withinSearches: number | null;
}

/** What the retrainings of a study say about its recipe. */
export interface Reliability {
  /** The mean over the networks that were retrained under every seed. */
  readonly seeds: readonly {
    readonly seed: number;
    readonly networks: number;
    readonly meanIou: number | null;
  }[];
  readonly agreements: readonly Agreement[];
}

type Measure = (scores: readonly StudyScore[]) => number | undefined;

/** The score under one seed. */
const under =
  (seed: number): Measure =>
  (scores) =>
    scores.find((one) => one.seed === seed)?.meanIou;

/** The mean over the seeds of the best validation. */
const validation: Measure = (scores) =>
  meanOrNull(scores.flatMap(({ validationMeanIou }) => validationMeanIou ?? [])) ?? undefined;

const test: Measure = (scores) => meanOrNull(scores.map(({ meanIou }) => meanIou)) ?? undefined;

function pairsOf(all: readonly ScoredNetwork[], first: Measure, second: Measure): Pair[] {
  return all.flatMap(({ scores }) => {
    const [x, y] = [first(scores), second(scores)];
    return x === undefined || y === undefined ? [] : [[x, y] as const];
  });
}

/** The networks of each search that have one size. */
const ofOneSize = ({ searches }: StudyRecord, all: readonly ScoredNetwork[]): ScoredNetwork[][] =>
  searches.map(({ id }) =>
    all.filter(
      ({ network }) =>
        network.search === id && (network.group === 'found' || network.group === 'random'),
    ),
  );

function agreementOf(
  measures: string,
  record: StudyRecord,
  all: readonly ScoredNetwork[],
  [first, second]: readonly [Measure, Measure],
): Agreement {
  const pairs = pairsOf(all, first, second);
  return {
    measures,
    networks: pairs.length,
    spearman: spearman(pairs) ?? null,
    withinSearches: meanOrNull(
      ofOneSize(record, all).flatMap((own) => kendall(pairsOf(own, first, second)) ?? []),
    ),
  };
}

/** How far seeds agree on networks, two by two, and validation with test. */
export function reliabilityOf(record: StudyRecord, all: readonly ScoredNetwork[]): Reliability {
  const { retrainSeeds } = record.settings;
  const complete = all.filter(({ scores }) =>
    retrainSeeds.every((seed) => under(seed)(scores) !== undefined),
  );
  const seedPairs = retrainSeeds.flatMap((a, i) =>
    retrainSeeds.slice(i + 1).map((b) => [a, b] as const),
  );
  return {
    seeds: retrainSeeds.map((seed) => ({
      seed,
      networks: complete.length,
      meanIou:
        complete.length === 0 ? null : mean(complete.map(({ scores }) => under(seed)(scores)!)),
    })),
    agreements: [
      ...seedPairs.map(([a, b]) =>
        agreementOf(`seed ${a} and seed ${b}`, record, all, [under(a), under(b)]),
      ),
      agreementOf('validation and test', record, all, [validation, test]),
    ],
  };
}
