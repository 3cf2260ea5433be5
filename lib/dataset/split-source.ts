/** Where a split of an ordinary folder has its images and label maps. */
import type { Sample } from './dataset.js';
import { attempt, ListingProblem, type ListOptions } from './listing.js';
import { FileIndex } from './reading/file-index.js';
import { matchFolders, type FolderSplit } from './folder/split.js';
import { readList, type ListSplit } from './list-split.js';

/** A split described in either way. */
export type SplitSource = FolderSplit | ListSplit;

/**
 * The samples of a split, sorted by path or in the order of the list.
 *
 * @param where - dataset and split, for errors
 * @throws {@link ConfigError} if the patterns of images and labels do not match each other
 * @throws {@link DataError} if files are missing and nobody collects what is wrong, or if there is no sample at all
 */
export async function listSource(
  root: string,
  source: SplitSource,
  where: string,
  options: ListOptions = {},
): Promise<readonly Sample[]> {
  const samples =
    'list' in source
      ? await readList(root, source, where, options)
      : await matchFolders(root, source, where);
  const index = new FileIndex();
  const seen = new Map<string, string>();
  const found: Sample[] = [];
  const complete = async ({ id, imageFile, labelFile }: Sample): Promise<void> => {
    const twin = seen.get(id);
    if (twin !== undefined) {
      throw new ListingProblem(
        'name',
        `${where}: expected one image per id, got several for "${id}": ${twin} and ${imageFile}; ` +
          'remove one of them',
        imageFile,
      );
    }
    seen.set(id, imageFile);
    const onDisk = labelFile && (await index.find(labelFile));
    if (labelFile !== undefined && onDisk === undefined) {
      throw new ListingProblem(
        'unlabelled',
        `${where}: expected the label map ${labelFile} for ${imageFile}, got no such file; ` +
          'add it or remove the image',
        labelFile,
      );
    }
    found.push({ id, imageFile, labelFile: onDisk });
  };
  for (const sample of samples) {
    await attempt(options, () => complete(sample));
  }
  return found;
}
