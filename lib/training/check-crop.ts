/** Refuses crops that would be padding for the most part. */
import type { Sample } from '../dataset/dataset.js';
import type { AugmentOptions } from '../dataset/reading/augment.js';
import { readImageHeader } from '../dataset/reading/image-file.js';
import { readingSize, scaledSize, type Resolution } from '../dataset/reading/geometry.js';
import { ConfigError } from '../errors.js';
import { toSize, type Size } from '../size.js';
import { percent } from '../text.js';
import { limitSamples } from './validation/evaluation-images.js';

/** So many images are looked at, spread evenly. */
const LOOKED_AT = 16;

/** An image must be able to fill this share of the crop. */
const LEAST_SHARE = 0.25;

/**
 * Checks the size of the windows against that of the training images, of which some are looked at.
 * One that cannot be read is left to whoever reads it in its turn.
 *
 * @throws {@link ConfigError} if not even the largest of them, at its largest scale, fills a quarter
 *   of a window
 */
export async function checkCrop(
  samples: readonly Sample[],
  options: {
    readonly crop: number | Size;
    readonly resolution: Resolution;
    readonly augment: Pick<AugmentOptions, 'maxScale'>;
  },
): Promise<void> {
  const { resolution, augment } = options;
  const crop = toSize(options.crop);
  const files = limitSamples(samples, LOOKED_AT).map(({ imageFile }) => imageFile);
  const sizes = await Promise.allSettled(files.map(readImageHeader));
  const shares = sizes
    .filter((result) => result.status === 'fulfilled')
    .map(({ value }) => scaledSize(readingSize(value.size, resolution), augment.maxScale))
    .map(({ height, width }) => {
      const filled = Math.min(height, crop.height) * Math.min(width, crop.width);
      return filled / (crop.height * crop.width);
    });
  const largest = Math.max(...shares);
  if (shares.length > 0 && largest < LEAST_SHARE) {
    throw new ConfigError(
      `crop: expected windows that the images fill to at least ${percent(LEAST_SHARE)}, got ` +
        `${crop.height} × ${crop.width}, of which they fill at most ${percent(largest)}; the rest ` +
        'would be padding: take a smaller crop or a larger resolution (or, in a configuration, a larger augment.maxScale)',
    );
  }
}
