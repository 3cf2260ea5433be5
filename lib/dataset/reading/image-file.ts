/** Decoding of images: PNG, JPEG, WebP and TIFF to upright RGB. */
import sharp, { type Metadata } from 'sharp';
import { DataError } from '../../errors.js';
import { expectFile } from '../../files/read-file.js';
import type { Size } from '../../size.js';
import { barePng, headerInput } from './bare-png.js';
import { DEFAULT_MAX_PIXELS, readBytes } from './files.js';
import { imageFormat, READABLE, READABLE_FORMATS } from './image-format.js';
import type { RgbImage } from '../pixels.js';

/**
 * Reads a PNG, JPEG, WebP or TIFF as 8-bit RGB, upright: turned and mirrored as its EXIF orientation
 * says. The content decides about the format, not the name.
 *
 * Grey becomes RGB, 16 bits become 8, alpha is dropped without blending, and colour profiles are not
 * applied, so that the values are those of the file.
 *
 * Assumption: label maps are drawn on the upright image, as viewers and annotation tools show it;
 * `readSample` names one that only fits the stored pixels.
 *
 * @param maxPixels - larger images are refused before they are decoded
 * @param remedy - what helps then besides scaling the image down, for the error
 * @throws {@link DataError} if the file is missing, of another format, damaged, cut off or too large, has
 *   several pages, or values of another kind than 8 or 16 unsigned bits
 */
export async function readImageFile(
  file: string,
  maxPixels: number = DEFAULT_MAX_PIXELS,
  remedy = 'readSample and createLoader take more with the option maxPixels',
): Promise<RgbImage> {
  const bytes = barePng(await readBytes(file, 'image'));
  const format = imageFormat(bytes);
  if (format === undefined || !(format in READABLE_FORMATS)) {
    const got = `${bytes.length} bytes of ${format ?? 'another kind'}`;
    throw new DataError(
      `image ${file}: expected a ${READABLE} file, got ${got}; ` +
        'convert it, or restore it from the download',
      file,
    );
  }
  try {
    const picture = sharp(bytes, {
      limitInputPixels: maxPixels,
      failOn: 'error',
      ignoreIcc: true,
    });
    checkContent(file, await picture.metadata());
    const { data, info } = await picture
      .autoOrient()
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return {
      height: info.height,
      width: info.width,
      data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    };
  } catch (cause) {
    throw await explain(file, bytes, { maxPixels, remedy }, cause as Error);
  }
}

/** What the header of an image says. */
export interface ImageHeader {
  /** The size of the upright image. */
  readonly size: Size;
  /** The EXIF orientation: 1 is upright as stored; 5 to 8 exchange height and width. */
  readonly orientation: number;
}

/**
 * Reads the header of an image.
 *
 * @throws {@link DataError} if the file is missing or is not an image
 */
export async function readImageHeader(file: string): Promise<ImageHeader> {
  try {
    await expectFile(file);
    const header = await sharp(await headerInput(file), { limitInputPixels: false }).metadata();
    const { height, width } = header.autoOrient;
    const { orientation = 1 } = header;
    const isKnown = orientation >= 1 && orientation <= 8;
    return { size: { height, width }, orientation: isKnown ? orientation : 1 };
  } catch (cause) {
    if (cause instanceof DataError) {
      throw cause;
    }
    throw new DataError(
      `image ${file}: expected a ${READABLE} file, got "${(cause as Error).message}"; ` +
        'check the path, or restore it from the download',
      file,
      { cause },
    );
  }
}

/** Refuses what would lose something in silence when it becomes one 8-bit RGB image. */
function checkContent(file: string, { pages = 1, depth }: Metadata): void {
  if (pages > 1 || !['uchar', 'ushort'].includes(depth)) {
    const got = pages > 1 ? `${pages} pages` : `values of type ${depth}`;
    throw new DataError(
      `image ${file}: expected one page of 8 or 16 bits per channel, got ${got}; convert it to PNG`,
      file,
    );
  }
}

async function explain(
  file: string,
  bytes: Buffer,
  { maxPixels, remedy }: { readonly maxPixels: number; readonly remedy: string },
  cause: Error,
): Promise<DataError> {
  if (cause instanceof DataError) {
    return cause;
  }
  const header = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  if (header !== undefined && header.width * header.height > maxPixels) {
    return new DataError(
      `image ${file}: expected at most ${maxPixels} pixels, got ${header.width}x${header.height}; ` +
        `scale it down; ${remedy}`,
      file,
      { cause },
    );
  }
  const got = cause.message.split('\n')[0];
  return new DataError(
    `image ${file}: expected a complete ${imageFormat(bytes)} file, got "${got}"; restore it from the download`,
    file,
    { cause },
  );
}
