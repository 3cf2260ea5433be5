/** Splits written down in text files. */
import path from 'node:path';
import { DataError } from '../errors.js';
import type { Sample } from './dataset.js';
import { attempt, ListingProblem, type ListOptions } from './listing.js';
import { composed, FileIndex } from './reading/file-index.js';
import { insideRoot, readLines, withoutExtension } from './reading/files.js';

/** What to do about a path outside of the root. */
const OUTSIDE =
  'write it relative to that folder, or let stripPrefix of the split, as in dataset.json, remove ' +
  'the beginning of all paths';

/**
 * A split written down in a text file: a line per sample, `image label` or only `image`, with paths
 * relative to the root, or absolute ones inside it; `\` separates folders as `/` does.
 */
export interface ListSplit {
  /** The text file, relative to the root. Empty lines and lines that begin with `#` do not count. */
  readonly list: string;
  /** Removed from the start of each path: for lists with absolute paths of another machine. */
  readonly stripPrefix?: string | undefined;
  /** What to do with lines whose image does not exist: `error` (default) or `skip`. */
  readonly missing?: 'error' | 'skip' | undefined;
}

/**
 * The samples of a list, in its order; their ids are the paths of the images below the folder that
 * they have in common, without extension.
 *
 * @throws {@link DataError} naming the line that is wrong, unless somebody collects what is wrong, or
 *   if no listed image exists
 */
export async function readList(
  root: string,
  source: ListSplit,
  where: string,
  options: ListOptions = {},
): Promise<Sample[]> {
  const { list, stripPrefix = '', missing = 'error' } = source;
  const index = new FileIndex();
  const listed = insideRoot(root, list, where);
  const file = (await index.find(listed)) ?? listed;
  const lines = await readLines(file, 'split list');
  const samples: { image: string; imageFile: string; labelFile: string | undefined }[] = [];
  const readLine = async (line: string, position: number): Promise<void> => {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) {
      return;
    }
    const columns = text.split(text.includes('\t') ? '\t' : /\s+/);
    if (columns.length > 2) {
      throw new ListingProblem(
        'line',
        `${file}, line ${position + 1}: expected an image and a label map, got ` +
          `${columns.length} columns; separate paths that contain blanks by a tab`,
        file,
      );
    }
    const lineName = `${file}, line ${position + 1}`;
    const [image, labelFile] = columns.map((column) => {
      const isPrefixed = stripPrefix !== '' && column.startsWith(stripPrefix);
      const given = isPrefixed ? column.slice(stripPrefix.length) : column;
      return insideRoot(root, given.replaceAll('\\', '/'), lineName, OUTSIDE);
    });
    const imageFile = await index.find(image);
    if (imageFile !== undefined) {
      samples.push({ image: path.relative(root, image), imageFile, labelFile });
      return;
    }
    const message = `${lineName}: expected the image ${image}, got no such file; add it or remove the line`;
    if (missing === 'error') {
      throw new ListingProblem('missing', message, image);
    }
    options.onAbsent?.({ image, list: file });
    options.onProblem?.(new ListingProblem('skipped', message, image));
  };
  for (const [position, line] of lines.entries()) {
    await attempt(options, () => readLine(line, position));
  }
  if (samples.length === 0) {
    throw new DataError(
      `${where}: expected images that ${file} lists, got none of them; check the option root and the list`,
      file,
    );
  }
  const common = commonFolder(samples.map(({ image }) => path.dirname(image)));
  return samples.map(({ image, imageFile, labelFile }) => ({
    id: composed(withoutExtension(path.relative(common, image)).replaceAll('\\', '/')),
    imageFile,
    labelFile,
  }));
}

/** The deepest folder that contains all the given ones. */
function commonFolder(folders: readonly string[]): string {
  let common = folders[0].split(path.sep);
  for (const folder of folders) {
    const parts = folder.split(path.sep);
    const differs = common.findIndex((part, i) => part !== parts[i]);
    if (differs >= 0) {
      common = common.slice(0, differs);
    }
  }
  return common.join(path.sep) || '.';
}
