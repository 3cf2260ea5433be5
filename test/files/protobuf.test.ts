import { describe, expect, it } from 'vitest';
import { Message } from '../../lib/files/protobuf.js';

const hex = (message: Message) => Buffer.from(message.finish()).toString('hex');

describe('Message', () => {
  it('writes the examples of the specification', () => {
    // protobuf.dev, "Encoding": Test1 { a: 150 }, Test2 { b: "testing" }, Test3 { c: Test1 }.
    expect(hex(new Message().integer(1, 150))).toBe('089601');
    expect(hex(new Message().text(2, 'testing'))).toBe('120774657374696e67');
    expect(hex(new Message().message(3, new Message().integer(1, 150)))).toBe('1a03089601');
  });

  it('writes negative integers in ten bytes, and integers beyond 32 bits', () => {
    expect(hex(new Message().integer(1, -2))).toBe('08feffffffffffffffff01');
    expect(hex(new Message().integer(1, 2 ** 40))).toBe('08808080808020');
  });

  it('writes floats, booleans, bytes, and field numbers above 15', () => {
    expect(hex(new Message().float(1, 1.5))).toBe('0d0000c03f');
    expect(hex(new Message().boolean(2, true).boolean(3, false))).toBe('10011800');
    expect(hex(new Message().data(16, Uint8Array.of(255)))).toBe('820101ff');
  });

  it('writes doubles, alone and packed', () => {
    // IEEE 754: 1.5 = 0x3ff8000000000000, -2 = 0xc000000000000000; bytes in reverse.
    expect(hex(new Message().double(1, 1.5))).toBe('09000000000000f83f');
    expect(hex(new Message().doubles(6, [1.5, -2]))).toBe('3210000000000000f83f00000000000000c0');
  });

  it('grows', () => {
    const long = new Message().text(1, 'x'.repeat(1000));
    expect(long.finish()).toHaveLength(1 + 2 + 1000);
  });
});
