/**
 * Writes protocol-buffer messages, the format of TensorFlow's graphs and TensorBoard's events.
 *
 * Source: protobuf.dev, "Encoding".
 */

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** A growing message. */
export class Message {
  private bytes = new Uint8Array(64);
  private length = 0;

  private reserve(extra: number): void {
    const needed = this.length + extra;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
  }

  /** Writes a non-negative integer below 2^53 without a field number. */
  private rawVarint(value: number): void {
    this.reserve(10);
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.length++] = rest;
  }

  private tag(field: number, type: number): void {
    this.rawVarint(field * 8 + type);
  }

  /** An integer field; negative numbers take ten bytes, as the format requires. */
  integer(field: number, value: number): this {
    this.tag(field, VARINT);
    if (value >= 0) {
      this.rawVarint(value);
      return this;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    this.reserve(10);
    while (rest > 0x7fn) {
      this.bytes[this.length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.bytes[this.length++] = Number(rest);
    return this;
  }

  /** A boolean field. */
  boolean(field: number, value: boolean): this {
    return this.integer(field, value ? 1 : 0);
  }

  /** A 32-bit floating-point field. */
  float(field: number, value: number): this {
    this.tag(field, FIXED32);
    this.reserve(4);
    new DataView(this.bytes.buffer).setFloat32(this.length, value, true);
    this.length += 4;
    return this;
  }

  /** A 64-bit floating-point field. */
  double(field: number, value: number): this {
    this.tag(field, FIXED64);
    this.reserve(8);
    new DataView(this.bytes.buffer).setFloat64(this.length, value, true);
    this.length += 8;
    return this;
  }

  /** A field of 64-bit floating-point numbers, packed. */
  doubles(field: number, values: readonly number[]): this {
    const packed = new DataView(new ArrayBuffer(8 * values.length));
    values.forEach((value, i) => packed.setFloat64(8 * i, value, true));
    return this.data(field, new Uint8Array(packed.buffer));
  }

  /** A field of bytes. */
  data(field: number, value: Uint8Array): this {
    this.tag(field, LENGTH_DELIMITED);
    this.rawVarint(value.length);
    this.reserve(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
    return this;
  }

  /** A text field, UTF-8. */
  text(field: number, value: string): this {
    return this.data(field, new TextEncoder().encode(value));
  }

  /** A field that holds a message. */
  message(field: number, value: Message): this {
    return this.data(field, value.finish());
  }

  /** The message so far; valid until the next write. */
  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}
