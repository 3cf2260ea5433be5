/** Writing architecture documents as text. */
import { levelStride } from '../search-space/trellis.js';
import type { Architecture } from './architecture.js';
import { parseArchitecture } from './parse.js';

/** Lists and objects that fit into this many characters stay on one line. */
const LINE_LENGTH = 88;

/**
 * Writes an architecture as JSON for people: fields in a fixed order, one branch per line, a newline
 * at the end. The same architecture always gives the same text.
 *
 * Beside `path` it shows `levels`, the strides.
 *
 * @throws {@link DataError} if the architecture could not be read back, naming the field at fault
 */
export function formatArchitecture(architecture: Architecture): string {
  const { version, path, genotype, operations, provenance } = architecture;
  const { options, ...origin } = provenance;
  const document = {
    version,
    path,
    levels: path.map(levelStride),
    genotype: {
      blocks: genotype.blocks.map(({ left, right }) => ({
        left: { input: left.input, operation: left.operation },
        right: { input: right.input, operation: right.operation },
      })),
    },
    operations,
    provenance: {
      source: origin.source,
      dataset: origin.dataset,
      seed: origin.seed,
      date: origin.date,
      libraryVersion: origin.libraryVersion,
      alphaDigest: origin.alphaDigest,
      betaDigest: origin.betaDigest,
      options: options && Object.fromEntries(Object.entries(options).sort(byName)),
    },
  };
  const text = `${layout(document, '')}\n`;
  parseArchitecture(text);
  return text;
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** JSON with short lists and objects on one line. */
function layout(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value) ?? 'null';
  }
  const inner = `${indent}  `;
  const isArray = Array.isArray(value);
  const items = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${isArray ? '' : `${JSON.stringify(key)}: `}${layout(item, inner)}`);
  const [open, close, space] = isArray ? ['[', ']', ''] : ['{', '}', ' '];
  if (items.length === 0) {
    return open + close;
  }
  const line = `${open}${space}${items.join(', ')}${space}${close}`;
  const isFlat = Object.values(value).every((item) => typeof item !== 'object');
  return isFlat && (isArray || line.length <= LINE_LENGTH)
    ? line
    : `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${close}`;
}
