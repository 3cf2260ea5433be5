/** The options of the stages of a recipe, checked before anything begins. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { AutoDeepLabError, ConfigError, DataError } from '../errors.js';
import { RETRAIN, type RetrainConfig } from '../retrain/options.js';
import { SEARCH, type SearchConfig } from '../search/options.js';
import { resolveOptions, type Changes, type ProgramOptions } from '../training/options/resolve.js';
import type { OptionTable } from '../training/options/table.js';
import { dataOf, declaredDataset } from './datasets.js';
import type { TrainingStage } from './document.js';
import { checkEvaluationConfig } from './evaluation-options.js';
import type { RecipeSource } from './read-recipe.js';
import { architectureSource, evaluatedStage, stageName, weightsStage } from './references.js';

const PROGRAMS: Readonly<Record<'search' | 'retrain', ProgramOptions<OptionTable>>> = {
  search: SEARCH,
  retrain: RETRAIN,
};

/** Runs the check of a stage; errors of this library then begin with the stage. */
export async function inStage<T>(place: string, check: () => Promise<T> | T): Promise<T> {
  try {
    return await check();
  } catch (cause) {
    if (cause instanceof ConfigError) {
      throw new ConfigError(`${place}: ${cause.message}`, { cause });
    }
    if (cause instanceof DataError) {
      throw new DataError(`${place}: ${cause.message}`, cause.file, { cause });
    }
    throw cause instanceof AutoDeepLabError ? cause : (cause as Error);
  }
}

/** The options of a training stage on a kind of dataset, with those that the preset has. */
export function resolveStage(
  { program, preset = 'paper', config = {} }: TrainingStage,
  kind: string,
): SearchConfig | RetrainConfig {
  return resolveOptions(PROGRAMS[program], config, preset, kind) as SearchConfig | RetrainConfig;
}

/** What a stage's config decides about results: without what may differ when a run is resumed. */
export function decidingConfig(program: string, config: Changes = {}): Changes {
  const { table } = PROGRAMS[program as 'search'] ?? { table: {} };
  return Object.fromEntries(
    Object.entries(config).filter(
      ([name, value]) =>
        value !== undefined && !(Object.hasOwn(table, name) && table[name].onResume === 'free'),
    ),
  );
}

/** What two networks must have alike for the weights of one to fit the other. */
const SAME = ['filterMultiplier', 'imagePoolingNorm', 'stemWidths', 'headFilters'] as const;

/** The network of a stage must be that of the stage that its first weights come from. */
function checkWeights(source: RecipeSource, i: number, options: RetrainConfig): void {
  const { recipe, where, base } = source;
  const from = weightsStage(where, recipe, i);
  const { initialWeights } = options;
  const place = stageName(i, recipe.stages[i]);
  if (from === undefined) {
    if (initialWeights !== null && !existsSync(path.resolve(base, initialWeights))) {
      throw new ConfigError(
        `${where}: ${place} initialWeights: expected the name of an earlier stage ` +
          `(${
            recipe.stages
              .slice(0, i)
              .map(({ name }) => name)
              .join(', ') || 'there is none'
          }) or a run, ` +
          `got "${initialWeights}", which is neither`,
      );
    }
    return;
  }
  const other = recipe.stages[from] as TrainingStage;
  const kind = declaredDataset(source, other.data).kind;
  const before = resolveStage(other, kind) as RetrainConfig;
  for (const name of SAME) {
    const [wanted, given] = [String(before[name]), String(options[name])];
    if (wanted !== given) {
      throw new ConfigError(
        `${where}: ${place} ${name}: expected ${wanted}, as in ${stageName(from, other)}, whose ` +
          `weights it begins with, got ${given}`,
      );
    }
  }
}

/**
 * Checks all that can be checked of a recipe without its data: the options of each stage, and what it
 * takes from others.
 *
 * @throws {@link ConfigError} naming the stage and the option
 */
export async function checkStages(source: RecipeSource): Promise<void> {
  const { recipe, where } = source;
  for (const [i, stage] of recipe.stages.entries()) {
    const place = `${where}: ${stageName(i, stage)}`;
    if (stage.program === 'evaluate') {
      evaluatedStage(where, recipe, i);
      await inStage(place, () => checkEvaluationConfig(stage.config ?? {}, 'evaluate'));
      continue;
    }
    const { kind } = declaredDataset(source, dataOf(source, i));
    const options = await inStage(place, () => resolveStage(stage, kind));
    if (stage.program === 'retrain') {
      architectureSource(where, recipe, i);
      checkWeights(source, i, options as RetrainConfig);
    }
  }
}
