/** Maps of things: 16-bit grey PNG files. */
import sharp from 'sharp';
import { DataError } from '../../errors.js';
import type { Size } from '../../size.js';
import { DEFAULT_MAX_PIXELS, readBytes } from './files.js';
import { readPngFile } from './png-file.js';

/** A number for each pixel of an image. */
export interface InstanceMap extends Size {
  /** `[height, width]` */
  readonly data: Uint16Array;
}

/**
 * Reads a map of things, such as `*_gtFine_instanceIds.png` of Cityscapes.
 *
 * @throws {@link DataError} if it is not a complete 16-bit grey PNG
 */
export async function readInstanceFile(file: string): Promise<InstanceMap> {
  const bytes = await readBytes(file, 'map of instances');
  const fail = (got: string): DataError =>
    new DataError(
      `map of instances ${file}: expected a complete 16-bit grey PNG, got ${got}; restore it from ` +
        'the download',
      file,
    );
  const png = readPngFile(bytes);
  if (typeof png === 'string') {
    throw fail(png);
  }
  if (png.depth !== 16 || png.colorType !== 0) {
    throw fail(`one of ${png.depth} bits and colour type ${png.colorType}`);
  }
  const { height, width } = png;
  try {
    const { data: bytesOfValues, info } = await sharp(bytes, {
      limitInputPixels: DEFAULT_MAX_PIXELS,
    })
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true });
    const data = new Uint16Array(height * width);
    for (let i = 0; i < data.length; i++) {
      data[i] = bytesOfValues.readUInt16LE(2 * i * info.channels);
    }
    return { height, width, data };
  } catch (error) {
    throw fail(error instanceof Error ? error.message : String(error));
  }
}
