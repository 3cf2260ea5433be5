/** How often each class occurs in the label maps of a split. */
import { DataError } from '../errors.js';
import type { Dataset, Sample } from './dataset.js';
import { readLabelFile, toTrainIds } from './reading/label-file.js';

/** Pixel counts over label maps. */
export interface ClassFrequency {
  /** Pixels of each class, by train id. */
  readonly counts: readonly number[];
  /** Pixels with the ignore label. */
  readonly ignored: number;
  /** The label maps that were read. */
  readonly labelMaps: number;
}

/** How to count. */
export interface ClassFrequencyOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called after each label map. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Larger files are refused; default 64 megapixels. */
  readonly maxPixels?: number | undefined;
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
  { signal, onProgress, maxPixels }: ClassFrequencyOptions = {},
): Promise<ClassFrequency> {
  const files = samples.flatMap(({ labelFile }) => labelFile ?? []);
  if (files.length === 0) {
    throw new DataError(
      `${dataset.name}: expected label maps to count classes in, got none; choose a labelled split`,
    );
  }
  const counts = new Float64Array(256);
  for (const [position, file] of files.entries()) {
    signal?.throwIfAborted();
    const { data } = toTrainIds(await readLabelFile(file, maxPixels), dataset.labelTable, file);
    for (const trainId of data) {
      counts[trainId]++;
    }
    onProgress?.(position + 1, files.length);
  }
  const ofClasses = Array.from(counts.subarray(0, dataset.classes.length));
  const pixels = counts.reduce((sum, count) => sum + count, 0);
  const ignored = pixels - ofClasses.reduce((sum, count) => sum + count, 0);
  return { counts: ofClasses, ignored, labelMaps: files.length };
}

/** The train id of the class with the most pixels: what a network that learned nothing predicts. */
export function mostFrequentClass({ counts }: Pick<ClassFrequency, 'counts'>): number {
  return counts.indexOf(Math.max(...counts));
}
