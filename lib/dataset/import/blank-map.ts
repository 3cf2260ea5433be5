/** Label maps before anything is drawn, and outlines before they are drawn. */
import { DataError } from '../../errors.js';
import type { LabelMap } from '../pixels.js';
import { DEFAULT_MAX_PIXELS } from '../reading/files.js';
import { farCoordinate } from '../reading/masks/polygon.js';
import type { Size } from '../../size.js';
import { MisfitError, UNLABELLED, type DrawnImage } from './format.js';

/** Whether a label map of a size belongs to an image. */
export function fitsImage({ height, width }: Size, { upright, stored }: DrawnImage): boolean {
  return [upright, stored].some((image) => image.height === height && image.width === width);
}

/**
 * A label map in which nothing is labelled, of a size that an annotation states.
 *
 * @param where - what states it, for the error
 * @throws {@link MisfitError} if its image has another size
 * @throws {@link DataError} if it has more pixels than an image that is read
 */
export function blankMap(size: Size, image: DrawnImage, where: string): LabelMap {
  const { height, width } = size;
  if (height * width > DEFAULT_MAX_PIXELS) {
    throw new DataError(
      `${where}: expected at most ${DEFAULT_MAX_PIXELS} pixels, got ${width}x${height}; correct the ` +
        'size, or scale the image down and export it again',
      where,
    );
  }
  if (!fitsImage(size, image)) {
    throw new MisfitError(image, size);
  }
  return { height, width, data: new Uint8Array(height * width).fill(UNLABELLED) };
}

/**
 * Checks that an outline lies in or near its image.
 *
 * @param coordinates - of x and y alike, in pixels
 * @throws {@link DataError} if a point lies far outside
 */
export function checkOutline(coordinates: readonly number[], size: Size, where: string): void {
  const far = farCoordinate(coordinates, size);
  if (far !== undefined) {
    throw new DataError(
      `${where}: expected points in an image of ${size.width}x${size.height}, got ${far}; correct the ` +
        'outline, and export it again',
      where,
    );
  }
}
