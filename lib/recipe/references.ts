/** What the stages of a recipe take from earlier ones. */
import { ConfigError } from '../errors.js';
import type { Recipe, Stage, TrainingStage } from './document.js';

/** How errors name a stage. */
export const stageName = (i: number, { name }: Stage): string => `stage ${i + 1} (${name})`;

/** The index of the stage of this name; −1: there is none. */
const indexOf = (stages: readonly Stage[], name: string): number =>
  stages.findIndex((stage) => stage.name === name);

/**
 * The index of an earlier stage.
 *
 * @param programs - those that it may run
 * @param what - what is taken from it, in words
 * @throws {@link ConfigError} if it comes later, is the stage itself, or runs another program
 */
function earlierStage(
  where: string,
  { stages }: Recipe,
  i: number,
  { field, name, programs, what }: Reference,
): number {
  const place = `${where}: ${stageName(i, stages[i])} ${field}`;
  const found = indexOf(stages, name);
  if (found >= i) {
    const when = found === i ? 'the stage itself' : `stage ${found + 1}, which comes later`;
    throw new ConfigError(
      `${place}: expected an earlier stage, got "${name}", ${when}; put that stage before it, or ` +
        `take the ${what} of another`,
    );
  }
  if (!programs.includes(stages[found].program)) {
    throw new ConfigError(
      `${place}: expected a stage with ${what} (${programs.join(' or ')}), got "${name}", ` +
        `which runs ${stages[found].program}`,
    );
  }
  return found;
}

interface Reference {
  readonly field: string;
  readonly name: string;
  readonly programs: readonly Stage['program'][];
  readonly what: string;
}

/** The stage that first weights come from; undefined: none, or they come from elsewhere. */
export function weightsStage(where: string, recipe: Recipe, i: number): number | undefined {
  const name = recipe.stages[i].config?.initialWeights;
  if (typeof name !== 'string' || indexOf(recipe.stages, name) < 0) {
    return undefined;
  }
  const field = 'initialWeights';
  const programs = ['retrain'] as const;
  return earlierStage(where, recipe, i, { field, name, programs, what: 'weights' });
}

/** Where the architecture of a retraining comes from. */
export type ArchitectureSource =
  | { readonly stage: number }
  | { readonly source: string }
  /** The recipe's option `architecture`. */
  | 'given';

/** The last stage before another that runs a program; −1: none. */
function lastBefore({ stages }: Recipe, i: number, program: Stage['program']): number {
  return stages.slice(0, i).findLastIndex((stage) => stage.program === program);
}

/** Where the architecture of a retraining comes from, see {@link TrainingStage}. */
export function architectureSource(where: string, recipe: Recipe, i: number): ArchitectureSource {
  const { architecture: name } = recipe.stages[i] as TrainingStage;
  if (name !== undefined) {
    if (indexOf(recipe.stages, name) < 0) {
      return { source: name };
    }
    const programs = ['search', 'retrain'] as const;
    const what = 'an architecture';
    return {
      stage: earlierStage(where, recipe, i, { field: 'architecture', name, programs, what }),
    };
  }
  const stage = weightsStage(where, recipe, i) ?? lastBefore(recipe, i, 'search');
  return stage < 0 ? 'given' : { stage };
}

/** The retraining that an evaluation scores. */
export function evaluatedStage(where: string, recipe: Recipe, i: number): number {
  const stage = recipe.stages[i];
  const run = stage.program === 'evaluate' ? stage.run : undefined;
  const found = run === undefined ? lastBefore(recipe, i, 'retrain') : indexOf(recipe.stages, run);
  if (found < 0) {
    throw new ConfigError(
      `${where}: ${stageName(i, stage)} run: expected an earlier retraining, got ` +
        `${run === undefined ? 'none before it' : `"${run}"`}; the stages are ` +
        recipe.stages.map(({ name }) => name).join(', '),
    );
  }
  const name = recipe.stages[found].name;
  return earlierStage(where, recipe, i, {
    field: 'run',
    name,
    programs: ['retrain'],
    what: 'weights',
  });
}
