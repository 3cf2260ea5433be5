/** An architecture: the path, the cell and where they come from. */
import { ConfigError } from '../errors.js';
import type { Genotype } from './genotype.js';

/** Where an architecture comes from. Everything but `source` may be unknown. */
export interface Provenance {
  /** In words: a search, a publication, another program, a hand-written file. */
  readonly source: string;
  /** SHA-256 of α as little-endian float32, in hexadecimal. */
  readonly alphaDigest?: string;
  /** SHA-256 of β as little-endian float32, in hexadecimal. */
  readonly betaDigest?: string;
  /** The seed of the search. */
  readonly seed?: number;
  /** When it was decoded, ISO 8601 in UTC, such as `2026-01-31T12:00:00.000Z`. */
  readonly date?: string;
  /** The dataset of the search. */
  readonly dataset?: string;
  /** Version of this library. */
  readonly libraryVersion?: string;
  /** The options of the decoding, by name. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

/** A network of the search space, ready to be built, trained, drawn or written to a file. */
export interface Architecture {
  /** Version of the document. */
  readonly version: 1;
  /**
   * The level of each layer, 0 to 3; the stride is 4 · 2^level. The stem before the first layer is
   * at level 0, and neighbouring layers differ by at most one level.
   */
  readonly path: readonly number[];
  /** The cell, the same in every layer. */
  readonly genotype: Genotype;
  /**
   * Names of the candidate operations it was chosen from, in the order of α's columns; those of the
   * paper where a document names none.
   */
  readonly operations: readonly string[];
  /** Where it comes from. */
  readonly provenance: Provenance;
}

/** Number of levels of an architecture document: strides 4, 8, 16 and 32. */
export const ARCHITECTURE_LEVELS = 4;

/**
 * Checks that paths of a search space fit into an architecture document.
 *
 * @throws {@link ConfigError} if it has more levels
 */
export function checkArchitectureLevels(levels: number): void {
  if (levels > ARCHITECTURE_LEVELS) {
    throw new ConfigError(
      `levels: expected at most ${ARCHITECTURE_LEVELS}, the strides of a document, got ${levels}`,
    );
  }
}

/** The most blocks of a cell; the paper's has 5. */
export const ARCHITECTURE_MAX_BLOCKS = 100;

/** The most candidate operations; the paper has 8. */
export const ARCHITECTURE_MAX_OPERATIONS = 256;

/** The longest architecture document that is read, in characters (or bytes, from a file). */
export const ARCHITECTURE_MAX_LENGTH = 262_144;
