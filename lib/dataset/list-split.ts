/** Splits written down in text files. */
import path from 'node:path';
import { DataError } from '../errors.js';
import type { Sample } from './dataset.js';
import { FileIndex, insideRoot, readBytes, withoutExtension } from './reading/files.js';

/** A split written down in a text file: a line per sample, `image label` or only `image`. */
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
 * @throws {@link DataError} naming the line that is wrong, or if no listed image exists
 */
export async function readList(root: string, source: ListSplit, where: string): Promise<Sample[]> {
  const { list, stripPrefix = '', missing = 'error' } = source;
  const file = insideRoot(root, list, where);
  const lines = (await readBytes(file, 'split list')).toString('utf8').split(/\r?\n/);
  const index = new FileIndex();
  const samples: { image: string; imageFile: string; labelFile: string | undefined }[] = [];
  for (const [position, line] of lines.entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) {
      continue;
    }
    const columns = text.split(text.includes('\t') ? '\t' : /\s+/);
    if (columns.length > 2) {
      throw new DataError(
        `${file}, line ${position + 1}: expected an image and a label map, got ` +
          `${columns.length} columns; separate paths that contain blanks by a tab`,
        file,
      );
    }
    const [image, label] = columns.map((column) =>
      column.startsWith(stripPrefix) ? column.slice(stripPrefix.length) : column,
    );
    const lineName = `${file}, line ${position + 1}`;
    const imageFile = insideRoot(root, image, lineName);
    if (await index.has(imageFile)) {
      const labelFile = label === undefined ? undefined : insideRoot(root, label, lineName);
      samples.push({ image, imageFile, labelFile });
    } else if (missing === 'error') {
      throw new DataError(
        `${lineName}: expected the image ${imageFile}, got no such file; add it or remove the line`,
        imageFile,
      );
    }
  }
  if (samples.length === 0) {
    throw new DataError(
      `${where}: expected images that ${file} lists, got none of them; check root and list`,
      file,
    );
  }
  const common = commonFolder(samples.map(({ image }) => path.dirname(path.normalize(image))));
  return samples.map(({ image, imageFile, labelFile }) => ({
    id: withoutExtension(path.relative(common, path.normalize(image))).replaceAll('\\', '/'),
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
