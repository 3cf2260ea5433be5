/** Symbolic links that lead out of the folder of a dataset. */
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Dataset, Sample } from '../dataset.js';
import { attempt, ListingProblem } from '../listing.js';
import { pathBelow } from './files.js';

/** A folder of a dataset. */
interface Folder {
  /** Where it really lies, if that is outside of the root. */
  readonly outside: string | undefined;
  /** The names in it that are symbolic links. */
  readonly links: ReadonlySet<string>;
}

/**
 * Refuses links that lead out of a folder: what a download or an export holds must not reach other files of
 * the machine. The folder itself may be a link, and links inside of it are followed.
 */
export class LinkGuard {
  private real: Promise<string> | undefined;
  private readonly folders = new Map<string, Promise<Folder | undefined>>();

  /** @param root - the folder of the dataset */
  constructor(private readonly root: string) {}

  /**
   * Checks a file below the root; each folder is listed once. Files that are given outside of it, or that
   * are not there, are left to who reads them.
   *
   * @throws {@link ListingProblem} if a link on the way to it leads out of the root
   */
  async check(file: string): Promise<void> {
    if (pathBelow(this.root, file) === undefined) {
      return;
    }
    const at = path.dirname(file);
    let folder = this.folders.get(at);
    if (folder === undefined) {
      folder = this.look(at);
      this.folders.set(at, folder);
    }
    const found = await folder;
    if (found?.outside !== undefined) {
      throw this.leadsOut(at, found.outside);
    }
    if (found?.links.has(path.basename(file))) {
      const outside = await this.outside(file);
      if (outside !== undefined) {
        throw this.leadsOut(file, outside);
      }
    }
  }

  private async look(folder: string): Promise<Folder | undefined> {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      const links = entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => name);
      return { outside: await this.outside(folder), links: new Set(links) };
    } catch {
      return undefined; // reading from it says why
    }
  }

  /** Where a file or folder really lies, if outside of the root. */
  private async outside(file: string): Promise<string | undefined> {
    this.real ??= realpath(this.root);
    const real = await realpath(file).catch(() => file); // a link to nothing: reading it says so
    const root = await this.real;
    const isInside = pathBelow(root, real) !== undefined || real === file;
    return isInside ? undefined : real;
  }

  private leadsOut(link: string, target: string): ListingProblem {
    return new ListingProblem(
      'link',
      `${link}: expected a file inside ${this.root}, got a symbolic link to ${target}, which lies outside; ` +
        'copy the files, or allow such links with the option followLinks if the dataset is yours',
      link,
    );
  }
}

/**
 * Checks a list or another text of a dataset, which errors may quote.
 *
 * @param options - of the dataset
 * @throws {@link ListingProblem} if it is a link that leads out of the root, and the options do not allow that
 */
export async function checkLink(
  file: string,
  options: { readonly root: string; readonly followLinks?: boolean | undefined },
): Promise<void> {
  if (!options.followLinks) {
    await new LinkGuard(path.resolve(options.root)).check(path.resolve(file));
  }
}

/** A dataset whose samples are refused if a link to one of their files leads out of a folder. */
export function withoutOuterLinks(dataset: Dataset, root: string): Dataset {
  return {
    ...dataset,
    async samples(split, listing = {}): Promise<readonly Sample[]> {
      const guard = new LinkGuard(root);
      const inside: Sample[] = [];
      for (const sample of await dataset.samples(split, listing)) {
        const checked = await attempt(listing, async () => {
          await guard.check(sample.imageFile);
          await guard.check(sample.labelFile ?? sample.imageFile);
          return sample;
        });
        inside.push(...(checked === undefined ? [] : [checked]));
      }
      return inside;
    },
  };
}

/** A dataset whose links may lead anywhere; so it is opened again. */
export function withOuterLinks(dataset: Dataset): Dataset {
  const { description } = dataset;
  const options = { ...description.options, followLinks: true };
  return { ...dataset, description: { ...description, options } };
}
