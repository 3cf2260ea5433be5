/**
 * Views: what a network sees of an image. A view says how much the image is scaled, which window of
 * it is taken and whether the window is mirrored; drawing it gives the pixels.
 */
import { ShapeError } from '../../errors.js';
import { IGNORE_LABEL } from '../dataset.js';
import { axisSamples } from './geometry.js';
import type { LabelMap, RgbImage } from '../pixels.js';
import type { Size } from '../../size.js';

/** A window on a scaled image; beyond the image's right and lower borders it is padding. */
export interface View extends Size {
  /** The size of the whole image after scaling. */
  readonly scaled: Size;
  /** Where the window begins on the scaled image. */
  readonly top: number;
  readonly left: number;
  /** Whether the window, padding included, is mirrored left to right. */
  readonly isFlipped: boolean;
}

/**
 * The whole image at the upper left, padded on the right and below.
 *
 * Source: evaluation on whole images padded to 1025x2049 (Auto-DeepLab §5.2; facts of the authors'
 * code: the image is at the upper left).
 *
 * @throws {@link ShapeError} if the image is larger than `size`
 */
export function paddedView(image: Size, size: Size, where = 'padded view'): View {
  if (image.height > size.height || image.width > size.width) {
    throw new ShapeError(
      `${where}: expected an image of at most ${size.width}x${size.height} (width x height), got ` +
        `${image.width}x${image.height}; raise the size, or read at a lower resolution`,
    );
  }
  return { ...pick(size), scaled: pick(image), top: 0, left: 0, isFlipped: false };
}

/** The middle of the image, padded on the right and below where the image is smaller. */
export function centerView(image: Size, size: Size): View {
  return {
    ...pick(size),
    scaled: pick(image),
    top: Math.max(0, Math.floor((image.height - size.height) / 2)),
    left: Math.max(0, Math.floor((image.width - size.width) / 2)),
    isFlipped: false,
  };
}

function pick({ height, width }: Size): Size {
  return { height, width };
}

/**
 * Draws an image in the form that networks take: x·2/255 − 1, and 0 where there is padding.
 *
 * Source: range and padding (127.5 before the scaling) of the authors' code.
 *
 * @param target - zeros, `[batch, height, width, 3]`
 * @param offset - where this image begins in `target`
 */
export function drawImage(image: RgbImage, view: View, target: Float32Array, offset = 0): void {
  const rows = axisSamples(image.height, view.scaled.height, view.top, view.height);
  const columns = axisSamples(image.width, view.scaled.width, view.left, view.width);
  const source = image.data;
  for (let y = 0; y < rows.count; y++) {
    const top = rows.low[y] * image.width;
    const bottom = rows.high[y] * image.width;
    const fy = rows.fraction[y];
    const start = offset + y * view.width * 3;
    for (let x = 0; x < columns.count; x++) {
      const fx = columns.fraction[x];
      const upperLeft = (top + columns.low[x]) * 3;
      const upperRight = (top + columns.high[x]) * 3;
      const lowerLeft = (bottom + columns.low[x]) * 3;
      const lowerRight = (bottom + columns.high[x]) * 3;
      const to = start + (view.isFlipped ? view.width - 1 - x : x) * 3;
      for (let c = 0; c < 3; c++) {
        const left = source[upperLeft + c];
        const above = left + (source[upperRight + c] - left) * fx;
        const lower = source[lowerLeft + c];
        const below = lower + (source[lowerRight + c] - lower) * fx;
        target[to + c] = ((above + (below - above) * fy) * 2) / 255 - 1;
      }
    }
  }
}

/**
 * Draws a label map through the same view: nearest pixel, and {@link IGNORE_LABEL} as padding.
 *
 * @param target - `[batch, height, width]`; the part for this label map is overwritten
 * @param offset - where this label map begins in `target`
 */
export function drawLabels(
  labels: LabelMap,
  view: View,
  target: Int32Array | Uint8Array,
  offset = 0,
): void {
  const rows = axisSamples(labels.height, view.scaled.height, view.top, view.height);
  const columns = axisSamples(labels.width, view.scaled.width, view.left, view.width);
  target.fill(IGNORE_LABEL, offset, offset + view.height * view.width);
  for (let y = 0; y < rows.count; y++) {
    const from = rows.nearest[y] * labels.width;
    const start = offset + y * view.width;
    for (let x = 0; x < columns.count; x++) {
      const to = start + (view.isFlipped ? view.width - 1 - x : x);
      target[to] = labels.data[from + columns.nearest[x]];
    }
  }
}

/**
 * The image without its padding: the inverse of {@link paddedView}.
 *
 * @param values - `[height, width, channels]` of the padded size
 * @param padded - the padded size
 * @param size - the size of the image
 * @returns a copy, `[size.height, size.width, channels]`
 * @throws {@link ShapeError} if the sizes do not fit
 */
export function cropPadding<T extends Float32Array | Int32Array | Uint8Array>(
  values: T,
  padded: Size,
  size: Size,
): T {
  const channels = values.length / (padded.height * padded.width);
  if (!Number.isInteger(channels) || size.height > padded.height || size.width > padded.width) {
    throw new ShapeError(
      `crop: expected values of ${padded.width}x${padded.height} with whole channels and a size ` +
        `within, got ${values.length} values and ${size.width}x${size.height}; pass both sizes as ` +
        'they are in the batch',
    );
  }
  const length = size.width * channels;
  const cropped = values.slice(0, size.height * length) as T; // right type and length, refilled
  for (let y = 0; y < size.height; y++) {
    const from = y * padded.width * channels;
    cropped.set(values.subarray(from, from + length), y * length);
  }
  return cropped;
}
