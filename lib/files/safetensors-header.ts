import { DataError } from '../errors.js';
import { elementsOf } from '../tensors.js';
import { ARRAY_TYPES, type ArrayType, type NamedArrays } from './arrays.js';
import { jsonExcess } from './json-excess.js';

/**
 * The longest header that is read or written: 16 MiB, room for 100,000 arrays. The reference library takes
 * 100 MB, of which a JSON parser makes gigabytes.
 */
export const MAX_HEADER_BYTES = 16 * 2 ** 20;

/** The bytes of the header length at the start of a file. */
export const LENGTH_BYTES = 8;

/** The format's codes of our types, in the order in which the reference library writes arrays. */
const CODES: readonly (readonly [ArrayType, string])[] = [
  ['uint64', 'U64'],
  ['int64', 'I64'],
  ['float64', 'F64'],
  ['float32', 'F32'],
  ['uint32', 'U32'],
  ['int32', 'I32'],
  ['float16', 'F16'],
  ['uint16', 'U16'],
  ['int16', 'I16'],
  ['int8', 'I8'],
  ['uint8', 'U8'],
  ['bool', 'BOOL'],
];

const TYPE_ORDER = CODES.map(([dtype]) => dtype);
const CODE_OF = new Map(CODES);
const TYPE_OF = new Map(CODES.map(([dtype, code]) => [code, dtype]));

/** Where one array lies in a file. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: ArrayType;
  readonly shape: readonly number[];
  /** First byte, counted from the end of the header. */
  readonly begin: number;
  /** The byte after the last one. */
  readonly end: number;
}

/** What the header of a file says. */
export interface Header {
  /** In the order of their data. */
  readonly entries: readonly HeaderEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Orders names by their bytes in UTF-8. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The header that describes arrays: largest types first, then by name. */
export function headerOf(
  arrays: NamedArrays,
  metadata: Readonly<Record<string, string>> = {},
): Header {
  const ordered = Object.entries(arrays).sort(
    ([a, { dtype: typeA }], [b, { dtype: typeB }]) =>
      TYPE_ORDER.indexOf(typeA) - TYPE_ORDER.indexOf(typeB) || compareBytes(a, b),
  );
  let begin = 0;
  const entries = ordered.map(([name, { dtype, shape, data }]) => {
    const expected = elementsOf(shape);
    if (name === '__metadata__' || data.length !== expected) {
      throw new DataError(
        name === '__metadata__'
          ? 'safetensors: expected another name for an array than "__metadata__"'
          : `safetensors: expected ${expected} elements for "${name}" [${shape.join(', ')}], ` +
              `got ${data.length}`,
      );
    }
    const end = begin + expected * ARRAY_TYPES[dtype].bytes;
    const entry = { name, dtype, shape, begin, end };
    begin = end;
    return entry;
  });
  return { entries, metadata };
}

/** The bytes of a header: its length, its JSON, spaces up to a multiple of eight bytes. */
export function encodeHeader({ entries, metadata }: Header): Uint8Array {
  // Written by hand, because an object would put names such as "10" before all others.
  const fields = entries.map(
    ({ name, dtype, shape, begin, end }) =>
      `${JSON.stringify(name)}:{"dtype":"${CODE_OF.get(dtype) ?? ''}",` +
      `"shape":[${shape.join(',')}],"data_offsets":[${begin},${end}]}`,
  );
  const texts = Object.entries(metadata)
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`);
  if (texts.length > 0) {
    fields.unshift(`"__metadata__":{${texts.join(',')}}`);
  }
  const json = Buffer.from(`{${fields.join(',')}}`);
  const length = Math.ceil(json.length / LENGTH_BYTES) * LENGTH_BYTES;
  if (length > MAX_HEADER_BYTES) {
    throw new DataError(
      `safetensors: expected a header of at most ${MAX_HEADER_BYTES} bytes, got ${length}`,
    );
  }
  const bytes = Buffer.alloc(LENGTH_BYTES + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length));
  json.copy(bytes, LENGTH_BYTES);
  return bytes;
}

/** A plain object of JSON, not a list and not null. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list of whole numbers from 0. */
function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** Reads one entry of the header. */
function parseEntry(name: string, value: unknown, fail: (text: string) => never): HeaderEntry {
  if (!isObject(value) || Object.keys(value).sort().join() !== 'data_offsets,dtype,shape') {
    return fail(`expected dtype, shape and data_offsets of "${name}"`);
  }
  const { dtype: code, shape, data_offsets: offsets } = value;
  const dtype = typeof code === 'string' ? TYPE_OF.get(code) : undefined;
  if (dtype === undefined) {
    const known = [...TYPE_OF.keys()].join(', ');
    return fail(`expected a type of "${name}" out of ${known}, got ${JSON.stringify(code)}`);
  }
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    return fail(`expected whole numbers from 0 in shape and data_offsets of "${name}"`);
  }
  const [begin, end] = offsets;
  const bytes = elementsOf(shape) * ARRAY_TYPES[dtype].bytes;
  if (end - begin !== bytes) {
    return fail(
      `expected ${bytes} bytes for "${name}" [${shape.join(', ')}] ${dtype}, got ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/**
 * Reads and checks the JSON of a header.
 *
 * @param json - the header without its length
 * @param dataBytes - the bytes of the file behind the header
 * @param file - for the errors
 * @throws {@link DataError} unless every array has a known type, a sensible shape and bytes of its
 *   own, and the arrays together cover all bytes
 */
export function parseHeader(json: Uint8Array, dataBytes: number, file: string): Header {
  const fail = (text: string): never => {
    throw new DataError(
      `${file}, header at byte ${LENGTH_BYTES}: ${text}; the file is damaged or not safetensors`,
      file,
    );
  };
  let document: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(json);
    const excess = jsonExcess(text);
    if (excess !== undefined) {
      return fail(`expected ${excess}, got more`);
    }
    document = JSON.parse(text);
  } catch (error) {
    if (error instanceof DataError) {
      throw error;
    }
    return fail(`expected JSON, got ${error instanceof Error ? error.message : 'other bytes'}`);
  }
  if (!isObject(document)) {
    return fail('expected a JSON object');
  }
  const { __metadata__: metadata = {}, ...described } = document;
  if (!isObject(metadata) || Object.values(metadata).some((text) => typeof text !== 'string')) {
    return fail('expected texts in __metadata__');
  }
  const entries = Object.entries(described)
    .map(([name, value]) => parseEntry(name, value, fail))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== position) {
      fail(`expected the data of "${name}" at byte ${position} behind the header, got ${begin}`);
    }
    position = end;
  }
  if (position !== dataBytes) {
    fail(`expected ${position} bytes of data, got ${dataBytes}`);
  }
  return { entries, metadata: metadata as Record<string, string> };
}
