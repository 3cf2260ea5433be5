/** `autodeeplab recipe`: a run of several stages. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { Architecture } from '../architecture/architecture.js';
import { architectureFrom } from '../run/architecture-source.js';
import type { BackendChoice } from '../backend/backend-name.js';
import type { Roots } from '../recipe/datasets.js';
import { checkRecipe } from '../recipe/prepare.js';
import { listRecipes } from '../recipe/read-recipe.js';
import {
  describeExpectedStages,
  runRecipe,
  type RecipeResult,
  type StageOutcome,
} from '../recipe/run-recipe.js';
import { TensorBoardLog } from '../tensorboard/tensorboard-log.js';
import { percent, table } from '../text.js';
import type { OnProgress } from '../training/events.js';
import { addImportOption } from './import-modules.js';
import { backendOption } from './options.js';
import { startBackend } from './start.js';
import { watch } from './watch.js';

interface RecipeFlags {
  readonly out: string;
  readonly root?: Roots;
  readonly architecture?: string;
  readonly backend: BackendChoice;
  readonly tensorboard: boolean;
  readonly dryRun: boolean;
}

/** Collects `--root name=folder`; a folder alone is that of the only dataset. */
function collectRoot(text: string, before: Roots = {}): Roots {
  const [, name, folder] = /^([A-Za-z0-9][\w.-]*)=(.+)$/.exec(text) ?? [];
  if (name === undefined) {
    if (typeof before === 'string' || Object.keys(before).length > 0) {
      throw new InvalidArgumentError(`expected name=folder, got "${text}".`);
    }
    return text;
  }
  if (typeof before === 'string') {
    throw new InvalidArgumentError(`expected each folder by its name, got "${before}" alone.`);
  }
  return { ...before, [name]: folder };
}

function scoresText({ steps, meanIou, bestMeanIou, isDone }: StageOutcome): string[] {
  return [
    isDone ? 'done' : 'not done',
    steps === undefined ? '' : String(steps),
    percent(bestMeanIou ?? meanIou, 2),
  ];
}

/** What a recipe came to, as a table. */
export function describeRecipe({ stages, doneBefore }: RecipeResult): string {
  const rows = stages.map((stage) => [
    stage.name,
    stage.program,
    ...scoresText(stage),
    stage.folder,
  ]);
  const isOld = doneBefore === stages.length;
  return [
    ...(isOld ? ['the recipe was finished before; nothing was left to do', ''] : []),
    table([['stage', 'program', 'state', 'steps', 'mIoU', 'folder'], ...rows], {
      align: ['left', 'left', 'left', 'right', 'right', 'left'],
    }),
  ].join('\n');
}

/** TensorBoard's event files for each stage that trains. */
class StageLogs {
  private current: { readonly folder: string; readonly log: TensorBoardLog } | undefined;
  private closing: Promise<void> = Promise.resolve();

  readonly onProgress: OnProgress = (event) => {
    if (event.kind === 'stage') {
      const { folder, program } = event;
      this.end();
      this.current =
        program === 'evaluate' ? undefined : { folder, log: new TensorBoardLog(folder) };
    }
    this.current?.log.onProgress(event);
  };

  /** Writes what is left; throws what could not be written. */
  close(): Promise<void> {
    this.end();
    return this.closing;
  }

  private end(): void {
    const { current } = this;
    this.current = undefined;
    if (current && existsSync(join(current.folder, 'history.arrow'))) {
      this.closing = this.closing.then(() => current.log.close({ pictures: 1 }));
      this.closing.catch(() => undefined); // thrown by close
    }
  }
}

async function runRecipeCommand(recipe: string, flags: RecipeFlags): Promise<void> {
  const { out: folder, root, backend, tensorboard, dryRun } = flags;
  const estimate = dryRun ? 'only' : 'first';
  const architecture: Architecture | undefined =
    flags.architecture === undefined ? undefined : await architectureFrom(flags.architecture);
  await checkRecipe({ recipe, root, architecture });
  const environment = await startBackend(backend);
  const logs = tensorboard && !dryRun ? new StageLogs() : undefined;
  const result = await watch(({ signal, onProgress: show }) => {
    const onProgress: OnProgress = (event) => {
      show(event);
      logs?.onProgress(event);
    };
    const options = { recipe, folder, root, architecture, signal, onProgress, estimate } as const;
    return runRecipe({ ...options, environment: { backend: environment } });
  }, 'repeat the same command to continue');
  await logs?.close();
  if (result && dryRun) {
    console.log(describeExpectedStages(result.expected).join('\n') || describeRecipe(result));
  } else if (result && !result.interrupted) {
    console.log(describeRecipe(result));
  }
}

/** The command `recipe`. */
export function recipeCommand(): Command {
  const shipped = listRecipes();
  const width = Math.max(...shipped.map(({ name }) => name.length));
  const list = shipped.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`).join('\n');
  return addImportOption(new Command('recipe'))
    .description('run several stages, one after the other, as a file says')
    .argument('<recipe>', 'a file, or the name of a recipe of this package')
    .requiredOption('--out <folder>', 'the folder of all stages: new or empty, or that to continue')
    .option(
      '--root <name=folder>',
      'the folder of a dataset of the recipe, such as voc=/data/voc; may be repeated. Where there is ' +
        'only one dataset, its folder alone',
      collectRoot,
    )
    .option(
      '--architecture <source>',
      'published (the default), architecture.json, or the folder of a run: for retrainings that follow ' +
        'no search of the recipe',
    )
    .option(
      '--dry-run',
      'say what it is expected to take, time and memory; nothing is written',
      false,
    )
    .option('--no-tensorboard', 'do not write event files into the folders tensorboard of the runs')
    .addOption(backendOption())
    .addHelpText(
      'after',
      `\nRecipes of this package (data/recipes):\n${list}\n` +
        '\nExample:\n' +
        '  npx autodeeplab recipe voc-coco --root coco=/data/coco --root voc=/data/voc --out runs/voc\n' +
        'Interrupted, the same command continues at the stage and the step that were reached.',
    )
    .action(runRecipeCommand);
}
