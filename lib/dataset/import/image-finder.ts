/** Finding the image of an annotation. */
import path from 'node:path';
import { baseName, folderOf, normalPath, stemOf, type ExportTree } from './tree.js';

const EXTENSIONS = ['.png', '.jpg', '.jpeg', '.tif', '.tiff', '.webp'];
/** Folders of masks, in whatever export they lie. */
const MASKS = /(^|\/)(Segmentation(Class|Object)[^/]*|masks_(machine|human))\//i;

/** Whether a file has the extension of an image that can be imported. */
export function isImage(file: string): boolean {
  return EXTENSIONS.includes(path.extname(file).toLowerCase());
}

/** An image: where it is, and its path relative to the folder that it was found in. */
export interface FoundImage {
  readonly file: string;
  readonly relative: string;
}

/** The images of an export and of the folder that the user names for them; masks are none. */
export class ImageFinder {
  private readonly byStem = new Map<string, FoundImage[]>();
  private readonly byPath = new Map<string, FoundImage>();

  /** @param trees - the export, then other folders of images */
  constructor(trees: readonly ExportTree[]) {
    for (const { root, files } of trees) {
      for (const relative of files.filter((file) => isImage(file) && !MASKS.test(file))) {
        const found = { file: path.join(root, relative), relative };
        if (!this.byPath.has(relative)) {
          this.byPath.set(relative, found);
        }
        const stem = stemOf(relative).toLowerCase();
        const same = this.byStem.get(stem);
        if (same === undefined) {
          this.byStem.set(stem, [found]);
        } else {
          same.push(found);
        }
      }
    }
  }

  /**
   * The image at one of the paths; else the one whose name is that of a path, whatever its
   * extension. Of several the one with the most folders of the path wins.
   *
   * @param paths - relative to the export, with or without extension
   * @param isAllowed - tells masks from images
   * @returns the image, or why there is none
   */
  find(
    paths: readonly string[],
    isAllowed: (image: FoundImage) => boolean = () => true,
  ): FoundImage | string {
    for (const candidate of paths) {
      const exact = this.byPath.get(normalPath(candidate));
      if (exact !== undefined && isAllowed(exact)) {
        return exact;
      }
    }
    for (const candidate of paths.map(normalPath)) {
      const stem = (isImage(candidate) ? stemOf(candidate) : baseName(candidate)).toLowerCase();
      const matches = (this.byStem.get(stem) ?? []).filter(isAllowed);
      const best = matches.map((image) => ({ image, shared: sharedFolders(image, candidate) }));
      best.sort((a, b) => b.shared - a.shared);
      if (best.length > 1 && best[0].shared === best[1].shared) {
        return `several images are called ${stem}: ${best[0].image.file}, ${best[1].image.file}`;
      }
      if (best.length > 0) {
        return best[0].image;
      }
    }
    return `there is no image ${paths[0]}`;
  }
}

/** How many folders of a path an image shares with it. */
function sharedFolders({ relative }: FoundImage, candidate: string): number {
  const folders = new Set(folderOf(candidate).split('/'));
  return folderOf(relative)
    .split('/')
    .filter((folder) => folder !== '' && folders.has(folder)).length;
}
