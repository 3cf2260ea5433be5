/** A run of several stages, resumable as a whole. */
import { interruptSignal } from '../interrupt.js';
import { dataOf } from './datasets.js';
import type { Stage } from './document.js';
import { prepareRecipe, type PreparedRecipe, type RecipeOptions } from './prepare.js';
import type { RecipeSource } from './read-recipe.js';
import { evaluatedStage } from './references.js';
import { runStage } from './run-stage.js';
import { RecipeFolder, stageFolder, type StageScores } from './state.js';

/** A stage and what it came to. */
export interface StageOutcome extends StageScores {
  readonly name: string;
  readonly program: Stage['program'];
  /** The folder of its run; an evaluation is in that of the run that it scored. */
  readonly folder: string;
  readonly isDone: boolean;
}

/** What a recipe gives. */
export interface RecipeResult {
  readonly folder: string;
  /** True if the signal stopped it; run it again to continue. */
  readonly interrupted: boolean;
  /** Stages that this call did not have to run, as they were done before. */
  readonly doneBefore: number;
  readonly stages: readonly StageOutcome[];
}

/** The folder in which the results of a stage are. */
function resultFolder({ recipe, where }: RecipeSource, folder: string, i: number): string {
  const run = recipe.stages[i].program === 'evaluate' ? evaluatedStage(where, recipe, i) : i;
  return stageFolder(folder, run, recipe.stages[run].name);
}

function resultOf(
  folder: string,
  { source }: PreparedRecipe,
  scores: readonly (StageScores | undefined)[],
  doneBefore: number,
): RecipeResult {
  const stages = source.recipe.stages.map(({ name, program }, i): StageOutcome => {
    const isDone = scores[i] !== undefined;
    return { name, program, folder: resultFolder(source, folder, i), isDone, ...scores[i] };
  });
  return { folder, interrupted: !stages.every(({ isDone }) => isDone), doneBefore, stages };
}

/** Runs the stages that are not done, one after the other. */
async function runStages(
  options: RecipeOptions,
  prepared: PreparedRecipe,
  opened: RecipeFolder,
): Promise<(StageScores | undefined)[]> {
  const { folder, environment, onProgress } = options;
  const { source, state, datasets, architecture } = prepared;
  const { stages } = source.recipe;
  const signal = options.signal ?? interruptSignal();
  const scores = state.stages.map((stage) => stage.scores);
  for (const [i, { name, program }] of stages.entries()) {
    if (scores[i] !== undefined) {
      continue;
    }
    signal.throwIfAborted();
    const own = resultFolder(source, folder, i);
    onProgress?.({
      kind: 'stage',
      stage: i + 1,
      stages: stages.length,
      name,
      program,
      folder: own,
    });
    const dataset = datasets.get(dataOf(source, i))!;
    const context = { source, folder, dataset, architecture, environment, signal, onProgress };
    scores[i] = await runStage(context, i);
    if (scores[i] === undefined) {
      break;
    }
    await opened.finish(i, scores[i]!);
  }
  return scores;
}

/**
 * Runs the stages of a recipe in order, each as an ordinary run in a folder of its own,
 * `1-<name>`, `2-<name>`, …; called again with the same folder, it continues at the stage and the step
 * that were reached, to the same results as without the interruption.
 *
 * `recipe.json` says which stages are done. What can be checked of all stages, their options, what they
 * take from each other and the folders of their data, is checked before the first begins. Stages that have
 * begun must stay as they are; others may change and be added.
 *
 * @throws {@link ConfigError} if the recipe, an option or a folder is not usable, or stages that have
 *   begun differ
 * @throws {@link DataError} if data or a file cannot be read, or another process runs the recipe
 * @throws {@link NumericError} if a loss is NaN or infinite
 *
 * @example
 * ```ts no-run
 * await runRecipe({
 *   recipe: 'voc-coco',
 *   folder: 'runs/voc',
 *   root: { coco: '/data/coco', voc: '/data/voc' },
 * });
 * ```
 */
export async function runRecipe(options: RecipeOptions): Promise<RecipeResult> {
  const { folder, onProgress } = options;
  const prepared = await prepareRecipe(options);
  const doneBefore = prepared.state.stages.filter(({ scores }) => scores !== undefined).length;
  const opened = await RecipeFolder.open(folder, prepared.state, prepared.before);
  try {
    for (const text of prepared.notes) {
      onProgress?.({ kind: 'note', text });
    }
    const scores = await runStages(options, prepared, opened);
    return resultOf(folder, prepared, scores, doneBefore);
  } finally {
    await opened.close();
  }
}
