/** The values of PNG files of one channel and 16 bits. */
import sharp from 'sharp';
import type { Size } from '../../size.js';
import { barePng } from './bare-png.js';
import { DEFAULT_MAX_PIXELS } from './files.js';

/** A number for each pixel of an image. */
export interface DeepMap extends Size {
  /** `[height, width]` */
  readonly data: Uint16Array;
}

/**
 * Reads the values of a 16-bit grey PNG, as they are stored.
 *
 * @returns the values, or what is wrong with the file
 */
export async function deepPngValues(bytes: Buffer): Promise<DeepMap | string> {
  try {
    const { data: stored, info } = await sharp(barePng(bytes), {
      limitInputPixels: DEFAULT_MAX_PIXELS,
    })
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true });
    const { height, width, channels } = info;
    const data = new Uint16Array(height * width);
    for (let i = 0; i < data.length; i++) {
      data[i] = stored.readUInt16LE(2 * i * channels);
    }
    return { height, width, data };
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0] : String(error);
  }
}
