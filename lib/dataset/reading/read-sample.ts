/** Reading one sample: image and train ids, checked against each other. */
import { DataError } from '../../errors.js';
import type { LabelTable, Sample } from '../dataset.js';
import { readingSize, resizeImage, resizeLabels, type Resolution } from './geometry.js';
import { readImageFile, readImageHeader } from './image-file.js';
import { readLabelFile, toTrainIds } from './label-file.js';
import type { LabelledImage } from '../pixels.js';
import type { Size } from '../../size.js';

/** How samples are read. */
export interface ReadSampleOptions {
  /**
   * The share of the full height and width to work at, above 0 and up to 1, or the length of the
   * longer side; default 1. The search on Cityscapes reads at 0.5, which is 512x1024; training on
   * ADE20K at `{ longerSide: 513 }`.
   */
  readonly resolution?: Resolution | undefined;
  /** Larger files are refused; default 64 megapixels. */
  readonly maxPixels?: number | undefined;
}

/**
 * Reads a sample: its image, upright, and its label map as train ids.
 *
 * @param table - how the label values of the dataset map to train ids
 * @throws {@link DataError} if a file is unreadable, if image and label map differ in size, or if a
 *   label value is not in the table
 */
export async function readSample(
  sample: Sample,
  table: LabelTable,
  { resolution = 1, maxPixels }: ReadSampleOptions = {},
): Promise<LabelledImage> {
  const { imageFile, labelFile } = sample;
  const [image, labels] = await Promise.all([
    readImageFile(imageFile, maxPixels),
    labelFile === undefined ? undefined : readLabelFile(labelFile, maxPixels),
  ]);
  const differing = labels && (await differingSizes(sample, image, labels));
  if (differing !== undefined) {
    throw differing;
  }
  const size = readingSize(image, resolution);
  const trainIds = labels && toTrainIds(labels, table, labelFile ?? '');
  if (isSameSize(size, image)) {
    return { image, labels: trainIds };
  }
  return { image: resizeImage(image, size), labels: trainIds && resizeLabels(trainIds, size) };
}

const isSameSize = (a: Size, b: Size): boolean => a.height === b.height && a.width === b.width;

/**
 * The error for a label map that does not fit its image, with the reason if that is EXIF data.
 *
 * @param image - the size of the upright image
 * @returns undefined if both are of one size
 */
export async function differingSizes(
  { imageFile, labelFile = '' }: Sample,
  image: Size,
  labels: Size,
): Promise<DataError | undefined> {
  if (isSameSize(labels, image)) {
    return undefined;
  }
  const { orientation } = await readImageHeader(imageFile);
  const fitsStored =
    orientation >= 5 && isSameSize(labels, { height: image.width, width: image.height });
  return new DataError(
    `label map ${labelFile}: expected the size ${image.width}x${image.height} of its image ` +
      `${imageFile}, got ${labels.width}x${labels.height}; ` +
      (fitsStored
        ? `the image has the EXIF orientation ${orientation} and is read upright, but the label map ` +
          'was drawn on the image as it is stored: turn the label map, or save the image without ' +
          'its EXIF data'
        : 'make both the same size'),
    labelFile,
  );
}
