/** Options that several commands share, and the reading of their values. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { datasetKinds } from '../dataset/open-dataset.js';
import { assignment } from './notebook-parameters.js';

/** Reads a whole number. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value)) {
    throw new InvalidArgumentError(`expected a whole number, got "${text}".`);
  }
  return value;
}

/** Reads a number. */
export function anyNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new InvalidArgumentError(`expected a number, got "${text}".`);
  }
  return value;
}

/** The backend to run on. */
export function backendOption(): Option {
  return new Option('--backend <name>', 'auto takes native TensorFlow where it is built, else wasm')
    .choices(['auto', 'tensorflow', 'wasm'])
    .default('auto');
}

/** Which weights of a run. */
export function checkpointOption(): Option {
  return new Option('--checkpoint <which>', 'weights of the best validation or of the last step')
    .choices(['best', 'last'])
    .default('best');
}

/** What image pooling averages over. */
export function imagePoolingOption(): Option {
  return new Option(
    '--image-pooling <over>',
    'image pooling averages over the whole image, or over windows of the training crop as in the ' +
      "authors' code; by default as the run says",
  ).choices(['image', 'crop']);
}

/** Reads numbers with commas between them. */
function numbers(text: string): number[] {
  return text.split(',').map(anyNumber);
}

/** Adds the options of predictions that are averaged over views. */
export function addAveragingOptions(command: Command): Command {
  return command
    .option(
      '--scales <numbers>',
      'average the probabilities of the image at these scales, such as 0.5,0.75,1,1.25,1.5,1.75 (1)',
      numbers,
    )
    .option('--flip', 'average those of the mirrored image too')
    .option(
      '--window <pixels>',
      'predict in windows of 32·k + 1 pixels, such as the training crop, instead of whole images',
      wholeNumber,
    )
    .option('--stride <pixels>', 'how far windows lie apart (two thirds of a window)', wholeNumber);
}

/** The flags of tiles. */
export interface TilingFlags {
  readonly tileSize?: number;
  readonly overlap?: number;
  readonly memoryLimit?: number;
}

/** Adds the options of predictions tile by tile. */
export function addTilingOptions(command: Command): Command {
  return command
    .option(
      '--tile-size <pixels>',
      'predict tiles of this size (as much as fits into memory)',
      wholeNumber,
    )
    .option('--overlap <pixels>', 'what tiles share (640, or half of a smaller tile)', wholeNumber)
    .option(
      '--memory-limit <GiB>',
      "memory for the process (nine tenths of the machine's)",
      anyNumber,
    );
}

/** Adds `--data` and `--root`; a module of `--import` may define further kinds. */
export function addDataOptions(command: Command): Command {
  const kinds = datasetKinds();
  const list = kinds.map(({ name, summary }) => `  ${name.padEnd(10)}  ${summary}`).join('\n');
  return command
    .option(
      '--data <kind>',
      `the kind of dataset: ${kinds.map(({ name }) => name).join(', ')}; or a folder with dataset.json`,
    )
    .option('--root <folder>', 'the folder of the dataset, as its download unpacks')
    .option(
      '--data-option <name=value>',
      'another option of the kind of dataset, such as labels=labelTrainIds; may be repeated',
      assignment,
    )
    .option(
      '--follow-links',
      'follow symbolic links that lead out of --root; without, they are errors',
    )
    .addHelpText('after', `\nKinds of dataset:\n${list}`);
}
