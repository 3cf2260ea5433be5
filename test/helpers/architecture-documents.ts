/** A document with every field, as a value that a test may break. */
import { expect } from 'vitest';
import type { Architecture } from '../../lib/architecture/architecture.js';
import { formatArchitecture } from '../../lib/architecture/format.js';
import { parseArchitecture } from '../../lib/architecture/parse.js';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { DataError } from '../../lib/errors.js';

/** The published architecture with every field of its provenance. */
export const fullArchitecture: Architecture = {
  ...publishedArchitecture,
  provenance: {
    source: 'search "é"',
    dataset: 'camvid',
    seed: 4294967295,
    date: '2026-01-31T12:00:00.000Z',
    libraryVersion: '0.1.0',
    alphaDigest: 'a'.repeat(64),
    betaDigest: '0'.repeat(64),
    options: { zeroInArgmax: false, endNormalisation: 'valid', k: 5 },
  },
};

type Fields = Record<string, unknown>;

/** What `JSON.parse` makes of a document, open to changes. */
export interface DocumentValue extends Fields {
  path: unknown[];
  levels: unknown[];
  operations: unknown[];
  genotype: { blocks: { left: Fields; right: Fields }[] };
  provenance: Fields;
}

/** The document of {@link fullArchitecture}. */
export function fullDocument(): DocumentValue {
  return JSON.parse(formatArchitecture(fullArchitecture)) as DocumentValue;
}

/** The message of the {@link DataError} with which a value is refused. */
export function refusal(value: unknown): string {
  try {
    parseArchitecture(value);
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return (error as DataError).message;
  }
  return 'no error';
}
