/** Options that several commands share, and the reading of their values. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Resolution } from '../dataset/reading/geometry.js';
import type { CropSize, PresetName } from '../training/data-config.js';
import { datasetNames } from '../dataset/open-dataset.js';

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

/** Reads a size: `321`, or height and width as `353x481`. */
export function crop(text: string): CropSize {
  const match = /^(\d+)(?:x(\d+))?$/.exec(text);
  if (!match) {
    throw new InvalidArgumentError(`expected a size such as 321 or 353x481, got "${text}".`);
  }
  const [height, width] = [Number(match[1]), match[2] ? Number(match[2]) : undefined];
  return width === undefined ? height : [height, width];
}

/** Reads how large images are read: a share of their size as `0.5`, or a longer side as `513px`. */
export function resolution(text: string): Resolution {
  const pixels = /^(\d+)px$/.exec(text);
  return pixels ? { longerSide: Number(pixels[1]) } : anyNumber(text);
}

/** Reads a whole number, or `all`. */
export function countOrAll(text: string): number | 'all' {
  return text === 'all' ? text : wholeNumber(text);
}

/** One `--set name=value`. */
export type Setting = readonly [name: string, value: unknown];

/** Collects `--set name=value`; the value is JSON, or a text as it stands. */
export function setting(text: string, before: readonly Setting[] = []): readonly Setting[] {
  const equals = text.indexOf('=');
  if (equals < 1) {
    throw new InvalidArgumentError(`expected name=value, got "${text}".`);
  }
  const raw = text.slice(equals + 1);
  let value: unknown = raw;
  try {
    value = JSON.parse(raw);
  } catch {
    // A text without quotes.
  }
  return [...before, [text.slice(0, equals), value]];
}

/** Values of flags that stand for null in a configuration (commander gives no null). */
const NULLS: Readonly<Record<string, string>> = {
  validationImages: 'all',
  validationSplit: 'none',
};

/**
 * What flags change in a configuration: those with a name of `fields`, then `--set`, where
 * `augment.minScale=1` reaches into a field.
 *
 * @param base - where the other fields of a nested setting come from
 */
export function changesFrom<T extends object>(
  flags: object,
  fields: readonly (keyof T & string)[],
  base: T,
): Partial<T> {
  const given = flags as Readonly<Record<string, unknown>>;
  const result: Record<string, unknown> = {};
  for (const field of fields) {
    if (given[field] !== undefined) {
      result[field] = given[field] === NULLS[field] ? null : given[field];
    }
  }
  for (const [name, value] of (given.set as readonly Setting[] | undefined) ?? []) {
    const [field, inner] = name.split('.', 2);
    const whole = result[field] ?? (base as Readonly<Record<string, unknown>>)[field];
    result[field] =
      inner === undefined ? value : { ...(whole as object | undefined), [inner]: value };
  }
  return result as Partial<T>;
}

/** The backend to run on. */
export function backendOption(): Option {
  return new Option('--backend <name>', 'auto takes native TensorFlow where it is built, else wasm')
    .choices(['auto', 'tensorflow', 'wasm'])
    .default('auto');
}

/** A preset. */
export function presetOption(defaultPreset: PresetName): Option {
  return new Option('--preset <name>', 'settings to begin with')
    .choices(['paper', 'laptop', 'tiny'])
    .default(defaultPreset);
}

/** Adds `--data` and `--root`. */
export function addDataOptions(command: Command): Command {
  return command
    .addOption(new Option('--data <name>', 'the kind of dataset').choices(datasetNames()))
    .option('--root <folder>', 'the folder of the dataset, as its download unpacks');
}

/** Options that search and retraining share. */
export function addTrainingOptions(command: Command): Command {
  return addDataOptions(command)
    .requiredOption('--out <folder>', 'the folder of the run: new or empty, or that to resume')
    .option('--resume', 'go on with the run in --out; its settings are taken from there', false)
    .addOption(backendOption())
    .option('--seed <n>', 'all randomness follows from it', wholeNumber)
    .option('--epochs <n>', 'passes over the training images', wholeNumber)
    .option('--batch-size <n>', 'images a step', wholeNumber)
    .option('--crop <size>', 'size of the windows trained on, such as 321 or 353x481', crop)
    .option(
      '--resolution <size>',
      'how large to read images: a share such as 0.5, or the longer side such as 513px',
      resolution,
    )
    .option('--learning-rate <rate>', 'learning rate of the weights at the start', anyNumber)
    .option('--weight-decay <decay>', 'weight decay of the weights', anyNumber)
    .option('--clip-norm <norm>', 'largest norm of the gradients of the weights', anyNumber)
    .option('--split <name>', 'the split to train on')
    .option('--validation-split <name>', 'the split to validate on, or none')
    .option('--validation-images <n>', 'at most so many of its images, or all', countOrAll)
    .addOption(
      new Option('--validation-view <view>', 'whole images or windows in the middle').choices([
        'whole',
        'crop',
      ]),
    )
    .option('--workers <n>', 'threads that read images', wholeNumber)
    .option(
      '--set <name=value>',
      'any other setting, such as --set augment.minScale=1; may be repeated',
      setting,
    );
}
