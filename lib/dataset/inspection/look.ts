/** One sample as it is on disk: what its label map holds, and whether its files can be read. */
import { createHash } from 'node:crypto';
import { DataError } from '../../errors.js';
import type { Size } from '../../size.js';
import { IGNORE_LABEL, type LabelTable, type Sample } from '../dataset.js';
import type { RgbImage } from '../pixels.js';
import { DEFAULT_MAX_PIXELS } from '../reading/files.js';
import { readImageFile, readImageHeader, type ImageHeader } from '../reading/image-file.js';
import { labelCoding, readLabelFile } from '../reading/label-file.js';
import { differingSizes } from '../reading/read-sample.js';

/** What is to be looked at. */
export interface LookOptions {
  /** Whether images are decoded as a whole; otherwise only their headers are read. */
  readonly decodesImages: boolean;
  /** Whether to take the hash of the pixels of decoded images; default false. */
  readonly hashesPixels?: boolean | undefined;
  /** Larger files are refused; default 64 megapixels. */
  readonly maxPixels?: number | undefined;
}

/** What the label map of a sample holds. */
export interface LabelLook {
  /** The pixels of each value that occurs; undefined without a readable label map. */
  readonly pixels: ReadonlyMap<number, number> | undefined;
  /** The pixels of each train id that occurs, with the ignored ones at {@link IGNORE_LABEL}. */
  readonly trainIdPixels: ReadonlyMap<number, number>;
  /** The values that occur and are not allowed. */
  readonly unknown: readonly number[];
  /** Whether the label map was read by the colours of its palette. */
  readonly isByColor: boolean;
}

/** What was found in one sample. */
export interface Look extends LabelLook {
  readonly sample: Sample;
  /** What the header of the image says; undefined if it cannot be read. */
  readonly header: ImageHeader | undefined;
  /** A hash of the size and the pixels of the image, if it was asked for. */
  readonly pixelHash: string | undefined;
  /** Why files of the sample cannot be read. */
  readonly problems: readonly DataError[];
  /** That image and label map differ in size. */
  readonly misfit: DataError | undefined;
}

const NO_LABELS: LabelLook = {
  pixels: undefined,
  trainIdPixels: new Map(),
  unknown: [],
  isByColor: false,
};

/**
 * Looks at a sample, each file once; what is wrong with its files is part of the result.
 *
 * @param table - how the label values of the dataset map to train ids
 */
export async function lookAt(
  sample: Sample,
  table: LabelTable,
  options: LookOptions,
): Promise<Look> {
  const problems: DataError[] = [];
  const labels = await collect(problems, () => lookAtLabels(sample, table, options));
  const image = await collect(problems, () => lookAtImage(sample, options));
  const size = image?.header.size;
  const misfit = labels?.size && size ? await differingSizes(sample, size, labels.size) : undefined;
  return {
    ...(labels?.look ?? NO_LABELS),
    sample,
    header: image?.header,
    pixelHash: image?.pixelHash,
    problems,
    misfit,
  };
}

/** The result of reading something; undefined if that is impossible, for a reason that is kept. */
async function collect<T>(problems: DataError[], read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DataError)) {
      throw error;
    }
    problems.push(error);
    return undefined;
  }
}

async function lookAtLabels(
  { labelFile }: Sample,
  table: LabelTable,
  { maxPixels }: LookOptions,
): Promise<{ readonly look: LabelLook; readonly size: Size | undefined }> {
  if (labelFile === undefined) {
    return { look: NO_LABELS, size: undefined };
  }
  const labels = await readLabelFile(labelFile, maxPixels);
  const coding = labelCoding(labels, table, labelFile);
  const { trainIds, unknown, isByColor } = coding;
  const pixels = new Map([...coding.pixels.entries()].filter(([, count]) => count > 0));
  const trainIdPixels = new Map<number, number>();
  for (const [value, count] of pixels) {
    const trainId = unknown.includes(value) ? IGNORE_LABEL : trainIds[value];
    trainIdPixels.set(trainId, (trainIdPixels.get(trainId) ?? 0) + count);
  }
  return { look: { pixels, trainIdPixels, unknown, isByColor }, size: labels };
}

async function lookAtImage(
  { imageFile }: Sample,
  { decodesImages, hashesPixels = false, maxPixels = DEFAULT_MAX_PIXELS }: LookOptions,
): Promise<{ readonly header: ImageHeader; readonly pixelHash: string | undefined }> {
  const header = await readImageHeader(imageFile).catch(() => undefined);
  const isTooLarge = header !== undefined && header.size.height * header.size.width > maxPixels;
  if (header !== undefined && !decodesImages && !isTooLarge) {
    return { header, pixelHash: undefined };
  }
  const image = await readImageFile(imageFile, maxPixels); // says why it cannot be read
  return {
    header: header ?? { size: image, orientation: 1 },
    pixelHash: hashesPixels ? hashOf(image) : undefined,
  };
}

function hashOf({ height, width, data }: RgbImage): string {
  return createHash('sha256').update(`${height} ${width} `).update(data).digest('base64');
}
