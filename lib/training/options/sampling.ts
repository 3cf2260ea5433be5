/** Options of rare-class sampling, in every training; off, each image comes once per epoch. */
import { ConfigError } from '../../errors.js';
import { toSize, type Size } from '../../size.js';
import { nullable, real, whole } from './kinds.js';
import { option, under, type OptionValues } from './table.js';

const silent = { source: 'Assumption: the paper is silent' };

/** The fewest pixels that make an image one of a class. */
const LEAST_PIXELS = 1;

/** The options of rare-class sampling. */
export const SAMPLING = under('Images', {
  /**
   * Temperature T of rare-class sampling: images are drawn for classes, a class c with
   * P(c) ∝ exp((1 − f_c) / T), f_c its share of the pixels; DAFormer has 0.01. Images may come again
   * within an epoch, which is as long as before. null: every image once per epoch.
   * Source: Hoyer et al., DAFormer, CVPR 2022. Deviation: without a second, unlabelled dataset.
   */
  rareClassTemperature: option(
    nullable(real({ above: 0 }), 'none'),
    { paper: null, ...silent },
    'draw images by the rarity of their classes, at this temperature, such as 0.01',
  ),
  /** An image is drawn for a class of which it has at least n pixels, at full resolution. DAFormer: 3000. */
  rareClassPixels: option(
    whole({ min: LEAST_PIXELS }),
    { paper: LEAST_PIXELS, ...silent },
    'images are drawn for classes of which they have at least n pixels',
  ),
  /**
   * A window is drawn again, at most ten times, until it has n pixels of the class that its image was
   * drawn for; 0: any window. DAFormer: 1500.
   */
  rareClassCropPixels: option(
    whole({ min: 0 }),
    { paper: 0, ...silent },
    'windows are drawn again until they have n pixels of that class; 0: any window',
  ),
});

/** How images are drawn. */
export type SamplingConfig = OptionValues<typeof SAMPLING>;

/**
 * Refuses what would change nothing, or could never be reached.
 *
 * @param name - of the program
 */
export function checkSampling(
  name: string,
  {
    rareClassTemperature,
    rareClassPixels,
    rareClassCropPixels,
    crop,
  }: SamplingConfig & { readonly crop: number | Size },
): void {
  const given = [
    ['rareClassPixels', rareClassPixels, LEAST_PIXELS],
    ['rareClassCropPixels', rareClassCropPixels, 0],
  ] as const;
  const useless = given.find(([, value, off]) => rareClassTemperature === null && value !== off);
  if (useless !== undefined) {
    const [option, value, off] = useless;
    throw new ConfigError(
      `${name} ${option}: expected ${off} without rareClassTemperature, which draws images by their ` +
        `classes, got ${value}; set it to ${off}, or rareClassTemperature to a number such as 0.01`,
    );
  }
  const { height, width } = toSize(crop);
  if (rareClassCropPixels > height * width) {
    throw new ConfigError(
      `${name} rareClassCropPixels: expected at most the ${height * width} pixels of a window of ` +
        `${height} × ${width}, got ${rareClassCropPixels}; no window could hold them`,
    );
  }
}
