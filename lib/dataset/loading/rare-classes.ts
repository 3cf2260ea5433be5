/** Rare-class sampling: images are drawn for the rare classes that they hold. */
import { ConfigError } from '../../errors.js';
import type { Random } from '../../random.js';
import { sumOfPixels, type ClassPixels } from '../inspection/label-counts.js';

/** How strongly rare classes are preferred. */
export interface RareClassOptions {
  /** Temperature T; the smaller, the more the rarest classes are preferred. */
  readonly temperature: number;
  /** An image counts as one of a class from this many of its pixels on, at full resolution. */
  readonly leastPixels: number;
}

/** A drawn image, and the class that it was drawn for. */
export interface RareClassDraw {
  /** The position of the image in the list of samples. */
  readonly index: number;
  readonly trainId: number;
}

/** Draws images. */
export interface RareClassSampler {
  /** Probability of each class, by train id; 0 for a class that does not occur. */
  readonly probabilities: readonly number[];
  /** Probability of each image. */
  readonly imageProbabilities: readonly number[];
  draw(random: Random): RareClassDraw;
}

/**
 * The probabilities with which classes are drawn.
 *
 *     P(c) = exp((1 − f_c) / T) / Σ_c' exp((1 − f_c') / T),  f_c = pixels of c / pixels of all classes
 *
 * over the classes that occur; 0 for others. Source: Hoyer et al., DAFormer, CVPR 2022, §3.3, with
 * T = 0.01; as in their code, ignored pixels are not in f_c.
 *
 * @param pixels - by train id
 */
export function rareClassProbabilities(pixels: readonly number[], temperature: number): number[] {
  const total = pixels.reduce((sum, n) => sum + n, 0);
  const frequencies = pixels.map((n) => n / total);
  const rarest = Math.min(...frequencies.filter((f) => f > 0));
  const powers = frequencies.map((f) => (f > 0 ? Math.exp((rarest - f) / temperature) : 0));
  const sum = powers.reduce((before, power) => before + power, 0);
  return powers.map((power) => power / sum);
}

/**
 * Draws a class by {@link rareClassProbabilities}, then one of the images that hold it, all of them with
 * the same probability; images may be drawn again.
 *
 * @param labelMaps - the pixels of each image's label map
 * @param names - of the classes, by train id
 * @throws {@link ConfigError} if nothing can be drawn, or no image holds enough pixels of a class that occurs
 */
export function rareClassSampler(
  labelMaps: readonly ClassPixels[],
  names: readonly string[],
  { temperature, leastPixels }: RareClassOptions,
): RareClassSampler {
  const pixels = sumOfPixels(labelMaps, names.length);
  if (pixels.every((n) => n === 0)) {
    throw new ConfigError(
      'rareClassTemperature: expected label maps with pixels of classes, got none; nothing can be ' +
        'drawn: set it to none, or check the label maps',
    );
  }
  const probabilities = rareClassProbabilities(pixels, temperature);
  const imagesOf = names.map((name, c) => {
    const counts = labelMaps.map((map) => map.get(c) ?? 0);
    const images = [...counts.keys()].filter((i) => counts[i] >= Math.max(leastPixels, 1));
    if (pixels[c] > 0 && images.length === 0) {
      throw new ConfigError(
        `rareClassPixels: expected an image with at least ${leastPixels} pixels of each class that ` +
          `occurs, got at most ${Math.max(...counts)} of "${name}"; lower the option rareClassPixels`,
      );
    }
    return images;
  });
  const imageProbabilities = labelMaps.map(() => 0);
  for (const [c, images] of imagesOf.entries()) {
    for (const index of images) {
      imageProbabilities[index] += probabilities[c] / images.length;
    }
  }
  return {
    probabilities,
    imageProbabilities,
    draw: (random) => {
      const trainId = chosen(probabilities, random.uniform());
      const images = imagesOf[trainId];
      return { index: images[random.integer(images.length)], trainId };
    },
  };
}

/** The position at which the sum of probabilities exceeds a number of [0, 1). */
function chosen(probabilities: readonly number[], at: number): number {
  let sum = 0;
  const index = probabilities.findIndex((probability) => (sum += probability) > at);
  // The sum of all may end a rounding error below 1.
  return index >= 0 ? index : probabilities.findLastIndex((probability) => probability > 0);
}
