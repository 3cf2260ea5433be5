/** The parts of a study: a pure function of its settings. */
import type { StudyGroup, StudyRecordSettings } from './record.js';

/** A network that a study retrains. */
export interface PlannedNetwork {
  /** Such as `random-1-2`: the second random network beside the first that is found. */
  readonly id: string;
  readonly group: StudyGroup;
  /** The part whose search it belongs to; undefined: it depends on none. */
  readonly search?: string;
}

/** A search with a seed. */
export interface SearchPart {
  readonly kind: 'search';
  readonly id: string;
  readonly seed: number;
}

/** What the supernet of a search makes of its decoded architecture and of those that it is compared with. */
export interface OpinionPart {
  readonly kind: 'opinion';
  readonly id: string;
  /** The part of the search. */
  readonly search: string;
}

/** A network retrained with a seed and scored on the test split. */
export interface RetrainPart {
  readonly kind: 'retrain';
  readonly id: string;
  readonly network: PlannedNetwork;
  readonly seed: number;
}

/** What is done in one go, and is as small as a run. */
export type StudyPart = SearchPart | OpinionPart | RetrainPart;

/** What a study does. */
export interface StudyPlan {
  /** All networks that are retrained. */
  readonly networks: readonly PlannedNetwork[];
  /** In the order in which one process does them. */
  readonly parts: readonly StudyPart[];
}

/** The networks that go with the n-th search, from 1. */
function networksOf(n: number, { randomPerFound, groups }: StudyRecordSettings): PlannedNetwork[] {
  const search = `search-${n}`;
  const random = Array.from({ length: randomPerFound }, (_, k) => `random-${n}-${k + 1}`);
  const ids = {
    found: [`found-${n}`],
    random,
    published: [],
    'found-path-random-cell': [`found-path-random-cell-${n}`],
    'fixed-path-found-cell': [`fixed-path-found-cell-${n}`],
    'other-end-normalisation': [`other-end-normalisation-${n}`],
  } as const;
  return groups.flatMap((group) => ids[group].map((id) => ({ id, group, search })));
}

/**
 * The parts of a study: the searches, each followed by the opinion of its supernet, then all networks under
 * the first retraining seed, under the second, …, so that a study that is not finished compares as many
 * networks as it can.
 *
 * The ids stay the same when seeds, groups or random networks are added.
 */
export function studyPlan(settings: StudyRecordSettings): StudyPlan {
  const { searchSeeds, retrainSeeds, groups } = settings;
  const isSearched = groups.some((group) => group !== 'published');
  const searches = isSearched ? searchSeeds : [];
  const published: PlannedNetwork[] = groups.includes('published')
    ? [{ id: 'published', group: 'published' }]
    : [];
  const networks = [...searches.flatMap((_, i) => networksOf(i + 1, settings)), ...published];
  const ofSearches = searches.flatMap((seed, i): StudyPart[] => {
    const search = `search-${i + 1}`;
    return [
      { kind: 'search', id: search, seed },
      { kind: 'opinion', id: `opinion-${i + 1}`, search },
    ];
  });
  const retrainings = retrainSeeds.flatMap((seed) =>
    networks.map((network): StudyPart => ({
      kind: 'retrain',
      id: `retrain-${network.id}-seed-${seed}`,
      network,
      seed,
    })),
  );
  return { networks, parts: [...ofSearches, ...retrainings] };
}

/** The part that must be done before another one can begin; undefined: none. */
export function requiredPart(part: StudyPart): string | undefined {
  return part.kind === 'search'
    ? undefined
    : part.kind === 'opinion'
      ? part.search
      : part.network.search;
}
