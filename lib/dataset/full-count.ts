/** Whether a split that seems to be whole has all of its images. */
import { ListingProblem } from './listing.js';

/**
 * Checks the number of images of a split that seems to be whole: an unpacking that was cut short
 * would else go unnoticed.
 *
 * @param where - dataset and split, for the error
 * @param part - how to work on a part of the split on purpose
 * @throws {@link ListingProblem} if images are missing or too many
 */
export function checkFullCount(
  where: string,
  folder: string,
  images: number,
  full: number,
  part: string,
): void {
  if (images !== full) {
    throw new ListingProblem(
      'count',
      `${where}: expected ${full} images in ${folder}, got ${images}; unpack the whole download, ` +
        `or ${part}`,
      folder,
    );
  }
}
