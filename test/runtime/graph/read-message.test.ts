import { describe, expect, it } from 'vitest';
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
});
