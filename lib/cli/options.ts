/** Options that several commands share, and the reading of their values. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { datasetKinds } from '../dataset/open-dataset.js';
import { PRECISIONS } from '../runtime/precision.js';
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

/** What convolutions compute with. */
export function precisionOption(): Option {
  return new Option(
    '--precision <name>',
    'what convolutions compute with; auto: bfloat16 where the processor has instructions for it',
  )
    .choices(PRECISIONS)
    .default('float32');
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
