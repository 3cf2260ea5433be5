/** Masks of single objects as PNG bytes inside annotations. */
import sharp from 'sharp';
import { DataError } from '../../errors.js';
import type { LabelMap } from '../pixels.js';
import { barePng } from '../reading/bare-png.js';
import { DEFAULT_MAX_PIXELS } from '../reading/files.js';
import { readPngFile } from '../reading/png-file.js';
import { pngValues } from '../reading/png-values.js';
import type { Point } from '../reading/masks/pillow-shapes.js';

const INDEXED = 3;

/**
 * The mask of a PNG: a pixel belongs to the object if it is not transparent, or, in a file without
 * transparency, not zero (of a palette the index counts).
 *
 * @param where - what holds the PNG, for the error
 * @throws {@link DataError} if it is damaged or too large
 */
export async function readObjectMask(bytes: Buffer, where: string): Promise<LabelMap> {
  const fail = (got: string): DataError =>
    new DataError(`${where}: expected a PNG mask, got ${got}; export it again`, where);
  const png = readPngFile(bytes);
  if (typeof png === 'string') {
    throw fail(png);
  }
  const { height, width } = png;
  if (height * width > DEFAULT_MAX_PIXELS) {
    throw fail(`${width}x${height} pixels, more than ${DEFAULT_MAX_PIXELS}`);
  }
  if (png.colorType === INDEXED) {
    const data = await pngValues(png);
    if (typeof data === 'string') {
      throw fail(data);
    }
    return { height, width, data };
  }
  try {
    const { data, info } = await sharp(barePng(bytes), { limitInputPixels: DEFAULT_MAX_PIXELS })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { channels } = info;
    const hasAlpha = channels === 2 || channels === 4;
    const mask = new Uint8Array(height * width);
    for (let i = 0; i < mask.length; i++) {
      mask[i] = data[i * channels + (hasAlpha ? channels - 1 : 0)] === 0 ? 0 : 1;
    }
    return { height, width, data: mask };
  } catch (cause) {
    throw fail(`"${(cause as Error).message}"`);
  }
}

/** Gives the pixels of a mask a value in a label map; the mask may lie partly outside. */
export function paintMask(map: LabelMap, mask: LabelMap, [left, top]: Point, value: number): void {
  for (let y = Math.max(0, -top); y < Math.min(mask.height, map.height - top); y++) {
    for (let x = Math.max(0, -left); x < Math.min(mask.width, map.width - left); x++) {
      if (mask.data[y * mask.width + x] !== 0) {
        map.data[(y + top) * map.width + x + left] = value;
      }
    }
  }
}
