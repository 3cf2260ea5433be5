/** Reading one value of a MATLAB file: its class and size, its name, then what the class holds. */
import { ELEMENT, ElementReader, MatDamage, type MatContext, type MatElement } from './elements.js';
import { isNumericClass, readCharacters, readIntegers, readNumbers } from './numbers.js';
import type { MatSparse, MatStruct, MatValue } from './values.js';

const CLASS = { cells: 1, struct: 2, object: 3, text: 4, sparse: 5, function: 16, opaque: 17 };
const COMPLEX = 0x08;
const LOGICAL = 0x02;
const DOUBLE = 6;

/** Cells in cells in cells: deeper nesting is refused. */
const MAX_DEPTH = 64;

/** What a value takes in memory besides its numbers, in bytes. */
const VALUE_BYTES = 256;

/** A value with the name of its variable; values inside others have none. */
export interface NamedValue {
  readonly name: string;
  readonly value: MatValue;
}

/** What stands before the content of a value. */
interface Header {
  readonly classNumber: number;
  readonly isComplex: boolean;
  readonly isLogical: boolean;
  readonly shape: readonly number[];
  /** The product of the shape. */
  readonly count: number;
}

/**
 * Reads a value.
 *
 * What is allocated is bounded by the bytes that the file has for it, whatever sizes it claims, and
 * by the limit of the context.
 *
 * @throws {@link MatDamage} if it contradicts itself or ends too early
 */
export function readMatrix(
  { type, bytes }: MatElement,
  context: MatContext,
  depth = 0,
): NamedValue {
  context.take(VALUE_BYTES);
  if (type !== ELEMENT.matrix) {
    throw new MatDamage(`an element of type ${type} where a value should be`);
  }
  if (depth > MAX_DEPTH) {
    throw new MatDamage(`more than ${MAX_DEPTH} values inside each other`);
  }
  if (bytes.length === 0) {
    return { name: '', value: emptyValue() }; // how MATLAB writes an empty cell
  }
  const reader = new ElementReader(bytes, context);
  const flags = readIntegers(reader.next('flags'), context, 2, 'flags')[0];
  const classNumber = flags & 0xff;
  if (classNumber === CLASS.opaque || classNumber === CLASS.function) {
    return { name: '', value: { kind: 'unread', classNumber } };
  }
  const shape = Array.from(readIntegers(reader.next('a size'), context, undefined, 'a size'));
  const count = shape.reduce((product, length) => product * length, 1);
  if (shape.length < 2 || shape.some((length) => length < 0) || !Number.isSafeInteger(count)) {
    throw new MatDamage(`the size [${shape.join(', ')}]`);
  }
  const name = readCharacters(reader.next('a name'), context);
  const isComplex = ((flags >> 8) & COMPLEX) !== 0;
  const isLogical = ((flags >> 8) & LOGICAL) !== 0;
  const header = { classNumber, isComplex, isLogical, shape, count };
  return { name, value: readContent(reader, header, depth) };
}

function emptyValue(): MatValue {
  const data = new Float64Array();
  return { kind: 'numeric', shape: [0, 0], isLogical: false, data, imaginary: undefined };
}

function readContent(reader: ElementReader, header: Header, depth: number): MatValue {
  const { classNumber, isComplex, isLogical, shape, count } = header;
  if (isNumericClass(classNumber)) {
    const part = (what: string) =>
      readNumbers(reader.next(what), classNumber, reader.context, count, what);
    const data = part('numbers');
    const imaginary = isComplex ? part('imaginary numbers') : undefined;
    return { kind: 'numeric', shape, isLogical, data, imaginary };
  }
  switch (classNumber) {
    case CLASS.text: {
      const text = readCharacters(reader.next('characters'), reader.context);
      if (text.length !== count && Array.from(text).length !== count) {
        throw new MatDamage(`${text.length} characters for the size [${shape.join(', ')}]`);
      }
      return { kind: 'text', shape, text };
    }
    case CLASS.cells:
      return { kind: 'cells', shape, cells: readValues(reader, count, depth) };
    case CLASS.struct:
    case CLASS.object:
      return readStruct(reader, header, depth);
    case CLASS.sparse:
      return readSparse(reader, header);
    default:
      throw new MatDamage(`a value of the unknown class ${classNumber}`);
  }
}

/** Each value takes 8 bytes at least, so that a claimed count cannot fill the memory. */
function readValues(reader: ElementReader, count: number, depth: number): MatValue[] {
  if (count > reader.left / 8) {
    throw new MatDamage(`${reader.left} bytes for ${count} values`);
  }
  return Array.from(
    { length: count },
    () => readMatrix(reader.next('a value'), reader.context, depth + 1).value,
  );
}

function readStruct(reader: ElementReader, header: Header, depth: number): MatStruct {
  const { classNumber, shape, count } = header;
  const isObject = classNumber === CLASS.object;
  const className = isObject ? readCharacters(reader.next('a class'), reader.context) : undefined;
  const [nameLength] = readIntegers(reader.next('a length'), reader.context, 1, 'length');
  const text = readCharacters(reader.next('names of fields'), reader.context);
  if (text.length > 0 && (nameLength <= 0 || text.length % nameLength !== 0)) {
    throw new MatDamage(`${text.length} characters for names of ${nameLength} each`);
  }
  const names = Array.from({ length: text.length / Math.max(1, nameLength) }, (_, i) =>
    untilZero(text.slice(i * nameLength, (i + 1) * nameLength)),
  );
  if (new Set(names).size !== names.length) {
    throw new MatDamage(`a field twice among ${names.join(', ')}`);
  }
  const values = readValues(reader, count * names.length, depth);
  const fields = new Map(names.map((name): [string, MatValue[]] => [name, []]));
  for (const [i, value] of values.entries()) {
    fields.get(names[i % names.length])?.push(value);
  }
  return { kind: 'struct', shape, className, fields };
}

function untilZero(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

function readSparse(reader: ElementReader, header: Header): MatSparse {
  const { isComplex, isLogical, shape } = header;
  const { context } = reader;
  const [height, width] = shape;
  const allRows = readIntegers(reader.next('rows'), context, undefined, 'rows');
  const columnStarts = readIntegers(reader.next('columns'), context, width + 1, 'columns');
  const count = columnStarts[width];
  const part = (what: string) => {
    const numbers = readNumbers(reader.next(what), DOUBLE, context, undefined, what);
    if (numbers.length < count) {
      throw new MatDamage(`${numbers.length} ${what} for ${count} elements`);
    }
    return numbers.subarray(0, count);
  };
  const rows = allRows.subarray(0, count); // room for more elements may have been reserved
  const isOrdered = columnStarts.every((start, i) => start >= (i === 0 ? 0 : columnStarts[i - 1]));
  const isInside = rows.every((row) => row >= 0 && row < height);
  if (shape.length !== 2 || columnStarts[0] !== 0 || !isOrdered || !isInside) {
    throw new MatDamage('a sparse matrix with elements outside of it');
  }
  if (rows.length !== count) {
    throw new MatDamage(`${rows.length} rows for ${count} elements`);
  }
  const data = part('numbers');
  const imaginary = isComplex ? part('imaginary numbers') : undefined;
  return { kind: 'sparse', shape, isLogical, columnStarts, rows, data, imaginary };
}
