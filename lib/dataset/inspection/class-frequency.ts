/** How often each class occurs in the label maps of a split. */
import { DataError } from '../../errors.js';
import { IGNORE_LABEL, type Dataset, type Sample } from '../dataset.js';
import { readTrainIds } from '../reading/label-file.js';
import { inParallel, type FileWork } from './in-parallel.js';

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

/** How to count. */
export interface ClassFrequencyOptions extends FileWork {
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
  const pixels = new Float64Array(256);
  const around = new Float64Array(256);
  const count = async (file: string): Promise<void> => {
    const { data } = await readTrainIds(file, dataset.labelTable, maxPixels);
    const own = new Float64Array(256);
    for (const trainId of data) {
      own[trainId]++;
    }
    const counted = data.length - own[IGNORE_LABEL];
    for (const [trainId, n] of own.entries()) {
      pixels[trainId] += n;
      around[trainId] += n > 0 ? counted : 0;
    }
  };
  await inParallel(files, count, { signal, onProgress });
  const ofClasses = (sums: Float64Array) => Array.from(sums.subarray(0, dataset.classes.length));
  return {
    counts: ofClasses(pixels),
    pixelsAround: ofClasses(around),
    ignored: pixels[IGNORE_LABEL],
    labelMaps: files.length,
  };
}

/** The train id of the class with the most pixels: what a network that learned nothing predicts. */
export function mostFrequentClass({ counts }: Pick<ClassFrequency, 'counts'>): number {
  return counts.indexOf(Math.max(...counts));
}
