/** Finding the image of an annotation. */
import path from 'node:path';
import { isImageName } from '../reading/files.js';
import { baseName, folderOf, normalPath, stemOf, type ExportTree } from './tree.js';

/** Folders of masks, in whatever export they lie. */
const MASKS = /(^|\/)(Segmentation(Class|Object)[^/]*|masks_(machine|human))\//i;

/**
 * How well an image fits the path that it was looked for by: it lies in the named folder, in a folder
 * below the named ones, or in other folders and is called the same.
 */
export type Fit = 'named' | 'below' | 'elsewhere';

/** An image: where it is, its path relative to the folder that it was found in, and how it fits. */
export interface FoundImage {
  readonly file: string;
  readonly relative: string;
  readonly fit: Fit;
}

/** An image that may be found. */
interface ListedImage {
  readonly file: string;
  readonly relative: string;
  readonly folders: readonly string[];
  /** Whether it lies in a folder that the user names for images. */
  readonly isGiven: boolean;
}

/** The images of an export and of the folder that the user names for them; masks are none. */
export class ImageFinder {
  private readonly byStem = new Map<string, ListedImage[]>();
  private readonly byPath = new Map<string, ListedImage>();
  /** Whether all images of the export lie in one folder. */
  private readonly isOneFolder: boolean;
  /** Folders on the path of every image of the export, which tell no image from another. */
  private readonly common: ReadonlySet<string>;

  private constructor(private readonly images: readonly ListedImage[]) {
    for (const image of images) {
      const stem = stemOf(image.relative).toLowerCase();
      this.byPath.set(image.relative, this.byPath.get(image.relative) ?? image);
      const same = this.byStem.get(stem);
      if (same === undefined) {
        this.byStem.set(stem, [image]);
      } else {
        same.push(image);
      }
    }
    const own = images.filter(({ isGiven }) => !isGiven);
    this.isOneFolder = new Set(own.map(({ relative }) => folderOf(relative))).size === 1;
    const first = own.at(0)?.folders ?? [];
    this.common = new Set(
      first.filter((folder) => own.every(({ folders }) => folders.includes(folder))),
    );
  }

  /** @param trees - the export, then other folders of images */
  static of(trees: readonly ExportTree[]): ImageFinder {
    const images = trees.flatMap(({ root, files }, tree) =>
      files
        .filter((file) => isImageName(file) && !MASKS.test(file))
        .map((relative) => {
          const folders = foldersOf(relative);
          return { file: path.join(root, relative), relative, folders, isGiven: tree > 0 };
        }),
    );
    return new ImageFinder(images);
  }

  /** The finder of those images whose paths a format takes for images, not for masks. */
  only(isAllowed: (relative: string) => boolean): ImageFinder {
    return new ImageFinder(this.images.filter(({ relative }) => isAllowed(relative)));
  }

  /**
   * The image at one of the paths; else the one whose name is that of a path, whatever its
   * extension. Of several the one with the most folders of the path wins.
   *
   * An image of the same name in other folders is another image, unless the user names its folder,
   * all images of the export lie in one folder, or it shares with the path a folder that tells it
   * from other images.
   *
   * @param paths - relative to the export, with or without extension
   * @returns the image, or why there is none
   */
  find(paths: readonly string[]): FoundImage | string {
    const candidates = paths.map(normalPath);
    for (const candidate of candidates) {
      const exact = this.byPath.get(candidate);
      if (exact !== undefined) {
        return found(exact, 'named');
      }
    }
    let areElsewhere = false;
    for (const candidate of candidates) {
      const stem = (isImageName(candidate) ? stemOf(candidate) : baseName(candidate)).toLowerCase();
      const folders = foldersOf(candidate);
      const same = this.byStem.get(stem) ?? [];
      const matches = same.filter((image) => this.mayBe(image, folders));
      areElsewhere ||= same.length > matches.length;
      const best = matches.map((image) => ({ image, shared: shared(image, folders).length }));
      best.sort((a, b) => b.shared - a.shared);
      if (best.length > 0) {
        const [{ image, shared: most }] = best;
        const rival = best.find((one) => one.shared === most && one.image.file !== image.file);
        return rival === undefined
          ? found(image, bestFit(image, candidates))
          : `several images are called ${stem}: ${image.file}, ${rival.image.file}`;
      }
    }
    const others = areElsewhere ? ', only images of that name in other folders' : '';
    return `there is no image ${candidates[0]}${others}`;
  }

  /** Whether an image that is called as a path may be meant by it. */
  private mayBe(image: ListedImage, folders: readonly string[]): boolean {
    const isElsewhere = fitOf(image, folders) === 'elsewhere';
    const isTold = shared(image, folders).some((folder) => !this.common.has(folder));
    return !isElsewhere || image.isGiven || this.isOneFolder || isTold;
  }
}

function foldersOf(file: string): string[] {
  return folderOf(file)
    .split('/')
    .filter((folder) => folder !== '' && folder !== '..');
}

/** The folders of a path that an image shares with it. */
function shared(image: ListedImage, folders: readonly string[]): string[] {
  return image.folders.filter((folder) => folders.includes(folder));
}

function fitOf({ folders: own, isGiven }: ListedImage, folders: readonly string[]): Fit {
  if (own.join('/') === folders.join('/')) {
    return 'named';
  }
  return isGiven || folders.every((folder) => own.includes(folder)) ? 'below' : 'elsewhere';
}

/** How an image fits the path that it fits best. */
function bestFit(image: ListedImage, candidates: readonly string[]): Fit {
  const fits = candidates.map((candidate) => fitOf(image, foldersOf(candidate)));
  return (['named', 'below'] as const).find((fit) => fits.includes(fit)) ?? 'elsewhere';
}

const found = ({ file, relative }: ListedImage, fit: Fit): FoundImage => ({ file, relative, fit });
