/** One sample as it is on disk: what its label map holds, and whether its files can be read. */
import sharp from 'sharp';
import { DataError } from '../../errors.js';
import { IGNORE_LABEL, type LabelTable, type Sample } from '../dataset.js';
import { labelCoding, readLabelFile } from '../reading/label-file.js';
import { readSample } from '../reading/read-sample.js';
import type { Size } from '../../size.js';

/** What is to be looked at. */
export interface LookOptions {
  /** Whether images are decoded as a whole; otherwise only their headers are read. */
  readonly decodesImages: boolean;
  /** Larger files are refused; default 64 megapixels. */
  readonly maxPixels?: number | undefined;
}

/** What was found in one sample. */
export interface Look {
  readonly sample: Sample;
  /** The pixels of each value that occurs; undefined without a readable label map. */
  readonly pixels: ReadonlyMap<number, number> | undefined;
  /** The pixels of each train id that occurs, with the ignored ones at {@link IGNORE_LABEL}. */
  readonly trainIdPixels: ReadonlyMap<number, number>;
  /** The values that occur and are not allowed. */
  readonly unknown: readonly number[];
  /** Whether the label map was read by the colours of its palette. */
  readonly isByColor: boolean;
  /** Why the sample cannot be used. */
  readonly problem: DataError | undefined;
}

/**
 * Looks at a sample; what is wrong with its files is part of the result.
 *
 * @param table - how the label values of the dataset map to train ids
 */
export async function lookAt(
  sample: Sample,
  table: LabelTable,
  { decodesImages, maxPixels }: LookOptions,
): Promise<Look> {
  const nothing: Look = {
    sample,
    pixels: undefined,
    trainIdPixels: new Map(),
    unknown: [],
    isByColor: false,
    problem: undefined,
  };
  const { labelFile } = sample;
  let look = nothing;
  try {
    if (labelFile !== undefined) {
      const labels = await readLabelFile(labelFile, maxPixels);
      const coding = labelCoding(labels, table, labelFile);
      const { trainIds, unknown, isByColor } = coding;
      const pixels = new Map([...coding.pixels.entries()].filter(([, count]) => count > 0));
      const trainIdPixels = new Map<number, number>();
      for (const [value, count] of pixels) {
        const trainId = unknown.includes(value) ? IGNORE_LABEL : trainIds[value];
        trainIdPixels.set(trainId, (trainIdPixels.get(trainId) ?? 0) + count);
      }
      look = { sample, pixels, trainIdPixels, unknown, isByColor, problem: undefined };
      const header = decodesImages ? undefined : await imageHeader(sample.imageFile);
      if (header?.height === labels.height && header.width === labels.width) {
        return look;
      }
    }
    // Unknown values are a finding of their own; reading the sample would only repeat the first.
    if (look.unknown.length === 0) {
      await readSample(sample, table, { maxPixels });
    }
    return look;
  } catch (error) {
    if (error instanceof DataError) {
      return { ...look, problem: error };
    }
    throw error;
  }
}

/** The size of an image; undefined if it is none. */
async function imageHeader(file: string): Promise<Size | undefined> {
  try {
    return await sharp(file, { limitInputPixels: false }).metadata();
  } catch {
    return undefined; // reading the whole image says why
  }
}
