/**
 * Reading MATLAB files of version 5 to 7 (`save -v6`, `save -v7`).
 *
 * Source: "MAT-File Format" (The MathWorks), level 5: elements, data types, array classes.
 */
import { inflateSync } from 'node:zlib';
import { DataError } from '../../errors.js';
import {
  ELEMENT,
  ElementReader,
  MatContext,
  MatDamage,
  MatTooLarge,
  type MatElement,
} from './elements.js';
import { readMatrix } from './matrix.js';
import type { MatValue } from './values.js';

const HEADER_BYTES = 128;
const HDF5_SIGNATURE = Buffer.from('894844460d0a1a0a', 'hex');

/** The memory that reading a file may take, by default: 256 MiB. */
const MAX_BYTES = 256 * 2 ** 20;

/** Limits of reading. */
export interface ReadMatOptions {
  /** Files whose variables need more memory are refused; default 256 MiB. */
  readonly maxBytes?: number | undefined;
}

/** Whether bytes begin as a MATLAB file does, of whichever version. */
export function isMatFile(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 7) === 'MATLAB ';
}

/**
 * Reads the variables of a MATLAB file.
 *
 * @param bytes - the whole file
 * @param file - its name, for the error
 * @throws {@link DataError} if it is of another version, damaged, cut off or too large
 */
export function readMatFile(
  bytes: Buffer,
  file: string,
  { maxBytes = MAX_BYTES }: ReadMatOptions = {},
): ReadonlyMap<string, MatValue> {
  const fail = (expected: string, got: string, advice: string, cause?: unknown): DataError =>
    new DataError(`MATLAB file ${file}: expected ${expected}, got ${got}; ${advice}`, file, {
      cause,
    });
  const isLittle = byteOrder(bytes);
  if (typeof isLittle === 'string') {
    throw fail('a file of version 5 to 7', isLittle, 'save it in MATLAB with the option -v7');
  }
  const variables = new Map<string, MatValue>();
  const context = new MatContext(isLittle, maxBytes);
  try {
    const reader = new ElementReader(bytes.subarray(HEADER_BYTES), context);
    while (reader.left > 0) {
      const { name, value } = readMatrix(unpack(reader.next('a variable'), context), context);
      variables.set(name, value);
    }
  } catch (error) {
    if (error instanceof MatDamage) {
      throw fail('a complete file', error.message, 'restore it from the download', error);
    }
    if (error instanceof MatTooLarge) {
      throw fail(`variables of ${maxBytes} bytes at most`, 'more', 'raise maxBytes', error);
    }
    throw error;
  }
  return variables;
}

/** Whether the lowest byte of a number comes first, or what is wrong with the header. */
function byteOrder(bytes: Buffer): boolean | string {
  if (bytes.indexOf(HDF5_SIGNATURE) >= 0 && bytes.indexOf(HDF5_SIGNATURE) % 512 === 0) {
    return 'one of version 7.3 (HDF5)';
  }
  if (bytes.length < HEADER_BYTES) {
    return `${bytes.length} bytes of another kind`;
  }
  const mark = bytes.toString('latin1', 126, 128);
  if (mark !== 'IM' && mark !== 'MI') {
    return 'a file of another kind';
  }
  const isLittle = mark === 'IM';
  const version = isLittle ? bytes.readUInt16LE(124) : bytes.readUInt16BE(124);
  return version === 0x0100 ? isLittle : `one of version number 0x${version.toString(16)}`;
}

/** The value inside a compressed element; other elements as they are. */
function unpack(element: MatElement, context: MatContext): MatElement {
  if (element.type !== ELEMENT.compressed) {
    return element;
  }
  let content: Buffer;
  try {
    content = inflateSync(element.bytes, { maxOutputLength: Math.max(1, context.bytesLeft) });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new MatTooLarge(message, { cause });
    }
    throw new MatDamage(`compressed data: ${message}`, { cause });
  }
  context.take(content.length);
  return new ElementReader(content, context).next('a compressed variable');
}
