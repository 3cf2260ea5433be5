/** `autodeeplab predict`: label maps for images of your own. */
import { Command, Option } from 'commander';
import type { BackendChoice } from '../backend/backend-name.js';
import type { CheckpointChoice } from '../training/first-weights.js';
import type { LabelValueChoice } from '../inference/label-values.js';
import { predict } from '../inference/predict.js';
import type { ImagePooling } from '../segmentation/aspp.js';
import { percent } from '../text.js';
import { addImportOption } from './import-modules.js';
import { backendOption, checkpointOption, imagePoolingOption } from './options.js';
import { startBackend } from './start.js';
import { watch } from './watch.js';

interface PredictFlags {
  readonly out: string;
  readonly checkpoint: CheckpointChoice;
  readonly imagePooling?: ImagePooling;
  readonly labelValues: LabelValueChoice;
  readonly backend: BackendChoice;
}

async function runPredict(folder: string, input: string, flags: PredictFlags): Promise<void> {
  const { out, checkpoint, labelValues, imagePooling, backend } = flags;
  await startBackend(backend);
  const predictions = await watch(
    ({ signal, onProgress }) =>
      predict({
        folder,
        input,
        out,
        checkpoint,
        labelValues,
        signal,
        onProgress,
        ...(imagePooling === undefined ? {} : { imagePooling }),
      }),
    `the pictures written so far are in ${out}`,
  );
  for (const { overlay, shares } of predictions ?? []) {
    const largest = Object.entries(shares)
      .sort(([, a], [, b]) => b - a)
      .slice(0, 4)
      .map(([name, share]) => `${name} ${percent(share, 0)}`);
    console.log(`${overlay}: ${largest.join(', ')}`);
  }
}

/** The command `predict`. */
export function predictCommand(): Command {
  return addImportOption(new Command('predict'))
    .description('write label maps, coloured label maps and overlays for an image or a folder')
    .argument('<run>', 'the folder of a retraining')
    .argument('<input>', 'an image or a folder of images')
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
    .addOption(backendOption())
    .addHelpText(
      'after',
      '\nExample:\n  npx autodeeplab predict runs/retrain street.png --out predictions',
    )
    .action(runPredict);
}
