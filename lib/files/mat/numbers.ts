/** The numbers of a MATLAB file: stored in the smallest type that holds them, read as their class. */
import { ELEMENT, MatDamage, type MatContext, type MatElement } from './elements.js';
import type { MatNumbers } from './values.js';

/** How a stored type is read. */
interface Storage {
  readonly bytes: 1 | 2 | 4 | 8;
  readonly read: (view: DataView, offset: number, isLittle: boolean) => number | bigint;
}

const STORAGE: Readonly<Record<number, Storage>> = {
  [ELEMENT.int8]: { bytes: 1, read: (view, at) => view.getInt8(at) },
  [ELEMENT.uint8]: { bytes: 1, read: (view, at) => view.getUint8(at) },
  [ELEMENT.int16]: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  [ELEMENT.uint16]: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  [ELEMENT.int32]: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  [ELEMENT.uint32]: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  [ELEMENT.single]: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  [ELEMENT.double]: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  [ELEMENT.int64]: { bytes: 8, read: (view, at, little) => view.getBigInt64(at, little) },
  [ELEMENT.uint64]: { bytes: 8, read: (view, at, little) => view.getBigUint64(at, little) },
};

/** A class of typed arrays. */
interface NumbersClass {
  new (length: number): MatNumbers;
  readonly BYTES_PER_ELEMENT: number;
}

/** The array of each numeric class, by the number of the class. */
const ARRAY_OF_CLASS: Readonly<Record<number, NumbersClass>> = {
  6: Float64Array,
  7: Float32Array,
  8: Int8Array,
  9: Uint8Array,
  10: Int16Array,
  11: Uint16Array,
  12: Int32Array,
  13: Uint32Array,
  14: BigInt64Array,
  15: BigUint64Array,
};

/** Whether a class is one of numbers. */
export function isNumericClass(classNumber: number): boolean {
  return classNumber in ARRAY_OF_CLASS;
}

/**
 * The numbers of an element, as those of a class.
 *
 * @param count - how many there must be; undefined for as many as there are
 * @param what - what they are, for the error
 * @throws {@link MatDamage} if the element holds no numbers, or another count of them
 */
export function readNumbers(
  { type, bytes }: MatElement,
  classNumber: number,
  context: MatContext,
  count: number | undefined,
  what: string,
): MatNumbers {
  const storage = STORAGE[type] as Storage | undefined;
  if (storage === undefined) {
    throw new MatDamage(`an element of type ${type} where ${what} should be`);
  }
  const stored = bytes.length / storage.bytes;
  if (!Number.isInteger(stored) || (count !== undefined && stored !== count)) {
    throw new MatDamage(`${bytes.length} bytes for ${count ?? 'whole'} ${what}`);
  }
  const Numbers = ARRAY_OF_CLASS[classNumber];
  context.take(stored * Numbers.BYTES_PER_ELEMENT);
  const numbers = new Numbers(stored);
  if (storage.bytes === 1 && numbers instanceof Uint8Array) {
    numbers.set(bytes);
    return numbers;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isBig = numbers instanceof BigInt64Array || numbers instanceof BigUint64Array;
  for (let i = 0; i < stored; i++) {
    const value = storage.read(view, i * storage.bytes, context.isLittle);
    if (isBig) {
      numbers[i] = toBigInt(value, what);
    } else {
      numbers[i] = Number(value);
    }
  }
  return numbers;
}

function toBigInt(value: number | bigint, what: string): bigint {
  if (typeof value === 'number' && !Number.isInteger(value)) {
    throw new MatDamage(`${value} among ${what}, which are whole`);
  }
  return BigInt(value);
}

/** The 32-bit integers of an element, such as sizes and places. */
export function readIntegers(
  element: MatElement,
  context: MatContext,
  count: number | undefined,
  what: string,
): Int32Array {
  return readNumbers(element, 12, context, count, what) as Int32Array; // class 12 is int32
}

/** The characters of an element, whatever their code. */
export function readCharacters({ type, bytes }: MatElement, context: MatContext): string {
  context.take(2 * bytes.length);
  switch (type) {
    case ELEMENT.int8:
    case ELEMENT.uint8:
      return bytes.toString('latin1');
    case ELEMENT.utf8:
      return bytes.toString('utf8');
    case ELEMENT.uint16:
    case ELEMENT.utf16:
    case ELEMENT.uint32:
    case ELEMENT.utf32:
      return decode(
        bytes,
        context.isLittle,
        type === ELEMENT.uint16 || type === ELEMENT.utf16 ? 2 : 4,
      );
    default:
      throw new MatDamage(`an element of type ${type} where characters should be`);
  }
}

function decode(bytes: Buffer, isLittle: boolean, size: 2 | 4): string {
  if (bytes.length % size !== 0) {
    throw new MatDamage(`${bytes.length} bytes for characters of ${size} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += size) {
    const code = size === 2 ? view.getUint16(at, isLittle) : view.getUint32(at, isLittle);
    if (code > 0x10ffff) {
      throw new MatDamage(`the character code ${code}`);
    }
    text += size === 2 ? String.fromCharCode(code) : String.fromCodePoint(code);
  }
  return text;
}
