/** How many pixels of each class the label maps hold, each label map read at most once. */
import { DataError } from '../../errors.js';
import { IGNORE_LABEL, type Dataset, type Sample } from '../dataset.js';
import { readTrainIds } from '../reading/label-file.js';
import { inParallel, type FileWork } from './in-parallel.js';
import type { Look } from './look.js';

/** The pixels of each train id that occurs in a label map, the ignored ones at {@link IGNORE_LABEL}. */
export type ClassPixels = ReadonlyMap<number, number>;

/** How to count. */
export interface LabelCountOptions extends FileWork {
  /** Larger files are refused; default 64 megapixels. */
  readonly maxPixels?: number | undefined;
}

/** The pixels of each train id in a label map. */
function pixelsOf(trainIds: Uint8Array): ClassPixels {
  const counts = new Uint32Array(256);
  const { length } = trainIds;
  for (let i = 0; i < length; i++) {
    counts[trainIds[i]]++; // as in `labelCoding`
  }
  return new Map([...counts.entries()].filter(([, n]) => n > 0));
}

/** Counts of the label maps of a dataset; what a look at the data has read is not read again. */
export class LabelCounts {
  private readonly byFile = new Map<string, ClassPixels>();

  /** @param dataset - whose label maps are counted */
  constructor(private readonly dataset: Pick<Dataset, 'name' | 'labelTable'>) {}

  /** Takes what a look has found, if the label map can be used. */
  add({ sample, trainIdPixels, pixels, unknown, problems, misfit }: Look): void {
    const { labelFile } = sample;
    const isSound = problems.length === 0 && misfit === undefined;
    const isUsable = pixels !== undefined && unknown.length === 0 && isSound;
    if (labelFile !== undefined && isUsable) {
      this.byFile.set(labelFile, trainIdPixels);
    }
  }

  /**
   * The pixels in the label maps of samples at full resolution, in their order; samples without a label
   * map are left out.
   *
   * @throws {@link DataError} if no sample has a label map or one cannot be read
   * @throws the signal's reason if it is aborted
   */
  async of(
    samples: readonly Sample[],
    { signal, onProgress, maxPixels }: LabelCountOptions = {},
  ): Promise<readonly ClassPixels[]> {
    const { byFile, dataset } = this;
    const files = samples.flatMap(({ labelFile }) => labelFile ?? []);
    if (files.length === 0) {
      throw new DataError(
        `${dataset.name}: expected label maps to count classes in, got none; choose a labelled split`,
      );
    }
    const read = async (file: string): Promise<ClassPixels> => {
      const { data } = await readTrainIds(file, dataset.labelTable, maxPixels);
      return pixelsOf(data);
    };
    const missing = files.filter((file) => !byFile.has(file));
    const counts = await inParallel(missing, read, { signal, onProgress });
    for (const [i, file] of missing.entries()) {
      byFile.set(file, counts[i]);
    }
    return files.map((file) => byFile.get(file) ?? new Map<number, number>());
  }
}

/** The pixels of classes, by train id, over label maps. */
export function sumOfPixels(labelMaps: readonly ClassPixels[], classes: number): number[] {
  return Array.from({ length: classes }, (_, c) =>
    labelMaps.reduce((sum, pixels) => sum + (pixels.get(c) ?? 0), 0),
  );
}

/** The pixels of a label map that count. */
export function countedPixels(pixels: ClassPixels): number {
  return [...pixels].reduce((sum, [trainId, n]) => sum + (trainId === IGNORE_LABEL ? 0 : n), 0);
}
