/** The cases of one format: made, read and judged in this process. */
import path from 'node:path';
import { AutoDeepLabError } from '#lib/errors.js';
import { Random } from '#lib/random.js';
import type { Files, FuzzFormat, Given } from '../format.js';
import { makeCase, type FuzzCase } from '../mutate/mutate.js';
import { CaseFolder } from './place.js';

/** How reading a case ended. */
export type Outcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly error: string }
  /** An error that the reader does not document. */
  | { readonly kind: 'untyped'; readonly message: string }
  /** Accepted as another content than its checksum promises. */
  | { readonly kind: 'wrong content'; readonly message: string };

function inWords(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : `thrown: ${String(error)}`;
}

/** The cases of one format and seed: case k is the same in every process. */
export class FormatCases {
  private readonly random: Random;
  private readonly folders = new Map<number, CaseFolder>();

  private constructor(
    private readonly format: FuzzFormat,
    private readonly seeds: readonly Files[],
    seed: number,
    private readonly place: string,
    private readonly originals: unknown[],
  ) {
    this.random = new Random(seed).fork(format.name);
  }

  /**
   * Makes the valid documents, and reads each.
   *
   * @param place - a folder for readers of files
   * @throws what the reader throws if one of them is refused
   */
  static async open(format: FuzzFormat, seed: number, place: string): Promise<FormatCases> {
    const seeds = await format.seeds();
    const originals: unknown[] = [];
    const cases = new FormatCases(format, seeds, seed, place, originals);
    for (let i = 0; i < seeds.length; i++) {
      originals.push(await format.read(cases.given(cases.make(i))));
    }
    return cases;
  }

  /** Makes a case. */
  make(number: number): FuzzCase {
    return makeCase(this.format, this.seeds, number, this.random.fork(String(number)));
  }

  /** Makes and reads a case. */
  async run(number: number): Promise<Outcome> {
    const made = this.make(number);
    let content: unknown;
    try {
      content = await this.format.read(this.given(made));
    } catch (error) {
      const { isTyped = () => false } = this.format;
      return error instanceof AutoDeepLabError || isTyped(error)
        ? { kind: 'refused', error: (error as Error).name }
        : { kind: 'untyped', message: inWords(error) };
    }
    const { promise } = this.format;
    return promise === undefined || made.isResealed || promise.holds(content, this.originals)
      ? { kind: 'accepted' }
      : { kind: 'wrong content', message: `expected that ${promise.what}` };
  }

  private given({ seedIndex, files }: FuzzCase): Given {
    if (!this.format.isOnDisk) {
      return { files, folder: this.place };
    }
    let folder = this.folders.get(seedIndex);
    if (folder === undefined) {
      folder = new CaseFolder(path.join(this.place, `document-${seedIndex}`));
      this.folders.set(seedIndex, folder);
    }
    folder.put(files);
    return { files, folder: folder.folder };
  }
}
