/**
 * Weights of the classes in the loss.
 *
 * Deviation: the loss is divided by the sum of the weights of its pixels, as PyTorch's `CrossEntropyLoss`
 * does; the authors' code divides by the number of pixels, so that there large weights also raise the
 * learning rate.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { describeIssue } from '../check-options.js';
import type { Dataset } from '../dataset/dataset.js';
import { frequencyOf, type ClassFrequency } from '../dataset/inspection/class-frequency.js';
import type { ClassPixels } from '../dataset/inspection/label-counts.js';
import { ConfigError, DataError } from '../errors.js';
import { RunDirectory } from '../run/directory.js';
import { median, short } from '../text.js';

/** A rule that makes weights from pixel counts. */
export type ClassWeightRule = 'inverse-frequency' | 'median-frequency';

/** The option `classWeights`: none, a rule, or weights by class name; classes left out have 1. */
export type ClassWeights = ClassWeightRule | Readonly<Record<string, number>> | null;

/**
 * The weights of the classes that follow from how often they occur.
 *
 * - *inverse-frequency*: w_c = N / (C · n_c), with n_c pixels of class c, N of all classes, C classes
 *   that occur; scikit-learn's `balanced`.
 * - *median-frequency*: w_c = median(f) / f_c, f_c = n_c / the pixels of the label maps that hold c.
 *   Source: Eigen & Fergus, ICCV 2015, §4.3. Assumption: ignored pixels count nowhere.
 *
 * A class that does not occur gets 1, which no pixel uses.
 *
 * @returns a weight per class, by train id
 */
export function weightsByFrequency(
  rule: ClassWeightRule,
  { counts, pixelsAround }: Pick<ClassFrequency, 'counts' | 'pixelsAround'>,
): number[] {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const occurring = counts.filter((n) => n > 0).length;
  const frequencies = counts.map((n, c) =>
    rule === 'median-frequency' ? n / pixelsAround[c] : (n * occurring) / total,
  );
  const found = frequencies.filter((_, c) => counts[c] > 0);
  const numerator = rule === 'median-frequency' ? median(found) : 1;
  return frequencies.map((frequency, c) => (counts[c] > 0 ? numerator / frequency : 1));
}

/**
 * The weights of the classes from weights by name.
 *
 * @throws {@link ConfigError} if there is no such class, or every weight is 0
 */
export function weightsByName(
  weights: Readonly<Record<string, number>>,
  names: readonly string[],
): number[] {
  const unknown = Object.keys(weights).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new ConfigError(
      `retrain classWeights: expected names of classes, got "${unknown}"; the classes are ${names.join(', ')}`,
    );
  }
  const values = names.map((name) => (Object.hasOwn(weights, name) ? weights[name] : 1));
  if (values.every((value) => value === 0)) {
    throw new ConfigError(
      'retrain classWeights: expected a class with a weight above 0, got 0 for all; ' +
        'nothing would be trained',
    );
  }
  return values;
}

const stored = z.record(z.string(), z.number().min(0));

/** The weights that a run began with; undefined if it was stopped before it had any. */
async function storedWeights(
  folder: string,
  names: readonly string[],
): Promise<readonly number[] | undefined> {
  const document = await (await RunDirectory.open(folder)).read('class-weights');
  if (document === undefined) {
    return undefined;
  }
  const file = join(folder, 'class-weights.json');
  const parsed = stored.safeParse(document);
  if (!parsed.success) {
    throw new DataError(
      `${file}: expected a weight per class, got ${describeIssue(parsed.error)}; restore the file, ` +
        'or start a new run in another folder',
      file,
    );
  }
  return weightsByName(parsed.data, names);
}

/**
 * The weights of the classes of a run, by train id; the same when it is resumed.
 *
 * @param countPixels - counts the pixels in the label maps of training
 * @param resumed - the folder of the run to resume; undefined: a new run
 * @returns undefined if the option asks for none
 * @throws {@link ConfigError} if the option names a class that there is not
 * @throws {@link DataError} if a label map, or the file of the resumed run, cannot be read
 * @throws the signal's reason if it is aborted
 */
export async function classWeightsOf(
  option: ClassWeights,
  dataset: Dataset,
  countPixels: () => Promise<readonly ClassPixels[]>,
  resumed?: string,
): Promise<readonly number[] | undefined> {
  if (option === null) {
    return undefined;
  }
  const names = dataset.classes.map(({ name }) => name);
  if (typeof option === 'object') {
    return weightsByName(option, names);
  }
  const before = resumed === undefined ? undefined : await storedWeights(resumed, names);
  if (before !== undefined) {
    return before;
  }
  return weightsByFrequency(option, frequencyOf(await countPixels(), dataset));
}

/** The weights by the names of their classes, as a run keeps them. */
export function namedWeights(
  weights: readonly number[],
  { classes }: Pick<Dataset, 'classes'>,
): Record<string, number> {
  return Object.fromEntries(classes.map(({ name }, c) => [name, weights[c]]));
}

/** The range of the weights in a line. */
export function describeWeights(weights: readonly number[], dataset: Dataset): string {
  const sorted = Object.entries(namedWeights(weights, dataset)).sort(([, a], [, b]) => a - b);
  const [low, high] = [sorted[0], sorted[sorted.length - 1]].map(
    ([name, weight]) => `${short(weight)} (${name})`,
  );
  return `classWeights: from ${low} to ${high}`;
}
