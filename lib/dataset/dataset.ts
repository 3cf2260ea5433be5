/**
 * What a dataset is: classes, palette, label values, splits and samples.
 *
 * Everything behind this interface only lists files: `reading/` decodes them and `loading/` makes
 * batches, so that a new kind of dataset is one folder and one entry in `open-dataset.ts`.
 */
import { ConfigError } from '../errors.js';
import type { Benchmark } from './benchmark.js';
import type { ListOptions, WholeSplit } from './listing.js';

/** The train id of pixels that neither the loss nor the scores count. */
export const IGNORE_LABEL = 255;

/** Red, green and blue, 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/** One class that a network learns. */
export interface DatasetClass {
  readonly name: string;
  /** The index of the class in the network's output, from 0 without gaps. */
  readonly trainId: number;
  readonly color: Color;
  /** The values in the label maps that mean this class. */
  readonly labelValues: readonly number[];
}

/** How the values of 8-bit label maps become train ids. */
export interface LabelTable {
  /** 256 entries: the train id of each label value, {@link IGNORE_LABEL} where none is learned. */
  readonly trainIds: Uint8Array;
  /** The label values that must not occur; finding one is an error. */
  readonly unknownValues: readonly number[];
  /** 256 entries: the colour of each label value as 0xRRGGBB; −1 where none is known. */
  readonly colors: Int32Array;
}

/** A label value that is allowed and ignored, with the colour that palettes show it in. */
export interface IgnoredValue {
  readonly value: number;
  readonly color: Color;
}

/** One image with its label map. */
export interface Sample {
  /** Unique within a split, stable across machines; `/` separates folders. */
  readonly id: string;
  readonly imageFile: string;
  /** Undefined where the ground truth is not public, as in test splits. */
  readonly labelFile: string | undefined;
}

/** Everything needed to open a dataset again, as plain JSON: a run carries it. */
export interface DatasetDescription {
  /** The kind of dataset, as `openDataset` knows it. */
  readonly kind: string;
  readonly name: string;
  /** The folder of the dataset, absolute. */
  readonly root: string;
  /** The other options of the kind, with what opening found out: nothing is detected again. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A set of images for semantic segmentation. */
export interface Dataset {
  /** The name to display. */
  readonly name: string;
  readonly description: DatasetDescription;
  /** In order of their train ids. */
  readonly classes: readonly DatasetClass[];
  readonly labelTable: LabelTable;
  /**
   * What is wrong with label maps that hold these values, as an error says it; undefined: nothing.
   * For kinds of dataset whose files are known to be confused with others.
   *
   * @param pixels - 256 entries: the pixels of each label value
   */
  readonly findLabelProblem?: ((pixels: ArrayLike<number>) => string | undefined) | undefined;
  /** What its benchmark scores besides the classes; undefined: nothing. */
  readonly benchmark?: Benchmark | undefined;
  /** The names of the splits that this copy of the dataset has. */
  readonly splits: readonly string[];
  /** The images of each split in the whole benchmark, as far as they are known. */
  readonly whole?: Readonly<Record<string, WholeSplit>> | undefined;
  /**
   * The samples of one split, in a fixed order.
   *
   * @throws {@link ConfigError} if there is no such split
   * @throws {@link DataError} if files are missing and nobody collects what is wrong
   */
  samples(split: string, options?: ListOptions): Promise<readonly Sample[]>;
  /**
   * The label maps that lie where those of a split belong, whether there are images for them or not.
   * Undefined where they are all files of the folders that hold the samples' label maps.
   */
  readonly labelFiles?: ((split: string) => Promise<readonly string[] | undefined>) | undefined;
}

/** The class names of a dataset, in order of their train ids. */
export function classNames(dataset: Pick<Dataset, 'classes'>): string[] {
  return dataset.classes.map(({ name }) => name);
}

/**
 * A table from train ids to colours.
 *
 * @returns 256 times red, green, blue; black for every value that is not a train id
 */
export function palette(dataset: Pick<Dataset, 'classes'>): Uint8Array {
  const colors = new Uint8Array(256 * 3);
  for (const { trainId, color } of dataset.classes) {
    colors.set(color, trainId * 3);
  }
  return colors;
}

/** A colour as one number, 0xRRGGBB. */
export function packColor([red, green, blue]: Color): number {
  return (red << 16) | (green << 8) | blue;
}

/**
 * The table from label values to train ids.
 *
 * @param classes - each with its label values
 * @param ignored - label values that are allowed and ignored, with their colours where known
 */
export function labelTable(
  classes: readonly DatasetClass[],
  ignored: readonly (number | IgnoredValue)[],
): LabelTable {
  const trainIds = new Uint8Array(256).fill(IGNORE_LABEL);
  const colors = new Int32Array(256).fill(-1);
  const known = new Set<number>();
  for (const entry of ignored) {
    const value = typeof entry === 'number' ? entry : entry.value;
    colors[value] = typeof entry === 'number' ? -1 : packColor(entry.color);
    known.add(value);
  }
  for (const { trainId, labelValues, color } of classes) {
    for (const value of labelValues) {
      trainIds[value] = trainId;
      colors[value] = packColor(color);
      known.add(value);
    }
  }
  const unknownValues = Array.from(trainIds.keys()).filter((value) => !known.has(value));
  return { trainIds, unknownValues, colors };
}

/**
 * Checks that a split exists.
 *
 * @throws {@link ConfigError} naming the splits there are
 */
export function requireSplit(name: string, splits: readonly string[], split: string): void {
  if (!splits.includes(split)) {
    throw new ConfigError(`${name}: expected a split out of ${splits.join(', ')}, got "${split}"`);
  }
}
