/**
 * Reads protocol-buffer messages, as far as they hold bytes, texts, messages or integers below 2^53.
 *
 * Source: protobuf.dev, "Encoding".
 */
import { DataError } from '../../errors.js';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** A position in a message. */
interface Cursor {
  at: number;
}

/** A varint is 64 bits, 7 per byte. */
const MOST_VARINT_BYTES = 10;

/** The start of the next bytes, which the cursor passes. */
function skip(bytes: Uint8Array, cursor: Cursor, length: number): number {
  const begin = cursor.at;
  if (begin + length > bytes.length) {
    throw new DataError(
      `protocol-buffer message: expected ${length} more bytes at byte ${begin}, got a message that ends ` +
        `after ${bytes.length - begin}; it is cut off or damaged, so make it again`,
    );
  }
  cursor.at += length;
  return begin;
}

function readVarint(bytes: Uint8Array, cursor: Cursor): number {
  const begin = cursor.at;
  let value = 0;
  for (let i = 0; i < MOST_VARINT_BYTES; i++) {
    const byte = bytes[skip(bytes, cursor, 1)];
    value += (byte & 0x7f) * 0x80 ** i;
    if (byte < 0x80) {
      return value;
    }
  }
  throw new DataError(
    `protocol-buffer message: expected a number of at most ${MOST_VARINT_BYTES} bytes at byte ${begin}, ` +
      'got a longer one; the message is damaged, so make it again',
  );
}

/** A field of a message. */
type Field =
  | { readonly number: number; readonly content: Uint8Array }
  | { readonly number: number; readonly integer: number };

/** All fields of a message that hold bytes or an integer, in order. */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  const cursor: Cursor = { at: 0 };
  while (cursor.at < message.length) {
    const tagAt = cursor.at;
    const tag = readVarint(message, cursor);
    const number = Math.floor(tag / 8);
    const type = tag & 7;
    switch (type) {
      case LENGTH_DELIMITED: {
        const begin = skip(message, cursor, readVarint(message, cursor));
        yield { number, content: message.subarray(begin, cursor.at) };
        break;
      }
      case FIXED64:
        skip(message, cursor, 8);
        break;
      case FIXED32:
        skip(message, cursor, 4);
        break;
      case VARINT:
        yield { number, integer: readVarint(message, cursor) };
        break;
      default:
        throw new DataError(
          `protocol-buffer message: expected wire type ${VARINT}, ${FIXED64}, ${LENGTH_DELIMITED} or ` +
            `${FIXED32} at byte ${tagAt}, got ${type}; the message is damaged, so make it again`,
        );
    }
  }
}

/**
 * The contents of a field that holds bytes, a text or a message, in order; views of `message`.
 *
 * @param field - the number of the field; others are skipped
 * @throws {@link DataError} if the message is cut off or damaged
 */
export function* readFields(message: Uint8Array, field: number): Generator<Uint8Array> {
  for (const found of fieldsOf(message)) {
    if (found.number === field && 'content' in found) {
      yield found.content;
    }
  }
}

/** The last content of a field; empty if the message does not have it. */
export function readField(message: Uint8Array, field: number): Uint8Array {
  return [...readFields(message, field)].at(-1) ?? new Uint8Array();
}

/**
 * The integers of a message by the numbers of their fields; of several in a field, the last.
 *
 * @throws {@link DataError} if the message is cut off or damaged
 */
export function readIntegers(message: Uint8Array): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const field of fieldsOf(message)) {
    if ('integer' in field) {
      found.set(field.number, field.integer);
    }
  }
  return found;
}
