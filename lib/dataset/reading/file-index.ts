/** Finding files whose names may be spelt otherwise on the disk. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ListingProblem } from '../listing.js';

/** A name in the one Unicode form that ids and comparisons use: accents composed (NFC). */
export function composed(name: string): string {
  return name.normalize('NFC');
}

/** The same for names that differ only in case or Unicode form. */
function folded(name: string): string {
  return composed(composed(name).toLowerCase());
}

/** The names of a folder, by their form without case and accents' spelling. */
type Names = ReadonlyMap<string, readonly string[]>;

function namesByFold(names: readonly string[]): Names {
  const byFold = new Map<string, string[]>();
  for (const name of names) {
    const fold = folded(name);
    const same = byFold.get(fold);
    if (same === undefined) {
      byFold.set(fold, [name]);
    } else {
      same.push(name);
    }
  }
  return byFold;
}

/** The names of a folder that stand for the wanted one: those that are nearest to it. */
function matches(names: Names, wanted: string): readonly string[] {
  const near = names.get(folded(wanted)) ?? [];
  if (near.includes(wanted)) {
    return [wanted];
  }
  const sameText = near.filter((name) => composed(name) === composed(wanted));
  return sameText.length > 0 ? sameText : near;
}

/**
 * Finds files, listing each folder only once. File systems and tools differ in how they spell a name:
 * é as one character or as e and an accent, `.JPG` or `.jpg`. A name that is spelt otherwise on the
 * disk is found if there is exactly one, and nothing else is found by another spelling of it.
 */
export class FileIndex {
  private readonly folders = new Map<string, Promise<Names>>();
  /** The names that files were asked for by. */
  private readonly askedFor = new Map<string, string>();

  /**
   * The path of a file or folder as the disk spells it.
   *
   * @returns undefined if there is none
   * @throws {@link ListingProblem} if several names differ from the wanted one in case or Unicode form
   *   only, or if the one that does was found by another name before
   */
  async find(file: string): Promise<string | undefined> {
    const found = await this.resolve(file);
    if (found === undefined) {
      return undefined;
    }
    const name = composed(path.basename(file));
    const earlier = this.askedFor.get(found) ?? name;
    if (earlier !== name) {
      throw new ListingProblem(
        'name',
        `${file}: expected a file of its own, got ${found}, which stands for ${earlier} already; ` +
          'add the file, or spell both names alike',
        file,
      );
    }
    this.askedFor.set(found, name);
    return found;
  }

  /** Whether there is a file or folder, however the disk spells it. */
  async has(file: string): Promise<boolean> {
    return (await this.resolve(file)) !== undefined;
  }

  private async resolve(file: string): Promise<string | undefined> {
    const [folder, wanted] = [path.dirname(file), path.basename(file)];
    if (folder === file) {
      return file;
    }
    let place = folder;
    let names = await this.list(folder);
    if (names.size === 0) {
      place = (await this.resolve(folder)) ?? folder;
      names = await this.list(place);
    }
    const found = matches(names, wanted);
    if (found.length > 1) {
      throw new ListingProblem(
        'name',
        `${file}: expected one file of this name, got ${found.join(' and ')}, which differ in ` +
          'case or Unicode form only; rename or remove one',
        file,
      );
    }
    return found.length === 0 ? undefined : path.join(place, found[0]);
  }

  private list(folder: string): Promise<Names> {
    let names = this.folders.get(folder);
    if (names === undefined) {
      names = readdir(folder).then(namesByFold, () => new Map());
      this.folders.set(folder, names);
    }
    return names;
  }
}
