/** One stage of a recipe as an ordinary run. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Architecture } from '../architecture/architecture.js';
import { randomArchitecture } from '../architecture/random.js';
import type { Dataset } from '../dataset/dataset.js';
import { evaluate } from '../evaluate/evaluate.js';
import { RETRAIN, type RetrainConfig } from '../retrain/options.js';
import { Random } from '../random.js';
import { retrain } from '../retrain/retrain.js';
import { architectureFrom } from '../run/architecture-source.js';
import type { SearchConfig } from '../search/options.js';
import { search } from '../search/search.js';
import type { ExpectedCost } from '../training/expected/expected.js';
import type { LoopControl } from '../training/events.js';
import type { RunResult } from '../training/run-work.js';
import { readStoredRun } from '../training/stored-run.js';
import { declaredDataset } from './datasets.js';
import type { TrainingStage } from './document.js';
import { checkEvaluationConfig } from './evaluation-options.js';
import type { RecipeSource } from './read-recipe.js';
import { architectureSource, evaluatedStage, weightsStage } from './references.js';
import { resolveStage } from './stage-options.js';
import { stageFolder, type StageScores } from './state.js';

/** What a stage works with. */
export interface StageContext extends LoopControl {
  readonly source: RecipeSource;
  /** The folder of the recipe. */
  readonly folder: string;
  readonly dataset: Dataset;
  /** The architecture of stages that name none. */
  readonly architecture: Architecture;
  readonly environment: object | undefined;
  readonly estimate: 'first' | 'only' | undefined;
}

/** The architecture of a retraining. */
export async function architectureOf(
  { source, folder, architecture }: Pick<StageContext, 'source' | 'folder' | 'architecture'>,
  i: number,
): Promise<Architecture> {
  const { recipe, where, base } = source;
  const from = architectureSource(where, recipe, i);
  if (from === 'given') {
    return architecture;
  }
  if ('stage' in from) {
    const { name } = recipe.stages[from.stage];
    return architectureFrom(stageFolder(folder, from.stage, name));
  }
  return architectureFrom(from.source === 'published' ? from.source : resolve(base, from.source));
}

/** Where the first weights of a retraining are; null: from scratch. */
async function weightsOf(
  { source, folder }: StageContext,
  i: number,
  own: string,
  isResumed: boolean,
): Promise<string | null> {
  if (isResumed) {
    // The folder may have moved since; a resumed run has its weights.
    return (await readStoredRun(own, RETRAIN)).options.initialWeights;
  }
  const { recipe, where, base } = source;
  const from = weightsStage(where, recipe, i);
  if (from !== undefined) {
    return stageFolder(folder, from, recipe.stages[from].name);
  }
  const given = recipe.stages[i].config?.initialWeights ?? null;
  return given === null ? null : resolve(base, given as string);
}

function scoresOf({ steps, meanIou, bestMeanIou }: RunResult): StageScores {
  return { steps, meanIou, bestMeanIou };
}

/** What a training stage is started with: a run in its folder is continued. */
async function requestOf(context: StageContext, i: number) {
  const { source, folder, dataset, environment, signal, onProgress, estimate } = context;
  const { name, program, preset = 'paper', config = {} } = source.recipe.stages[i] as TrainingStage;
  const own = stageFolder(folder, i, name);
  const resume = existsSync(join(own, 'config.json'));
  return {
    dataset,
    folder: own,
    preset,
    // Its options were checked against the table of its program.
    config: {
      ...config,
      ...(program === 'retrain' && { initialWeights: await weightsOf(context, i, own, resume) }),
    } as Partial<SearchConfig & RetrainConfig>,
    resume,
    signal,
    onProgress,
    estimate,
    ...(environment && { environment }),
  };
}

/**
 * What a stage of training is expected to take from where it stands; nothing is written. A search that
 * is not done counts with an architecture drawn at random from its space.
 */
export async function expectStage(
  context: StageContext,
  i: number,
): Promise<ExpectedCost | undefined> {
  const { source } = context;
  const stage = source.recipe.stages[i];
  if (stage.program === 'evaluate') {
    return undefined;
  }
  const request = await requestOf({ ...context, estimate: 'only' }, i);
  const { expected } =
    stage.program === 'search'
      ? await search(request)
      : await retrain({ ...request, architecture: await likelyArchitecture(context, i) });
  return expected;
}

/** The architecture of a retraining, or one that the search before it could find. */
async function likelyArchitecture(context: StageContext, i: number): Promise<Architecture> {
  const { source, folder } = context;
  const { recipe, where } = source;
  const from = architectureSource(where, recipe, i);
  if (from === 'given' || !('stage' in from)) {
    return architectureOf(context, i);
  }
  const stage = recipe.stages[from.stage] as TrainingStage;
  const file = join(stageFolder(folder, from.stage, stage.name), 'architecture.json');
  if (existsSync(file)) {
    return architectureFrom(file);
  }
  if (stage.program === 'retrain') {
    return likelyArchitecture(context, from.stage);
  }
  const { kind } = declaredDataset(source, stage.data);
  const { seed, layers, blocks, operations, firstLayer } = resolveStage(
    stage,
    kind,
  ) as SearchConfig;
  const shape = { layers, blocks, operations, firstLayer };
  return randomArchitecture(new Random(seed).fork('likely'), shape);
}

/**
 * Runs a stage, or continues it where it was interrupted.
 *
 * @returns what it came to; undefined if it was interrupted
 */
export async function runStage(context: StageContext, i: number): Promise<StageScores | undefined> {
  const { source, folder, dataset, signal, onProgress } = context;
  const { recipe, where } = source;
  const stage = recipe.stages[i];
  if (stage.program === 'evaluate') {
    const run = evaluatedStage(where, recipe, i);
    const { meanIou, pixelAccuracy } = await evaluate({
      ...checkEvaluationConfig(stage.config ?? {}, 'evaluate'),
      dataset,
      folder: stageFolder(folder, run, recipe.stages[run].name),
      signal,
      onProgress,
    });
    return { meanIou, pixelAccuracy };
  }
  const request = await requestOf(context, i);
  const result =
    stage.program === 'search'
      ? await search(request)
      : await retrain({ ...request, architecture: await architectureOf(context, i) });
  return result.interrupted ? undefined : scoresOf(result);
}
