/** `autodeeplab export`: a trained network as a SavedModel. */
import { Command } from 'commander';
import type { BackendChoice } from '../backend/backend-name.js';
import { exportSavedModel } from '../export/saved-model.js';
import type { CheckpointChoice } from '../run/checkpoint-folder.js';
import { loadNetwork } from '../inference/load-network.js';
import type { ImagePooling } from '../segmentation/aspp.js';
import { toSize, type Size } from '../size.js';
import { crop } from '../training/options/image-kinds.js';
import { addImportOption } from './import-modules.js';
import { interruptible } from './interrupt.js';
import { readerOf } from './option-flags.js';
import { backendOption, checkpointOption, imagePoolingOption, wholeNumber } from './options.js';
import { startBackend } from './start.js';

interface ExportFlags {
  readonly out: string;
  readonly size?: number | Size;
  readonly batchSize: number;
  readonly checkpoint: CheckpointChoice;
  readonly imagePooling?: ImagePooling;
  readonly backend: BackendChoice;
}

async function writeModel(folder: string, flags: ExportFlags, signal: AbortSignal): Promise<void> {
  const { out, size, batchSize, checkpoint, imagePooling } = flags;
  const network = await loadNetwork(folder, { checkpoint, imagePooling, signal });
  try {
    const { height, width } = toSize(size ?? network.options.crop);
    const model = await exportSavedModel(network, out, { height, width, batchSize, signal });
    const shape = model.inputShape.join(', ');
    console.log(
      `${out}: SavedModel, ${(model.bytes / 2 ** 20).toFixed(1)} MiB; image float32 [${shape}], RGB ` +
        'from -1 to 1; see assets.extra/autodeeplab.json',
    );
  } finally {
    network.predictor.dispose();
  }
}

async function runExport(folder: string, flags: ExportFlags): Promise<void> {
  await startBackend(flags.backend);
  let isWritten = false;
  await interruptible(
    async (signal) => {
      await writeModel(folder, flags, signal);
      isWritten = true;
    },
    () => (isWritten ? 'the model is whole' : 'nothing was written'),
  );
}

/** The command `export`. */
export function exportCommand(): Command {
  return addImportOption(new Command('export'))
    .description('write a trained network as a SavedModel for other TensorFlow programs')
    .argument('<run>', 'the folder of a retraining')
    .requiredOption('--out <folder>', 'the folder of the model: new or empty')
    .option(
      '--size <size>',
      'size of the images, such as 513 or 1025x2049; that of the training crops by default',
      readerOf(crop),
    )
    .option('--batch-size <n>', 'images per call', wholeNumber, 1)
    .addOption(checkpointOption())
    .addOption(imagePoolingOption())
    .addOption(backendOption())
    .addHelpText(
      'after',
      '\nExample:\n  npx autodeeplab export runs/retrain --size 1025x2049 --out model\n' +
        "In Python: tf.saved_model.load('model').signatures['serving_default'](image=image)['labels']",
    )
    .action(runExport);
}
