/** Whether a folder that holds a whole dataset has all of its images. */
import { DataError } from '../errors.js';

/** What the whole of a split has, as its authors count it. */
export interface FullCount {
  /** How many folders of images; a split with fewer is a part of the dataset. */
  readonly folders: number;
  readonly images: number;
}

/**
 * Checks the number of images of a split that has all of its folders: an unpacking that was cut
 * short would else go unnoticed. A part of the dataset has fewer folders and is not checked.
 *
 * @param where - dataset and split, for the error
 * @throws {@link DataError} if images are missing or too many
 */
export function checkFullCount(
  where: string,
  folder: string,
  found: FullCount,
  full: FullCount | undefined,
): void {
  if (found.folders !== full?.folders || found.images === full.images) {
    return;
  }
  throw new DataError(
    `${where}: expected ${full.images} images in the ${full.folders} folders of ${folder}, got ` +
      `${found.images} in ${found.folders}; unpack the download again, or leave out whole folders ` +
      'to work on a part',
    folder,
  );
}
