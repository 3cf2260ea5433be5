/** The images that a prediction finds in a folder, and what it leaves out. */
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isImageName, withoutExtension } from '../dataset/reading/files.js';
import { READABLE } from '../dataset/reading/image-format.js';
import { DataError } from '../errors.js';
import { errorCode, fileError } from '../files/file-error.js';
import { count } from '../text.js';
import { isPredicted } from './output-mark.js';

/** A file or folder without a prediction. */
export interface LeftOut {
  readonly file: string;
  readonly reason: string;
}

/** An image to predict. */
export interface InputImage {
  readonly file: string;
  /** How the names of its pictures begin, relative to the folder that they are written to. */
  readonly name: string;
}

/** What there is to predict. */
export interface Inputs {
  readonly images: readonly InputImage[];
  /** What else the folder holds; hidden files and folders are left out without a word. */
  readonly skipped: readonly LeftOut[];
}

const extensionOf = (file: string): string => path.extname(file).toLowerCase();

/** Whether a file or folder lies in a folder or is that folder; both are real paths. */
function isWithin(folder: string, file: string): boolean {
  const back = path.relative(folder, file);
  return back !== '..' && !back.startsWith(`..${path.sep}`) && !path.isAbsolute(back);
}

/** A place in the folder: its path from there as the user sees it, and its real path. */
interface Place {
  readonly shown: string;
  readonly real: string;
}

/**
 * The search through one folder.
 *
 * What lies in the folder itself comes first; links are followed afterwards, each only if it leads to
 * something in the folder that was not reached yet. Nothing is therefore predicted twice.
 */
class FolderSearch {
  readonly images: string[] = [];
  readonly skipped: LeftOut[] = [];
  private readonly links: string[] = [];
  private readonly reached = new Map<string, string>();

  /**
   * @param root - the folder, by the name that the user gave
   * @param real - its real path
   * @param out - the real path of the folder for the pictures, which is left out if it lies within
   */
  constructor(
    private readonly root: string,
    private readonly real: string,
    private readonly out: string | undefined,
  ) {}

  async run(): Promise<void> {
    await this.folder({ shown: '', real: this.real });
    // Following a link may find further ones.
    for (const link of this.links) {
      await this.follow(link);
    }
    this.images.sort();
  }

  private skip(shown: string, reason: string): void {
    this.skipped.push({ file: path.join(this.root, shown), reason });
  }

  private async folder({ shown, real }: Place): Promise<void> {
    this.reached.set(real, shown);
    let entries: Dirent[];
    try {
      entries = await readdir(real, { withFileTypes: true });
    } catch (error) {
      this.skip(shown, fileError('read', 'the folder', error).message);
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) {
        continue;
      }
      const place = { shown: path.join(shown, entry.name), real: path.join(real, entry.name) };
      if (entry.isSymbolicLink()) {
        this.links.push(place.shown);
      } else {
        await this.entry(place, entry);
      }
    }
  }

  /** A file or folder that is not a link. */
  private async entry(place: Place, kind: Pick<Dirent, 'isDirectory' | 'isFile'>): Promise<void> {
    const { shown, real } = place;
    const known = this.reached.get(real);
    if (known !== undefined) {
      this.skip(shown, `the same as ${path.join(this.root, known)}`);
    } else if (kind.isDirectory() && real === this.out) {
      this.skip(shown, 'the folder that the pictures are written to');
    } else if (kind.isDirectory()) {
      await this.folder(place);
    } else if (!kind.isFile()) {
      this.skip(shown, 'neither a file nor a folder');
    } else {
      this.reached.set(real, shown);
      await this.file(place);
    }
  }

  private async file({ shown, real }: Place): Promise<void> {
    const extension = extensionOf(shown);
    if (!isImageName(shown)) {
      const kind = extension === '' ? 'a file without an extension' : `a ${extension} file`;
      this.skip(shown, `${kind}; images are ${READABLE} files`);
    } else if (await isPredicted(real)) {
      this.skip(shown, 'a picture that a prediction wrote');
    } else {
      this.images.push(shown);
    }
  }

  private async follow(shown: string): Promise<void> {
    let real: string;
    try {
      real = await realpath(path.join(this.root, shown));
    } catch (error) {
      const isLoop = errorCode(error) === 'ELOOP';
      this.skip(shown, isLoop ? 'a link that leads to itself' : 'a link that leads to nothing');
      return;
    }
    if (!isWithin(this.real, real)) {
      this.skip(shown, `a link out of the folder, to ${real}; predict that as an input of its own`);
    } else if (this.out !== undefined && isWithin(this.out, real)) {
      this.skip(shown, 'a link to the folder that the pictures are written to');
    } else {
      await this.entry({ shown, real }, await stat(real));
    }
  }
}

/** Names for the pictures: without the extension where that is unique, so that none is replaced. */
function namesFor(files: readonly string[]): InputImage['name'][] {
  const counts = new Map<string, number>();
  for (const file of files) {
    for (const name of new Set([file, withoutExtension(file)])) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return files.map((file) =>
    counts.get(withoutExtension(file)) === 1 ? withoutExtension(file) : file,
  );
}

/**
 * Finds the images to predict.
 *
 * @param input - an image, or a folder, in which folders are searched too
 * @param out - the folder for the pictures; it is not searched, unless it is the input itself
 * @throws {@link DataError} if there is nothing at `input`, or no image in it
 */
export async function findInputs(input: string, out: string): Promise<Inputs> {
  const info = await stat(input).catch((error: unknown) => {
    throw fileError('read', input, error);
  });
  if (!info.isDirectory() && !info.isFile()) {
    throw new DataError(`predict: expected an image or a folder, got neither at ${input}`, input);
  }
  if (info.isFile()) {
    return { images: [{ file: input, name: withoutExtension(path.basename(input)) }], skipped: [] };
  }
  const real = await realpath(input);
  const realOut = await realpath(out).catch(() => undefined);
  const search = new FolderSearch(input, real, realOut === real ? undefined : realOut);
  await search.run();
  const { images, skipped } = search;
  if (images.length === 0) {
    const [first] = skipped;
    const got = first
      ? `${count(skipped.length, 'other')}, such as ${first.file} (${first.reason})`
      : 'none';
    throw new DataError(
      `predict: expected ${READABLE} images in ${input}, got ${got}; pass an image or a folder of ` +
        'images',
      input,
    );
  }
  const names = namesFor(images);
  return {
    images: images.map((file, i) => ({ file: path.join(input, file), name: names[i] })),
    skipped,
  };
}
