/** A run of several stages, resumable as a whole. */
import { duration } from '../duration.js';
import { abortable, adviseOnInterrupt, interruptSignal } from '../interrupt.js';
import { gibibytes } from '../runtime/memory.js';
import type { OnProgress } from '../training/events.js';
import { describeExpected, type ExpectedCost } from '../training/expected/expected.js';
import { dataOf } from './datasets.js';
import type { Stage } from './document.js';
import { prepareRecipe, type PreparedRecipe, type RecipeOptions } from './prepare.js';
import type { RecipeSource } from './read-recipe.js';
import { evaluatedStage, stageName } from './references.js';
import { expectStage, runStage } from './run-stage.js';
import { RecipeFolder, stageFolder, type StageScores } from './state.js';

/** A stage and what it is expected to take from where it stands. */
export interface ExpectedStage {
  readonly name: string;
  readonly cost: ExpectedCost;
}

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
  /** What the stages of training that were not done were expected to take; empty if not asked for. */
  readonly expected: readonly ExpectedStage[];
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
): Omit<RecipeResult, 'expected'> {
  const stages = source.recipe.stages.map(({ name, program }, i): StageOutcome => {
    const isDone = scores[i] !== undefined;
    return { name, program, folder: resultFolder(source, folder, i), isDone, ...scores[i] };
  });
  return { folder, interrupted: !stages.every(({ isDone }) => isDone), doneBefore, stages };
}

/** What the stages that are not done are expected to take; evaluations are not estimated. */
async function expectStages(
  options: RecipeOptions,
  { source, state, datasets, architecture }: PreparedRecipe,
): Promise<ExpectedStage[]> {
  const { folder, environment, onProgress } = options;
  const signal = options.signal ?? interruptSignal();
  const expected: ExpectedStage[] = [];
  for (const [i, { name, scores }] of state.stages.entries()) {
    const dataset = datasets.get(dataOf(source, i));
    if (scores !== undefined || dataset === undefined) {
      continue;
    }
    signal.throwIfAborted();
    const warnings: OnProgress = (event) => {
      if (event.kind === 'warning') {
        onProgress?.({ ...event, text: `${stageName(i, source.recipe.stages[i])}: ${event.text}` });
      }
    };
    const control = { signal, onProgress: warnings, estimate: 'only' } as const;
    const context = { source, folder, dataset, architecture, environment, ...control };
    const cost = await expectStage(context, i);
    if (cost !== undefined) {
      expected.push({ name, cost });
    }
  }
  return expected;
}

/** What stages are expected to take, a line each, and a line for all of several. */
export function describeExpectedStages(stages: readonly ExpectedStage[]): string[] {
  const seconds = stages.reduce((sum, { cost }) => sum + cost.seconds, 0);
  const memory = Math.max(...stages.map(({ cost }) => cost.memory));
  const all = `all ${stages.length} stages of training: ${duration(seconds)}; memory about ${gibibytes(memory)}`;
  return [
    ...stages.map(({ name, cost }) => `${name}: ${describeExpected(cost)}`),
    ...(stages.length > 1 ? [all] : []),
  ];
}

/** Runs the stages that are not done, one after the other. */
async function runStages(
  options: RecipeOptions,
  prepared: PreparedRecipe,
  opened: RecipeFolder,
): Promise<(StageScores | undefined)[]> {
  const { folder, environment, onProgress, estimate } = options;
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
    const control = { signal, onProgress, estimate };
    const context = { source, folder, dataset, architecture, environment, ...control };
    scores[i] = await runStage(context, i);
    if (scores[i] === undefined) {
      break;
    }
    await opened.finish(i, scores[i]);
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
  const signal = options.signal ?? interruptSignal();
  const prepared = await abortable(prepareRecipe(options), signal);
  const { estimate } = options;
  const expected = estimate === undefined ? [] : await expectStages(options, prepared);
  const doneBefore = prepared.state.stages.filter(({ scores }) => scores !== undefined).length;
  if (estimate === 'only') {
    const scores = prepared.state.stages.map((stage) => stage.scores);
    return { ...resultOf(folder, prepared, scores, doneBefore), expected };
  }
  const opened = await RecipeFolder.open(folder, prepared.state, prepared.before);
  try {
    for (const text of [...prepared.notes, ...describeExpectedStages(expected)]) {
      onProgress?.({ kind: 'note', text });
    }
    const scores = await runStages(options, prepared, opened);
    const result = resultOf(folder, prepared, scores, doneBefore);
    if (result.interrupted && options.signal === undefined) {
      adviseOnInterrupt('interrupted, and saved; the same call of runRecipe resumes it');
    }
    return { ...result, expected };
  } finally {
    await opened.close();
  }
}
