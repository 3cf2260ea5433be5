/** What a study has measured so far, collected from the results of its parts. */
import { architectureLogProbability } from '../architecture/certain.js';
import { logitsDigest } from '../architecture/digest.js';
import { publishedArchitecture } from '../architecture/published.js';
import { DataError } from '../errors.js';
import { completeShape } from '../search-space/shape.js';
import { resultFile } from './folder.js';
import { costOfNetwork, networksOf } from './networks.js';
import {
  readResult,
  type OpinionOutcome,
  type PartOrigin,
  type PartResult,
  type RetrainOutcome,
  type SearchOutcome,
} from './part-result.js';
import { studyPlan } from './plan.js';
import {
  STUDY_FORMAT,
  type StudyNetwork,
  type StudyOrigin,
  type StudyRecord,
  type StudyScore,
  type StudySearch,
} from './record.js';
import type { StudyConfigs, StudySettings } from './settings.js';

function unique<T>(values: readonly T[]): T[] {
  const keys = values.map((value) => JSON.stringify(value));
  return values.filter((_, i) => keys.indexOf(keys[i]) === i);
}

/** Where and with what the parts were computed; of a study without any, the command alone. */
function originOf(origins: readonly PartOrigin[], command: string): StudyOrigin {
  const dates = (name: 'begun' | 'ended') => origins.map((one) => one[name]).sort();
  const inTime = [...origins].sort((a, b) => (a.begun < b.begun ? -1 : 1));
  return {
    command: inTime.at(-1)?.command ?? command,
    libraryVersions: unique(inTime.map(({ libraryVersion }) => libraryVersion)),
    commits: unique(inTime.flatMap(({ commit }) => commit ?? [])),
    hardware: unique(origins.map(({ processor, cores, memory }) => ({ processor, cores, memory }))),
    backends: unique(origins.map(({ backend }) => backend)),
    dates: { begun: dates('begun').at(0) ?? '', updated: dates('ended').at(-1) ?? '' },
  };
}

/** The results of a study by the id of their part. */
type Results = ReadonlyMap<string, PartResult>;

/** All results that there are. */
async function resultsOf(folder: string, settings: StudySettings): Promise<Results> {
  const results = new Map<string, PartResult>();
  for (const { id } of studyPlan(settings).parts) {
    const result = await readResult(folder, settings, id);
    if (result !== undefined) {
      results.set(id, result);
    }
  }
  return results;
}

function stale(folder: string, id: string, what: string): DataError {
  const file = resultFile(folder, id);
  return new DataError(
    `${file}: expected the result of ${id} to belong to ${what} of this study, got that of another one; ` +
      'remove the file to do the part again, or bring back what it belongs to',
    file,
  );
}

/** A search with the opinion of its supernet, if there is one. */
interface AskedSearch {
  readonly search: SearchOutcome;
  readonly opinion: OpinionOutcome | undefined;
}

function searchesOf(folder: string, settings: StudySettings, results: Results): AskedSearch[] {
  const outcome = (id: string) => results.get(id)?.outcome;
  return studyPlan(settings).parts.flatMap((part): AskedSearch[] => {
    const search = part.kind === 'opinion' ? outcome(part.search) : undefined;
    const opinion = outcome(part.id);
    if (search?.kind !== 'search') {
      return [];
    }
    if (opinion?.kind !== 'opinion') {
      return [{ search, opinion: undefined }];
    }
    if (opinion.alphaDigest !== logitsDigest(search.search.alpha)) {
      throw stale(folder, part.id, search.search.id);
    }
    return [{ search, opinion }];
  });
}

function recordedSearch({ search: { search }, opinion }: AskedSearch): StudySearch {
  if (opinion === undefined) {
    return search;
  }
  const { meanIou, decodedMeanIou, seconds } = opinion;
  return { ...search, supernet: { meanIou, decodedMeanIou, seconds } };
}

function judgedNetworks(
  { search, opinion }: AskedSearch,
  settings: StudySettings,
  configs: StudyConfigs,
): StudyNetwork[] {
  const { search: config } = configs;
  const shape = completeShape(config);
  return networksOf(search, settings, configs).map((network): StudyNetwork => ({
    ...network,
    logProbability: architectureLogProbability(
      network.architecture,
      search.search,
      shape,
      config.endNormalisation,
    ),
    supernetMeanIou: opinion?.networks.find(({ id }) => id === network.id)?.meanIou,
  }));
}

const sameNetwork = (
  a: RetrainOutcome['architecture'],
  b: RetrainOutcome['architecture'],
): boolean => JSON.stringify([a.path, a.genotype]) === JSON.stringify([b.path, b.genotype]);

function scoresOf(
  folder: string,
  networks: readonly StudyNetwork[],
  results: Results,
): StudyScore[] {
  return [...results.values()].flatMap(({ outcome }) => {
    if (outcome.kind !== 'retrain') {
      return [];
    }
    const { architecture, score } = outcome;
    const network = networks.find(({ id }) => id === score.network);
    if (network === undefined || !sameNetwork(network.architecture, architecture)) {
      throw stale(folder, score.id, `the network ${score.network}`);
    }
    return [score];
  });
}

/**
 * Collects what a study has measured so far.
 *
 * @param command - which the record names if no part is done yet
 * @throws {@link DataError} if a result cannot be read, was edited, or belongs to another search
 */
export async function collectRecord(
  folder: string,
  settings: StudySettings,
  configs: StudyConfigs,
  command: string,
): Promise<StudyRecord> {
  const { dataset, search, retrain, searchSeeds, retrainSeeds } = settings;
  const { randomPerFound, parameterTolerance, groups } = settings;
  const { networks: planned, parts } = studyPlan(settings);
  const results = await resultsOf(folder, settings);
  const searches = searchesOf(folder, settings, results);
  const published = planned
    .filter((network) => network.search === undefined)
    .map((network): StudyNetwork => {
      const architecture = publishedArchitecture;
      const cost = costOfNetwork(architecture, configs.retrain, dataset.classes.length);
      return { ...network, architecture, ...cost };
    });
  const networks = [
    ...searches.flatMap((one) => judgedNetworks(one, settings, configs)),
    ...published,
  ];
  return {
    format: STUDY_FORMAT,
    madeBy: originOf(
      [...results.values()].map(({ madeBy }) => madeBy),
      command,
    ),
    dataset,
    settings: {
      search,
      retrain,
      searchSeeds,
      retrainSeeds,
      randomPerFound,
      parameterTolerance,
      groups,
    },
    searches: searches.map(recordedSearch),
    networks,
    scores: scoresOf(folder, networks, results),
    missing: parts.map(({ id }) => id).filter((id) => !results.has(id)),
  };
}
