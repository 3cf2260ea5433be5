/** What a format is to the fuzzer: one interface for all of them. */
import type { Random } from '#lib/random.js';

/** The files of a document by name; a format of single files has one. */
export type Files = Readonly<Record<string, Buffer>>;

/** What a reader is given. */
export interface Given {
  readonly files: Files;
  /** Holds the files; undefined for readers of bytes. */
  readonly folder: string;
}

/** A change that knows the structure of a format. */
export interface Mutation {
  readonly name: string;
  /** Whether it writes the checksum again, so that the file promises its new content. */
  readonly isResealed?: boolean;
  apply(files: Files, random: Random): Files;
}

/** What a checksum promises. */
export interface ChecksumPromise {
  /** In words, such as `every row is one that was written`. */
  readonly what: string;
  /**
   * Whether what was read of a changed document keeps the promise.
   *
   * @param originals - what is read of the documents before they are changed
   */
  holds(content: unknown, originals: readonly unknown[]): boolean;
}

/** A format that the library reads: one value, listed in `formats.ts`. */
export interface FuzzFormat {
  readonly name: string;
  /** The module that exports it, alone or in a list: `import.meta.url`. Its process loads no other. */
  readonly module: string;
  /** The functions that read it, for the table. */
  readonly readers: string;
  /** Valid documents, from which all cases are made. */
  seeds(): Promise<readonly Files[]>;
  /** The files that are changed; all by default. */
  readonly changes?: (name: string) => boolean;
  /** Changes that know its structure, besides those of bytes, texts and JSON. */
  readonly structured?: readonly Mutation[];
  /** Whether it reads files; else bytes, and nothing is written. */
  readonly isOnDisk: boolean;
  /** Reads a document; throws or rejects if it is refused. */
  read(given: Given): unknown;
  /** Errors that the reader documents besides those of `lib/errors.ts`. */
  readonly isTyped?: (error: unknown) => boolean;
  readonly promise?: ChecksumPromise;
  /** The most memory that reading one case may add to the process, in MiB. */
  readonly limitMiB: number;
}

/** A document of one file. */
export const single = (name: string, content: string | Uint8Array): Files => ({
  [name]: Buffer.from(content as Uint8Array),
});
