/** `autodeeplab export`: a trained network for use elsewhere. */
import { Command, Option } from 'commander';
import type { BackendChoice } from '../backend/backend-name.js';
import { ConfigError } from '../errors.js';
import { exportModel } from '../export/model/export-model.js';
import { exportSavedModel } from '../export/saved-model.js';
import { loadNetwork } from '../inference/load-network.js';
import type { WeightsType } from '../model/weights.js';
import type { CheckpointChoice } from '../run/checkpoint-folder.js';
import type { ImagePooling } from '../segmentation/aspp.js';
import { toSize, type Size } from '../size.js';
import { crop } from '../training/options/image-kinds.js';
import { addImportOption } from './import-modules.js';
import { interruptible } from './interrupt.js';
import { readerOf } from './option-flags.js';
import { backendOption, checkpointOption, imagePoolingOption, wholeNumber } from './options.js';
import { startBackend } from './start.js';

interface ExportFlags {
  readonly format: string;
  readonly out: string;
  readonly checkpoint: CheckpointChoice;
  readonly backend: BackendChoice;
  readonly size?: number | Size;
  readonly batchSize?: number;
  readonly imagePooling?: ImagePooling;
  readonly name?: string;
  readonly weights?: WeightsType;
  readonly license?: string;
  readonly terms?: string;
  readonly pictures?: number;
  readonly showImages?: boolean;
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** A format: what it is, the options that only it has, and its writer, which says what it wrote. */
interface Format {
  readonly summary: string;
  readonly options: readonly Option[];
  write(folder: string, flags: ExportFlags, signal: AbortSignal): Promise<string>;
}

const MODEL: Format = {
  summary: 'one folder with weights, classes, scores and a card, for this library and for hubs',
  options: [
    new Option('--name <text>', 'the name of the network; that of the folder by default'),
    new Option(
      '--weights <type>',
      'float16: half the size, each weight rounded to 11 bits; float32 by default',
    ).choices(['float32', 'float16']),
    new Option('--license <text>', 'its licence: an SPDX identifier or a sentence'),
    new Option('--terms <text>', 'terms of the data, if the kind of dataset does not tell'),
    new Option(
      '--pictures <n>',
      'images of the validation split on the card; 3 by default',
    ).argParser(wholeNumber),
    new Option('--show-images', 'show these images too: not all terms allow it'),
  ],
  async write(folder, flags, signal) {
    const { out } = flags;
    const { files, weightsBytes, remarks } = await exportModel(folder, out, { ...flags, signal });
    const what = `${files.length} files, weights ${mebibytes(weightsBytes)}; begin with README.md`;
    return [`${out}: ${what}`, ...remarks].join('\n');
  },
};

const SAVED_MODEL: Format = {
  summary: 'for other TensorFlow programs, for images of one size',
  options: [
    new Option(
      '--size <size>',
      'size of the images, such as 513 or 1025x2049; that of the training crops by default',
    ).argParser(readerOf(crop)),
    new Option('--batch-size <n>', 'images per call; 1 by default').argParser(wholeNumber),
    imagePoolingOption(),
  ],
  async write(folder, { out, size, batchSize = 1, checkpoint, imagePooling }, signal) {
    const network = await loadNetwork(folder, { checkpoint, imagePooling, signal });
    try {
      const { height, width } = toSize(size ?? network.options.crop);
      const model = await exportSavedModel(network, out, { height, width, batchSize, signal });
      return (
        `${out}: SavedModel, ${mebibytes(model.bytes)}; image float32 [${model.inputShape.join(', ')}], RGB ` +
        'from -1 to 1; see assets.extra/autodeeplab.json'
      );
    } finally {
      network.dispose();
    }
  },
};

/** A new format is one entry here. */
const FORMATS: Readonly<Record<string, Format>> = { model: MODEL, 'saved-model': SAVED_MODEL };

/** Refuses options of other formats. */
function checkOptions(flags: ExportFlags): void {
  const given = new Set(Object.keys(flags));
  for (const [name, { options }] of Object.entries(FORMATS)) {
    const other = options.find((option) => given.has(option.attributeName()));
    if (name !== flags.format && other !== undefined) {
      throw new ConfigError(
        `export ${other.long}: expected it with --format ${name} only, got --format ${flags.format}; leave it out`,
      );
    }
  }
}

async function runExport(folder: string, flags: ExportFlags): Promise<void> {
  checkOptions(flags);
  await startBackend(flags.backend);
  let isWritten = false;
  await interruptible(
    async (signal) => {
      const said = await FORMATS[flags.format].write(folder, flags, signal);
      isWritten = true;
      console.log(said);
    },
    () => (isWritten ? 'the model is whole' : 'nothing was written'),
  );
}

/** The command `export`. */
export function exportCommand(): Command {
  const formats = Object.entries(FORMATS);
  const list = formats.map(([name, { summary }]) => `  ${name.padEnd(13)}${summary}`).join('\n');
  const command = addImportOption(new Command('export'))
    .description('write a trained network for use elsewhere')
    .argument('<run>', 'the folder of a retraining, or of an exported network')
    .requiredOption('--out <folder>', 'the folder to write: new or empty')
    .addOption(
      new Option('--format <format>', 'what to write')
        .choices(Object.keys(FORMATS))
        .makeOptionMandatory(),
    )
    .addOption(checkpointOption())
    .addOption(backendOption());
  for (const [name, { options }] of formats) {
    options.forEach((option) => command.addOption(option.helpGroup(`Format ${name}:`)));
  }
  return command
    .addHelpText(
      'after',
      `\nFormats:\n${list}\n\nExamples:\n` +
        '  npx autodeeplab export runs/retrain --format model --weights float16 --license Apache-2.0 --out model\n' +
        '  npx autodeeplab export runs/retrain --format saved-model --size 1025x2049 --out saved-model\n' +
        "In Python: tf.saved_model.load('saved-model').signatures['serving_default'](image=image)['labels']",
    )
    .action(runExport);
}
