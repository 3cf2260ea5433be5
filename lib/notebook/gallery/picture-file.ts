/** Picture files that the texts of a notebook name. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** The media type of SVG. */
export const SVG = 'image/svg+xml';

/** The longest SVG file that goes into a page, in bytes. */
const MAX_SVG_BYTES = 4 * 2 ** 20;

const COPIED = new Set(['.png', '.jpg', '.jpeg', '.gif', '.webp', '.avif', '.bmp', '.svg']);

/**
 * An SVG picture as an address for `<img>`. A file of its own could be opened, and then runs the scripts
 * that it holds; as a picture in a page it runs none.
 */
export function svgAddress(bytes: Buffer): string {
  return `data:${SVG};base64,${bytes.toString('base64')}`;
}

/** A picture to copy, or the address of one that needs no copy. */
export type FoundPicture = { readonly file: string } | { readonly address: string };

/**
 * A picture of a notebook.
 *
 * Only files are taken that lie in the notebook's folder, links followed, and have the extension of a
 * picture: a notebook from elsewhere must not put other files of this machine into a gallery.
 *
 * @param home - the folder of the notebook
 * @param source - the path that the notebook has, relative to it
 * @returns undefined if there is no such file
 */
export function pictureInside(home: string, source: string): FoundPicture | undefined {
  try {
    const file = realpathSync(path.resolve(home, source));
    const below = path.relative(realpathSync(home), file);
    const isOutside = path.isAbsolute(below) || below.split(path.sep)[0] === '..';
    const extension = path.extname(file).toLowerCase();
    const info = statSync(file);
    if (isOutside || !COPIED.has(extension) || !info.isFile()) {
      return undefined;
    }
    if (extension !== '.svg') {
      return { file };
    }
    return info.size > MAX_SVG_BYTES ? undefined : { address: svgAddress(readFileSync(file)) };
  } catch {
    return undefined; // no such file, a circle of links, a zero byte in its name
  }
}
