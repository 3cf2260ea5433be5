/** The elements that a MATLAB file consists of: a type, a number of bytes, and those bytes. */

/** The types of elements. */
export const ELEMENT = {
  int8: 1,
  uint8: 2,
  int16: 3,
  uint16: 4,
  int32: 5,
  uint32: 6,
  single: 7,
  double: 9,
  int64: 12,
  uint64: 13,
  matrix: 14,
  compressed: 15,
  utf8: 16,
  utf16: 17,
  utf32: 18,
} as const;

/** Says what is wrong with a file; the reader adds its name. */
export class MatDamage extends Error {
  override readonly name = 'MatDamage';
}

/** A file whose values need more memory than is allowed. */
export class MatTooLarge extends Error {
  override readonly name = 'MatTooLarge';
}

/** What reading one file shares. */
export class MatContext {
  /**
   * @param isLittle - whether numbers begin with their lowest byte
   * @param left - how many bytes of memory the values may still take
   */
  constructor(
    readonly isLittle: boolean,
    private left: number,
  ) {}

  /** How many bytes of memory may still be taken. */
  get bytesLeft(): number {
    return this.left;
  }

  /**
   * Counts memory before it is taken.
   *
   * @throws {@link MatTooLarge} if that is more than is left
   */
  take(bytes: number): void {
    this.left -= bytes;
    if (this.left < 0) {
      throw new MatTooLarge('more memory than is allowed');
    }
  }
}

/** One element, not yet interpreted. */
export interface MatElement {
  readonly type: number;
  readonly bytes: Buffer;
}

/** Takes elements one after the other from some bytes. */
export class ElementReader {
  private offset = 0;

  constructor(
    private readonly bytes: Buffer,
    readonly context: MatContext,
  ) {}

  /** How many bytes are left. */
  get left(): number {
    return this.bytes.length - this.offset;
  }

  /**
   * Takes the next element.
   *
   * @param what - what it should be, for the error
   * @throws {@link MatDamage} if the bytes end before it does
   */
  next(what: string): MatElement {
    if (this.left < 8) {
      throw new MatDamage(`an end of the data where ${what} should be`);
    }
    const first = this.uint32(this.offset);
    // A small element has both numbers in the first word, and up to four bytes in the second.
    const isSmall = first >>> 16 !== 0;
    const type = isSmall ? first & 0xffff : first;
    const size = isSmall ? first >>> 16 : this.uint32(this.offset + 4);
    const start = this.offset + (isSmall ? 4 : 8);
    const end = start + size;
    if ((isSmall && size > 4) || end > this.bytes.length) {
      throw new MatDamage(
        `${what} of ${size} bytes where ${isSmall ? 4 : this.bytes.length - start} are left`,
      );
    }
    // All but compressed elements are filled up to a multiple of 8 bytes; the last may lack that.
    const next = isSmall ? this.offset + 8 : type === ELEMENT.compressed ? end : end + (-size & 7);
    this.offset = Math.min(next, this.bytes.length);
    return { type, bytes: this.bytes.subarray(start, end) };
  }

  private uint32(offset: number): number {
    const { isLittle } = this.context;
    return isLittle ? this.bytes.readUInt32LE(offset) : this.bytes.readUInt32BE(offset);
  }
}
