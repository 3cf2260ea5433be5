/** What can be wrong with single files of a split, found while it is listed. */
import { DataError } from '../errors.js';

/**
 * *unlabelled* - an image without its label map. *missing* - a listed image that is not there.
 * *skipped* - the same where the list may name images that are not there. *name* - a file that several
 * samples or spellings stand for. *line* - a line of a list that cannot be read. *count* - other than
 * all images in a split that seems to be whole. *link* - a symbolic link that leads out of the dataset.
 */
export type ListingProblemKind =
  | 'unlabelled'
  | 'missing'
  | 'skipped'
  | 'name'
  | 'line'
  | 'count'
  | 'link';

/** Something that is wrong with a file of a split; the split can be listed without it. */
export class ListingProblem extends DataError {
  constructor(
    readonly kind: ListingProblemKind,
    message: string,
    file: string,
  ) {
    super(message, file);
  }
}

/** A listed image that is not there, where the list may name such. */
export interface AbsentImage {
  readonly image: string;
  /** The list that names it. */
  readonly list: string;
}

/** How to list the samples of a split. */
export interface ListOptions {
  /**
   * Called for everything that is wrong with single files, and the listing goes on without them. By
   * default the first such problem is thrown.
   */
  readonly onProblem?: ((problem: ListingProblem) => void) | undefined;
  /** Called for each listed image that is left out because it is not there, which is no error. */
  readonly onAbsent?: ((image: AbsentImage) => void) | undefined;
}

/**
 * Does what may fail for one file; its problem goes to whoever collects them.
 *
 * @returns undefined if there was a problem
 * @throws {@link ListingProblem} if nobody collects them, and every other error
 */
export async function attempt<T>(
  { onProblem }: ListOptions,
  work: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (onProblem === undefined || !(error instanceof ListingProblem)) {
      throw error;
    }
    onProblem(error);
    return undefined;
  }
}

/** The images of a split in the whole benchmark. */
export interface WholeSplit {
  readonly images: number;
  /** The folder that holds them, where a split takes only some of them. */
  readonly folder?: string | undefined;
}
