/** Decoding of images: PNG and JPEG to RGB. */
import sharp from 'sharp';
import { DataError } from '../../errors.js';
import { DEFAULT_MAX_PIXELS, readBytes } from './files.js';
import type { RgbImage } from '../pixels.js';
import { isPng } from './png-file.js';

/**
 * Reads a PNG or JPEG as 8-bit RGB.
 *
 * Grey becomes RGB, 16 bits become 8, alpha is dropped without blending, and colour profiles are not
 * applied, so that the values are those of the file.
 *
 * Assumption: a rotation in the EXIF data is not applied either: label maps are drawn on the stored
 * pixels in all datasets known here. If an image was labelled upright, its size differs from that
 * of its label map, and `readSample` says so.
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

/**
 * The rotation that the EXIF data of an image asks for, 1 (none) to 8.
 *
 * @throws {@link DataError} if the file cannot be read
 */
export async function readOrientation(file: string): Promise<number> {
  const bytes = await readBytes(file, 'image');
  const { orientation = 1 } = await sharp(bytes, { limitInputPixels: false }).metadata();
  return orientation;
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
        'scale it down, or raise maxPixels',
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
