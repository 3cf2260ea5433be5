/**
 * Where the pixels of a scaled image come from: one geometry for images and label maps.
 *
 * Pixel centres lie at half integers. Pixel i of a scaled axis has its centre at
 *
 *     c = (i + 0.5) · source / scaled − 0.5
 *
 * in source pixels, held inside [0, source − 1]. An image takes the linear mixture of the pixels on
 * both sides of c; a label map takes the nearest pixel to the same c (the upper one at a tie), so
 * that both stay aligned and no label is invented.
 *
 * Deviation: the authors scale both with aligned corners; half-pixel centres do not shift the
 * content towards the borders, and halving is exactly the mean of 2x2 pixels.
 */
import type { LabelMap, RgbImage } from '../pixels.js';
import type { Size } from '../../size.js';

/** For each pixel of a window along one axis, the source pixels it is made of. */
export interface AxisSamples {
  /** How many pixels of the window lie on the scaled image; the rest is padding. */
  readonly count: number;
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** The weight of `high`; `low` has the rest. */
  readonly fraction: Float64Array;
  /** The pixel that a label comes from. */
  readonly nearest: Int32Array;
}

/**
 * The sources of a window along one axis.
 *
 * @param source - length of the source axis, in pixels
 * @param scaled - length of the scaled axis
 * @param start - where the window begins on the scaled axis
 * @param length - length of the window
 */
export function axisSamples(
  source: number,
  scaled: number,
  start: number,
  length: number,
): AxisSamples {
  const count = Math.max(0, Math.min(length, scaled - start));
  const low = new Int32Array(count);
  const high = new Int32Array(count);
  const nearest = new Int32Array(count);
  const fraction = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const centre = ((start + i + 0.5) * source) / scaled - 0.5;
    const held = Math.min(Math.max(centre, 0), source - 1);
    low[i] = Math.floor(held);
    high[i] = Math.min(low[i] + 1, source - 1);
    fraction[i] = held - low[i];
    nearest[i] = fraction[i] >= 0.5 ? high[i] : low[i];
  }
  return { count, low, high, fraction, nearest };
}

/** The size after scaling, rounded to whole pixels, at least 1. */
export function scaledSize({ height, width }: Size, scale: number): Size {
  return {
    height: Math.max(1, Math.round(height * scale)),
    width: Math.max(1, Math.round(width * scale)),
  };
}

/**
 * How large images are read: a share of the full height and width, above 0 and up to 1, or so that
 * the longer side has a number of pixels, whether that makes them smaller or larger.
 */
export type Resolution = number | { readonly longerSide: number };

/** The size that an image of a size on disk is read at, rounded to whole pixels, at least 1. */
export function readingSize(image: Size, resolution: Resolution): Size {
  const scale =
    typeof resolution === 'number'
      ? resolution
      : resolution.longerSide / Math.max(image.height, image.width);
  return scaledSize(image, scale);
}

/** A bilinearly resized copy of an image, rounded to whole values. */
export function resizeImage(image: RgbImage, { height, width }: Size): RgbImage {
  const rows = axisSamples(image.height, height, 0, height);
  const columns = axisSamples(image.width, width, 0, width);
  const data = new Uint8Array(height * width * 3);
  const source = image.data;
  for (let y = 0; y < height; y++) {
    const top = rows.low[y] * image.width;
    const bottom = rows.high[y] * image.width;
    const fy = rows.fraction[y];
    for (let x = 0; x < width; x++) {
      const left = columns.low[x];
      const right = columns.high[x];
      const fx = columns.fraction[x];
      for (let c = 0; c < 3; c++) {
        const above = mix(source[(top + left) * 3 + c], source[(top + right) * 3 + c], fx);
        const below = mix(source[(bottom + left) * 3 + c], source[(bottom + right) * 3 + c], fx);
        data[(y * width + x) * 3 + c] = Math.floor(mix(above, below, fy) + 0.5);
      }
    }
  }
  return { height, width, data };
}

/** A resized copy of a label map: each pixel is the nearest of the source, never a mixture. */
export function resizeLabels(labels: LabelMap, { height, width }: Size): LabelMap {
  const rows = axisSamples(labels.height, height, 0, height);
  const columns = axisSamples(labels.width, width, 0, width);
  const data = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    const row = rows.nearest[y] * labels.width;
    for (let x = 0; x < width; x++) {
      data[y * width + x] = labels.data[row + columns.nearest[x]];
    }
  }
  return { height, width, data };
}

function mix(from: number, to: number, fraction: number): number {
  return from + (to - from) * fraction;
}
