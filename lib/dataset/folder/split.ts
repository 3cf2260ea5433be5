/** Splits found by folders or by patterns of file names. */
import path from 'node:path';
import { ConfigError, DataError } from '../../errors.js';
import type { Sample } from '../dataset.js';
import { composed, FileIndex } from '../reading/file-index.js';
import { READABLE } from '../reading/image-format.js';
import { insideRoot, listFolder, withoutExtension, isImageName } from '../reading/files.js';

/** A split found by folders or by patterns, relative to the root of the dataset or inside it. */
export interface FolderSplit {
  /**
   * A folder (all its PNG, JPEG, WebP and TIFF files), or a pattern: each `*` stands for any text within one
   * folder or file name, as in `images/*` + `/*_rgb.jpg`. What the stars stand for is the sample's id.
   */
  readonly images: string;
  /**
   * A folder (holding `<image name>.png`), or a pattern with as many stars as `images` has.
   * Left out: the split has no label maps.
   */
  readonly labels?: string | undefined;
}

/** One file that matched a pattern, with what the stars stood for. */
interface Match {
  readonly file: string;
  readonly captures: readonly string[];
}

/**
 * The samples of a split that folders or patterns describe, sorted by path.
 *
 * @throws {@link ConfigError} if the patterns of images and labels do not match each other
 * @throws {@link DataError} if there is no image
 */
export async function matchFolders(
  root: string,
  source: FolderSplit,
  where: string,
): Promise<Sample[]> {
  const { images, labels } = source;
  const isPattern = images.includes('*');
  const starsInLabels = labels?.split('*').length;
  if (isPattern && labels !== undefined && images.split('*').length !== starsInLabels) {
    throw new ConfigError(
      `${where}: expected as many stars in labels as in images, got "${labels}" for "${images}"`,
    );
  }
  if (!isPattern && labels?.includes('*')) {
    throw new ConfigError(
      `${where}: expected a folder for labels as for images, got the pattern "${labels}"`,
    );
  }
  const matches = await expand(root, isPattern ? images : `${images}/*`, where);
  const found = matches.filter(({ file }) => isImageName(file));
  if (found.length === 0) {
    throw new DataError(
      `${where}: expected ${READABLE} images at ${path.join(root, images)}, got none; ` +
        'correct the folder or the pattern',
      path.join(root, images),
    );
  }
  return found.map(({ file, captures }) => {
    const texts = (isPattern ? captures : captures.map(withoutExtension)).map(composed);
    const labelPattern = isPattern ? labels : labels && `${labels}/*.png`;
    return {
      id: texts.map(withoutExtension).join('/'),
      imageFile: file,
      labelFile: labelPattern && insideRoot(root, fill(labelPattern, texts), where),
    };
  });
}

/** The label maps that lie where those of a split belong, sorted; none if it has none. */
export async function labelFilesOf(
  root: string,
  { labels }: FolderSplit,
  where: string,
): Promise<string[]> {
  if (labels === undefined) {
    return [];
  }
  const pattern = labels.includes('*') ? labels : `${labels}/*.png`;
  return (await expand(root, pattern, where)).map(({ file }) => file);
}

/** Replaces the stars of a pattern one after the other. */
function fill(pattern: string, texts: readonly string[]): string {
  const remaining = [...texts];
  return pattern.replace(/\*/g, () => remaining.shift() ?? '');
}

/** All files that match a pattern, sorted. */
async function expand(root: string, pattern: string, where: string): Promise<Match[]> {
  const segments = path.relative(root, insideRoot(root, pattern, where)).split(path.sep);
  const index = new FileIndex();
  let matches: Match[] = [{ file: root, captures: [] }];
  for (const [position, segment] of segments.entries()) {
    const isLast = position === segments.length - 1;
    matches = segment.includes('*')
      ? (await Promise.all(matches.map((m) => matchSegment(m, segment, isLast, where)))).flat()
      : await Promise.all(
          matches.map(async ({ file, captures }) => {
            const next = path.join(file, segment);
            return { file: (await index.find(next)) ?? next, captures };
          }),
        );
  }
  return matches;
}

async function matchSegment(
  { file: folder, captures }: Match,
  segment: string,
  isLast: boolean,
  where: string,
): Promise<Match[]> {
  const { files, folders } = await listFolder(folder, where, 'correct the folder or the pattern');
  const escaped = composed(segment)
    .split('*')
    .map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${escaped.join('(.*)')}$`);
  return (isLast ? files : folders).flatMap((name) => {
    const match = expression.exec(composed(name));
    if (match === null) {
      return [];
    }
    return [{ file: path.join(folder, name), captures: [...captures, ...match.slice(1)] }];
  });
}
