import { describe, expect, it } from 'vitest';
import { DataError } from '../../../lib/errors.js';
import { Message } from '../../../lib/files/protobuf.js';
import { readField, readFields } from '../../../lib/runtime/graph/read-message.js';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('reading a message', () => {
  const inner = new Message().text(1, 'inner').integer(2, 2 ** 40);
  const message = new Message()
    .integer(1, -1)
    .text(2, 'first')
    .float(3, 1.5)
    .message(4, inner)
    .boolean(5, true)
    .text(2, 'x'.repeat(300))
    .finish();

  it('finds the fields of a number, whatever stands between them', () => {
    expect([...readFields(message, 2)].map(text)).toEqual(['first', 'x'.repeat(300)]);
    expect(text(readField(readField(message, 4), 1))).toBe('inner');
  });

  it('returns the last content, and nothing for a field that is not there', () => {
    expect(text(readField(message, 2))).toBe('x'.repeat(300));
    expect(readField(message, 9)).toHaveLength(0);
    expect(readField(message, 1)).toHaveLength(0);
  });

  it('ends with an error where a message is cut, at whatever byte, unless a field ends there', () => {
    // Ends of the fields: tag and -1 in 10 bytes, text, float, message, boolean.
    const ends = [0, 11, 18, 23, 39, 41];
    for (let length = 0; length < 60; length++) {
      const cut = message.subarray(0, length);
      const read = () => [...readFields(cut, 2)].length;
      if (ends.includes(length)) {
        expect(read()).toBe(length >= 18 ? 1 : 0);
      } else {
        expect(read, `${length} bytes`).toThrow(DataError);
      }
    }
  });

  it('says what is wrong with a message that is damaged', () => {
    expect(() => readField(Uint8Array.of(0x80), 1)).toThrow(/1 more bytes at byte 1.* ends after 0/);
    expect(() => readField(new Uint8Array(40).fill(0xff), 1)).toThrow(/at most 10 bytes at byte 0/);
    expect(() => readField(Uint8Array.of(0x0b), 1)).toThrow(/wire type .* at byte 0, got 3/);
  });
});
