/** Label maps as pictures. */
import { encode } from 'fast-png';
import sharp, { type Exif } from 'sharp';
import type { LabelMap, RgbImage } from '../dataset/pixels.js';
import type { Size } from '../size.js';
import { ShapeError } from '../errors.js';
import { writeFileAtomic } from '../files/atomic-file.js';
import { fileError } from '../files/file-error.js';

/** The share of an overlay that is the colour of the class; the rest is the image. */
const OVERLAY_SHARE = 0.55;

/**
 * A label map in the colours of its classes.
 *
 * @param palette - 256 times red, green, blue, by class index
 */
export function colorize(labels: LabelMap, palette: Uint8Array): RgbImage {
  const data = new Uint8Array(labels.data.length * 3);
  for (let i = 0; i < labels.data.length; i++) {
    data.set(palette.subarray(labels.data[i] * 3, labels.data[i] * 3 + 3), i * 3);
  }
  return { height: labels.height, width: labels.width, data };
}

/**
 * The colours laid over the image.
 *
 * @throws {@link ShapeError} if the two differ in size
 */
export function overlay(image: RgbImage, colors: RgbImage): RgbImage {
  if (image.height !== colors.height || image.width !== colors.width) {
    throw new ShapeError(
      `overlay: expected colours of ${image.width}x${image.height}, got ` +
        `${colors.width}x${colors.height}`,
    );
  }
  const data = image.data.map((value, i) =>
    Math.round(value * (1 - OVERLAY_SHARE) + colors.data[i] * OVERLAY_SHARE),
  );
  return { height: image.height, width: image.width, data };
}

async function writePng(
  file: string,
  data: Uint8Array,
  { height, width }: Size,
  { channels, software }: { readonly channels: 1 | 3; readonly software: string | undefined },
): Promise<void> {
  const picture = sharp(data, { raw: { height, width, channels } });
  const png = (channels === 1 ? picture.toColourspace('b-w') : picture).png();
  const bytes = await (software === undefined ? png : png.withExif(madeBy(software)))
    .toBuffer()
    .catch((error: unknown) => {
      throw fileError('write', file, error);
    });
  await writeFileAtomic(file, bytes);
}

const madeBy = (software: string): Exif => ({ IFD0: { Software: software } });

/**
 * Writes a label map as an 8-bit grey PNG, in one step; the grey is the value.
 *
 * @param software - what the file names as its maker; nothing by default
 */
export async function writeLabelMap(
  file: string,
  labels: LabelMap,
  software?: string,
): Promise<void> {
  await writePng(file, labels.data, labels, { channels: 1, software });
}

/**
 * Writes a label map as an 8-bit palette PNG, in one step; the index is the label value.
 *
 * @param palette - 256 times red, green, blue, by label value
 * @param software - what the file names as its maker; nothing by default
 */
export async function writePaletteLabelMap(
  file: string,
  { height, width, data }: LabelMap,
  palette: Uint8Array,
  software?: string,
): Promise<void> {
  const colors = Array.from({ length: 256 }, (_, i) => [...palette.subarray(3 * i, 3 * i + 3)]);
  const image = { height, width, data, channels: 1, depth: 8, palette: colors } as const;
  const text = software === undefined ? undefined : { Software: software };
  await writeFileAtomic(file, encode(text === undefined ? image : Object.assign({ text }, image)));
}

/**
 * Writes an image as PNG, in one step.
 *
 * @param software - what the file names as its maker; nothing by default
 */
export async function writeImage(file: string, image: RgbImage, software?: string): Promise<void> {
  await writePng(file, image.data, image, { channels: 3, software });
}
