/**
 * Reads protocol-buffer messages, as far as they hold bytes, texts or messages.
 *
 * Source: protobuf.dev, "Encoding".
 */

const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** A position in a message. */
interface Cursor {
  at: number;
}

function readVarint(bytes: Uint8Array, cursor: Cursor): number {
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = bytes[cursor.at++];
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte < 0x80) {
      return value;
    }
  }
}

/**
 * The contents of a field that holds bytes, a text or a message, in order; views of `message`.
 *
 * @param field - the number of the field; others are skipped
 */
export function* readFields(message: Uint8Array, field: number): Generator<Uint8Array> {
  const cursor: Cursor = { at: 0 };
  while (cursor.at < message.length) {
    const tag = readVarint(message, cursor);
    const type = tag & 7;
    if (type === LENGTH_DELIMITED) {
      const length = readVarint(message, cursor);
      cursor.at += length;
      if (Math.floor(tag / 8) === field) {
        yield message.subarray(cursor.at - length, cursor.at);
      }
    } else if (type === FIXED64 || type === FIXED32) {
      cursor.at += type === FIXED64 ? 8 : 4;
    } else {
      readVarint(message, cursor);
    }
  }
}

/** The last content of a field; empty if the message does not have it. */
export function readField(message: Uint8Array, field: number): Uint8Array {
  return [...readFields(message, field)].at(-1) ?? new Uint8Array();
}
