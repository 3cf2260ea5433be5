/** `autodeeplab predict`: label maps for images of your own. */
import { Command, Option } from 'commander';
import type { BackendChoice } from '../backend/backend-name.js';
import type { LabelValueChoice } from '../inference/label-values.js';
import type { LeftOut } from '../inference/inputs.js';
import { predict } from '../inference/predict.js';
import { percent } from '../text.js';
import { addImportOption } from './import-modules.js';
import { backendOption, checkpointOption, imagePoolingOption, precisionOption } from './options.js';
import {
  addAveragingOptions,
  addTilingOptions,
  predictionOptions,
  type PredictionFlags,
} from './prediction-flags.js';
import { EXIT } from './report-error.js';
import { flagsOfCommand, withFlags } from './advice.js';
import { startBackend } from './start.js';
import { watch } from './watch.js';

interface PredictFlags extends PredictionFlags {
  readonly out: string;
  readonly labelValues: LabelValueChoice;
  readonly backend: BackendChoice;
}

/** How many files of one reason are named. */
const NAMED = 5;

/**
 * What was no image to predict, a line per reason.
 *
 * @param flags - of the command, which the reasons are written with
 */
export function skippedLines(
  files: readonly LeftOut[],
  flags: ReadonlySet<string> = new Set(),
): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { file, reason } of files) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), file]);
  }
  return Array.from(byReason, ([reason, all]) => {
    const more = all.length > NAMED ? ` and ${all.length - NAMED} more` : '';
    return `skipped: ${all.slice(0, NAMED).join(', ')}${more} (${withFlags(reason, flags)})`;
  });
}

async function runPredict(
  folder: string,
  input: string,
  flags: PredictFlags,
  command: Command,
): Promise<void> {
  const { out, labelValues, backend } = flags;
  await startBackend(backend);
  const result = await watch(
    ({ signal, onProgress }) =>
      predict({
        folder,
        input,
        out,
        labelValues,
        ...predictionOptions(flags),
        signal,
        onProgress,
      }),
    `the pictures written so far are in ${out}`,
  );
  if (!result) {
    return;
  }
  const { predictions, failed, skipped } = result;
  for (const { overlay, shares } of predictions) {
    const largest = Object.entries(shares)
      .sort(([, a], [, b]) => b - a)
      .slice(0, 4)
      .map(([name, share]) => `${name} ${percent(share, 0)}`);
    console.log(`${overlay}: ${largest.join(', ')}`);
  }
  const known = flagsOfCommand(command);
  for (const line of [
    ...skippedLines(skipped, known),
    ...failed.map(({ reason }) => `failed: ${withFlags(reason, known)}`),
  ]) {
    console.error(line);
  }
  if (failed.length > 0) {
    console.error(`${predictions.length} predicted, ${failed.length} failed`);
    process.exitCode = EXIT.error;
  }
}

/** The command `predict`. */
export function predictCommand(): Command {
  return addTilingOptions(addAveragingOptions(addImportOption(new Command('predict'))))
    .description('write label maps, coloured label maps and overlays for an image or a folder')
    .argument('<run>', 'the folder of a retraining, or of an exported network')
    .argument('<input>', 'an image or a folder of images; PNG, JPEG, WebP or TIFF')
    .requiredOption('--out <folder>', 'where the pictures go')
    .addOption(
      new Option(
        '--label-values <of>',
        "values in the label maps: the index of the class, or the dataset's own label values",
      )
        .choices(['train', 'dataset'])
        .default('train'),
    )
    .addOption(checkpointOption())
    .addOption(imagePoolingOption())
    .addOption(precisionOption())
    .addOption(backendOption())
    .addHelpText(
      'after',
      '\nExample:\n  npx autodeeplab predict runs/retrain street.png --out predictions',
    )
    .action(runPredict);
}
