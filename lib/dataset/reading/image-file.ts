/** Decoding of images: PNG and JPEG to upright RGB. */
import sharp from 'sharp';
import { DataError } from '../../errors.js';
import type { Size } from '../../size.js';
import { DEFAULT_MAX_PIXELS, readBytes } from './files.js';
import type { RgbImage } from '../pixels.js';
import { isPng } from './png-file.js';

/**
 * Reads a PNG or JPEG as 8-bit RGB, upright: turned and mirrored as its EXIF orientation says.
 *
 * Grey becomes RGB, 16 bits become 8, alpha is dropped without blending, and colour profiles are not
 * applied, so that the values are those of the file.
 *
 * Assumption: label maps are drawn on the upright image, as viewers and annotation tools show it;
 * `readSample` names one that only fits the stored pixels.
 *
 * @param maxPixels - larger images are refused before they are decoded
 * @throws {@link DataError} if the file is missing, not a PNG or JPEG, damaged, cut off or too large
 */
export async function readImageFile(
  file: string,
  maxPixels: number = DEFAULT_MAX_PIXELS,
): Promise<RgbImage> {
  const bytes = await readBytes(file, 'image');
  if (!isPng(bytes) && !isJpeg(bytes)) {
    throw new DataError(
      `image ${file}: expected a PNG or JPEG file, got ${bytes.length} bytes of another kind; ` +
        'convert it, or restore it from the download',
      file,
    );
  }
  try {
    const { data, info } = await sharp(bytes, {
      limitInputPixels: maxPixels,
      failOn: 'error',
      ignoreIcc: true,
    })
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
    throw await explain(file, bytes, maxPixels, cause as Error);
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
    const header = await sharp(file, { limitInputPixels: false }).metadata();
    const { height, width } = header.autoOrient;
    const { orientation = 1 } = header;
    const isKnown = orientation >= 1 && orientation <= 8;
    return { size: { height, width }, orientation: isKnown ? orientation : 1 };
  } catch (cause) {
    throw new DataError(
      `image ${file}: expected a PNG or JPEG file, got "${(cause as Error).message}"; ` +
        'check the path, or restore it from the download',
      file,
      { cause },
    );
  }
}

async function explain(
  file: string,
  bytes: Buffer,
  maxPixels: number,
  cause: Error,
): Promise<DataError> {
  const header = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  if (header !== undefined && header.width * header.height > maxPixels) {
    return new DataError(
      `image ${file}: expected at most ${maxPixels} pixels, got ${header.width}x${header.height}; ` +
        'scale it down; readSample and createLoader take more with the option maxPixels',
      file,
      { cause },
    );
  }
  const got = cause.message.split('\n')[0];
  return new DataError(
    `image ${file}: expected a complete PNG or JPEG file, got "${got}"; restore it from the download`,
    file,
    { cause },
  );
}

function isJpeg(bytes: Buffer): boolean {
  return bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'));
}
