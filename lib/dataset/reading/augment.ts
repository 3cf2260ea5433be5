/** Augmentation: a random view of an image for training. */
import { ConfigError } from '../../errors.js';
import type { Random } from '../../random.js';
import { scaledSize } from './geometry.js';
import type { Size } from '../../size.js';
import type { View } from './view.js';

/** How much the images vary. */
export interface AugmentOptions {
  /** The smallest scale. */
  readonly minScale: number;
  /** The largest scale. */
  readonly maxScale: number;
  /** The distance between the possible scales; 0: any scale between smallest and largest. */
  readonly scaleStep: number;
  /** The probability that an image is mirrored left to right. */
  readonly flipProbability: number;
}

/**
 * The authors' augmentation: scales 0.5, 0.75, … 2.0, and half of the images mirrored.
 *
 * Source: defaults of the authors' code (`train.py`, `input_preprocess.py`). Assumption: the
 * search used the same; the paper does not say.
 */
export const AUTHORS_AUGMENTATION: AugmentOptions = {
  minScale: 0.5,
  maxScale: 2,
  scaleStep: 0.25,
  flipProbability: 0.5,
};

/** No variation except the position of the crop. */
export const CROP_ONLY: AugmentOptions = {
  minScale: 1,
  maxScale: 1,
  scaleStep: 0,
  flipProbability: 0,
};

/**
 * A random view: scale, then window, then mirroring. An image that is smaller than the window after
 * scaling lies at its upper left, as in the authors' code.
 *
 * Each of the four draws has a generator of its own, so that no option changes the others' values.
 *
 * @param random - the generator of this sample in this epoch
 * @param image - the size of the image
 * @param size - the size of the window
 */
export function randomView(
  random: Random,
  image: Size,
  size: Size,
  options: AugmentOptions = AUTHORS_AUGMENTATION,
): View {
  const scaled = scaledSize(image, scaleAt(random.fork('scale').uniform(), options));
  const top = random.fork('top').integer(Math.max(0, scaled.height - size.height) + 1);
  const left = random.fork('left').integer(Math.max(0, scaled.width - size.width) + 1);
  const isFlipped = random.fork('flip').chance(options.flipProbability);
  return { height: size.height, width: size.width, scaled, top, left, isFlipped };
}

/** The scale for a number of [0, 1). */
function scaleAt(share: number, { minScale, maxScale, scaleStep }: AugmentOptions): number {
  if (scaleStep === 0) {
    return minScale + share * (maxScale - minScale);
  }
  const steps = Math.floor((maxScale - minScale) / scaleStep + 1e-9) + 1;
  return minScale + Math.floor(share * steps) * scaleStep;
}

/**
 * Fills in the defaults and checks the values.
 *
 * @throws {@link ConfigError} naming the option that is wrong
 */
export function resolveAugmentation(options: Partial<AugmentOptions> = {}): AugmentOptions {
  const resolved = { ...AUTHORS_AUGMENTATION, ...options };
  const { minScale, maxScale, scaleStep, flipProbability } = resolved;
  if (!(minScale > 0 && minScale <= maxScale && maxScale < Infinity)) {
    throw new ConfigError(
      `augmentation: expected 0 < minScale <= maxScale, got ${minScale} and ${maxScale}`,
    );
  }
  if (!(scaleStep >= 0 && scaleStep < Infinity)) {
    throw new ConfigError(`augmentation: expected scaleStep of at least 0, got ${scaleStep}`);
  }
  const range = maxScale - minScale;
  if (range > 0 && scaleStep > range * (1 + 1e-9)) {
    throw new ConfigError(
      `augmentation: expected scaleStep of at most maxScale - minScale = ${range}, got ` +
        `${scaleStep}; only minScale would ever be used`,
    );
  }
  if (!(flipProbability >= 0 && flipProbability <= 1)) {
    throw new ConfigError(
      `augmentation: expected flipProbability from 0 to 1, got ${flipProbability}`,
    );
  }
  return resolved;
}
