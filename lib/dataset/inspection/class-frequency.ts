/** How often each class occurs in the label maps of a split. */
import { IGNORE_LABEL, type Dataset, type Sample } from '../dataset.js';
import {
  countedPixels,
  LabelCounts,
  sumOfPixels,
  type ClassPixels,
  type LabelCountOptions,
} from './label-counts.js';

/** Pixel counts over label maps. */
export interface ClassFrequency {
  /** Pixels of each class, by train id. */
  readonly counts: readonly number[];
  /** Pixels that count, of any class, in the label maps that hold the class; by train id. */
  readonly pixelsAround: readonly number[];
  /** Pixels with the ignore label. */
  readonly ignored: number;
  /** The label maps that were read. */
  readonly labelMaps: number;
}

/** How often classes occur in label maps whose pixels are counted. */
export function frequencyOf(
  labelMaps: readonly ClassPixels[],
  { classes }: Pick<Dataset, 'classes'>,
): ClassFrequency {
  const around = (c: number) => labelMaps.filter((pixels) => pixels.has(c)).map(countedPixels);
  return {
    counts: sumOfPixels(labelMaps, classes.length),
    pixelsAround: classes.map((_, c) => around(c).reduce((sum, n) => sum + n, 0)),
    ignored: labelMaps.reduce((sum, pixels) => sum + (pixels.get(IGNORE_LABEL) ?? 0), 0),
    labelMaps: labelMaps.length,
  };
}

/**
 * The number of pixels of each class at full resolution; samples without a label map are left out.
 *
 * @throws {@link DataError} if no sample has a label map or one cannot be read
 * @throws the signal's reason if it is aborted
 */
export async function classFrequency(
  dataset: Pick<Dataset, 'name' | 'classes' | 'labelTable'>,
  samples: readonly Sample[],
  options: LabelCountOptions = {},
): Promise<ClassFrequency> {
  return frequencyOf(await new LabelCounts(dataset).of(samples, options), dataset);
}

/** The train id of the class with the most pixels: what a network that learned nothing predicts. */
export function mostFrequentClass({ counts }: Pick<ClassFrequency, 'counts'>): number {
  return counts.indexOf(Math.max(...counts));
}
