/** Scales, mirroring and windows: the options of predictions that are averaged over several views. */
import { ConfigError } from '../errors.js';
import { LARGEST_STRIDE, nearestAligned, toSize } from '../size.js';

/** Over which views of an image the class probabilities are averaged. */
export interface AveragingOptions {
  /**
   * How many times as large the image is predicted, each time; [1] by default, as in the paper's tables 2
   * and 3. The authors' code suggests 0.5, 0.75, 1, 1.25, 1.5 and 1.75 for multi-scale results.
   */
  readonly scales?: readonly number[] | undefined;
  /** Whether each of them is predicted mirrored left to right too; false by default. */
  readonly flip?: boolean | undefined;
  /**
   * The side of square windows, 32·k + 1 pixels such as the training crop, that each scaled image is
   * predicted in, one by one; by default it is predicted whole.
   */
  readonly window?: number | undefined;
  /** How far windows lie apart, in pixels; two thirds of a window by default. */
  readonly stride?: number | undefined;
}

/** The windows of an image, in pixels. */
export interface Windows {
  readonly window: number;
  readonly stride: number;
}

/** Completed {@link AveragingOptions}. */
export interface Averaging {
  readonly scales: readonly number[];
  readonly flip: boolean;
  /** Undefined: whole images. */
  readonly windows: Windows | undefined;
}

/** The largest scale; the memory grows with its square. */
const LARGEST_SCALE = 8;

function checkScales(scales: readonly number[]): void {
  const isScale = (scale: number) => Number.isFinite(scale) && scale > 0 && scale <= LARGEST_SCALE;
  const isDistinct = new Set(scales).size === scales.length;
  if (scales.length === 0 || !scales.every(isScale) || !isDistinct) {
    throw new ConfigError(
      `scales: expected different numbers above 0 and up to ${LARGEST_SCALE}, such as 0.75, 1, 1.25, ` +
        `got ${scales.join(', ') || 'none'}`,
    );
  }
}

function windowsOf(window: number | undefined, stride: number | undefined): Windows | undefined {
  if (window === undefined) {
    if (stride !== undefined) {
      throw new ConfigError(
        `stride: expected the option window beside it, got a stride of ${stride} alone; choose a window ` +
          'such as the training crop, or leave out the stride',
      );
    }
    return undefined;
  }
  if (!(window > LARGEST_STRIDE) || (window - 1) % LARGEST_STRIDE !== 0) {
    const nearest = Number.isFinite(window)
      ? nearestAligned(toSize(window), LARGEST_STRIDE)
      : toSize(513);
    throw new ConfigError(
      `window: expected 32·k + 1 pixels, where the grids of all levels meet, got ${window}; the ` +
        `nearest is ${nearest.height}`,
    );
  }
  const apart = stride ?? Math.round((2 * window) / 3);
  if (!Number.isInteger(apart) || apart < 1 || apart > window) {
    throw new ConfigError(
      `stride: expected a whole number of pixels from 1 to the window's ${window}, so that windows ` +
        `leave no gap, got ${apart}`,
    );
  }
  return { window, stride: apart };
}

/**
 * Checks and completes the options.
 *
 * @returns undefined where there is one view only, the image itself
 * @throws {@link ConfigError} if scales are none, not above 0 or twice the same, a window is not 32·k + 1, a
 *   stride leaves gaps or lacks its window
 */
export function resolveAveraging(options: AveragingOptions): Averaging | undefined {
  const { scales = [1], flip = false } = options;
  checkScales(scales);
  const windows = windowsOf(options.window, options.stride);
  const isOne = scales.length === 1 && scales[0] === 1 && !flip && windows === undefined;
  return isOne ? undefined : { scales: [...scales], flip, windows };
}

/** What an averaging is, in words; undefined: single scale. */
export function describeAveraging({
  scales,
  flip,
  window,
  stride,
}: {
  readonly scales: readonly number[];
  readonly flip: boolean;
  readonly window: number | null;
  readonly stride: number | null;
}): string {
  const parts = [scales.length === 1 ? `scale ${scales[0]}` : `scales ${scales.join(', ')}`];
  if (flip) {
    parts.push('mirrored too');
  }
  if (window !== null) {
    parts.push(`windows of ${window} every ${stride} pixels`);
  }
  return parts.join(', ');
}
