/** What is checked and opened before a recipe begins or goes on. */
import { resolve } from 'node:path';
import type { Architecture } from '../architecture/architecture.js';
import { publishedArchitecture } from '../architecture/published.js';
import { requireSplit, type Dataset } from '../dataset/dataset.js';
import { ConfigError } from '../errors.js';
import type { LoopControl } from '../training/events.js';
import {
  checkDatasets,
  dataOf,
  declaredDataset,
  openRecipeDataset,
  rootsByName,
  type Roots,
} from './datasets.js';
import type { Recipe } from './document.js';
import { readRecipe, type RecipeSource } from './read-recipe.js';
import { architectureSource, evaluatedStage, stageName } from './references.js';
import { architectureOf } from './run-stage.js';
import { checkStages, decidingConfig, inStage, resolveStage } from './stage-options.js';
import { compareRecipe, readState, type RecipeState, type StoredStage } from './state.js';

/** What {@link runRecipe} needs. */
export interface RecipeOptions extends LoopControl {
  /** A file, the name of a recipe of this package, or the recipe itself. */
  readonly recipe: string | Recipe;
  /** The folder of all stages: new or empty, or that of the same recipe, which is continued. */
  readonly folder: string;
  /**
   * The folders of the datasets by their names in the recipe, or that of the only one. A recipe that
   * is continued knows them.
   */
  readonly root?: Roots | undefined;
  /** The architecture of retrainings for which the recipe names none; the paper's by default. */
  readonly architecture?: Architecture | undefined;
  /**
   * What to say of the time and memory that all stages will take, see `RunRequest.estimate`. *first* -
   * before the first stage, and again before each. *only* - nothing else.
   */
  readonly estimate?: 'first' | 'only' | undefined;
  /** Further facts for each run's `environment.json`, such as what `useBackend` returned. */
  readonly environment?: object | undefined;
}

/** All that decides about the results of a stage, as far as the recipe says it. */
function factsOf(source: RecipeSource, i: number, given: Architecture): object {
  const { recipe, where } = source;
  const stage = recipe.stages[i];
  const { kind, options = {} } = declaredDataset(source, dataOf(source, i));
  const shared = {
    program: stage.program,
    data: { kind, options },
    config: decidingConfig(stage.program, stage.config),
  };
  if (stage.program === 'evaluate') {
    return { ...shared, run: recipe.stages[evaluatedStage(where, recipe, i)].name };
  }
  const { preset = 'paper' } = stage;
  if (stage.program === 'search') {
    return { ...shared, preset };
  }
  const from = architectureSource(where, recipe, i);
  const { path, genotype } = given;
  const architecture =
    from === 'given'
      ? { path, genotype }
      : 'stage' in from
        ? { stage: recipe.stages[from.stage].name }
        : from;
  return { ...shared, preset, architecture };
}

/** A recipe with all that could be checked before it begins or goes on. */
export interface PreparedRecipe {
  readonly source: RecipeSource;
  readonly before: RecipeState | undefined;
  readonly state: RecipeState;
  /** The datasets of the stages that are not done. */
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly architecture: Architecture;
  readonly notes: readonly string[];
}

/** Looks at the splits and the architecture of a stage that is not done. */
async function checkStageData(
  {
    source,
    architecture,
    folder,
  }: Pick<PreparedRecipe, 'source' | 'architecture'> & {
    readonly folder: string;
  },
  i: number,
  dataset: Dataset,
): Promise<void> {
  const { recipe, where } = source;
  const stage = recipe.stages[i];
  const splits: (string | null)[] = [];
  if (stage.program === 'evaluate') {
    splits.push((stage.config?.split as string | undefined) ?? 'val');
  } else {
    const { split, validationSplit } = resolveStage(stage, dataset.description.kind);
    splits.push(split, validationSplit);
  }
  for (const split of splits) {
    if (split !== null && !dataset.splits.includes(split)) {
      await dataset.samples(split); // says what is missing
      requireSplit(dataset.name, dataset.splits, split);
    }
  }
  const isOwn = stage.program === 'retrain' && !isOfStage(architectureSource(where, recipe, i));
  if (isOwn) {
    await architectureOf({ source, folder, architecture }, i);
  }
}

const isOfStage = (from: ReturnType<typeof architectureSource>): boolean =>
  from !== 'given' && 'stage' in from;

/** A recipe that was read and checked, as far as that needs no data. */
interface CheckedRecipe {
  readonly source: RecipeSource;
  /** The folders that were given, by dataset. */
  readonly roots: Readonly<Record<string, string>>;
  readonly architecture: Architecture;
}

/**
 * Reads a recipe and checks what can be checked without its data.
 *
 * @throws {@link ConfigError} naming the stage and the option
 * @throws {@link DataError} if the recipe cannot be read
 */
export async function checkRecipe(
  options: Pick<RecipeOptions, 'recipe' | 'root' | 'architecture'>,
): Promise<CheckedRecipe> {
  const source = await readRecipe(options.recipe);
  const { recipe, where } = source;
  const names = checkDatasets(source);
  await checkStages(source);
  const roots = rootsByName(source, names, options.root);
  const takesIt = recipe.stages.some(
    ({ program }, i) => program === 'retrain' && architectureSource(where, recipe, i) === 'given',
  );
  if (options.architecture !== undefined && !takesIt) {
    throw new ConfigError(
      `${where}: architecture: expected a recipe with a retraining that names none and follows no ` +
        'search, got one whose stages all have theirs; leave the option architecture out',
    );
  }
  return { source, roots, architecture: options.architecture ?? publishedArchitecture };
}

/**
 * Checks a recipe and what its folder holds, and opens the data that it still needs; nothing is
 * written.
 *
 * @throws {@link ConfigError} if the recipe, an option or a folder is not usable, or stages that have
 *   begun differ
 * @throws {@link DataError} if data or a file cannot be read
 */
export async function prepareRecipe(options: RecipeOptions): Promise<PreparedRecipe> {
  const { folder } = options;
  const { source, roots, architecture } = await checkRecipe(options);
  const { recipe, where } = source;
  const before = await readState(folder);
  const stages = recipe.stages.map(({ name }, i): StoredStage => {
    const facts = factsOf(source, i, architecture);
    return { name, facts, scores: before?.stages.at(i)?.scores };
  });
  const changed = before && compareRecipe(folder, before, stages);
  const datasets = new Map<string, Dataset>();
  for (const [i, { scores }] of stages.entries()) {
    const name = dataOf(source, i);
    if (scores !== undefined) {
      continue;
    }
    const dataset =
      datasets.get(name) ?? (await openRecipeDataset(source, name, roots, before?.roots ?? {}));
    datasets.set(name, dataset);
    await inStage(`${where}: ${stageName(i, recipe.stages[i])}`, () =>
      checkStageData({ source, architecture, folder }, i, dataset),
    );
  }
  const known = Object.fromEntries(
    [...datasets].map(([name, { description }]) => [name, resolve(description.root)]),
  );
  return {
    source,
    before,
    state: { stages, roots: { ...before?.roots, ...known } },
    datasets,
    architecture,
    notes: changed === undefined ? [] : [changed],
  };
}
