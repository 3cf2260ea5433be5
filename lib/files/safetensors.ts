/**
 * The safetensors format: eight bytes of header length, a JSON header, the arrays one after the
 * other. Files are byte for byte those of the Python library (0.8) for the same arrays.
 *
 * Source: the format description of huggingface/safetensors.
 * Assumption: the machine is little-endian, as all are on which Node and TensorFlow run together.
 */
import type { FileHandle } from 'node:fs/promises';
import { DataError } from '../errors.js';
import { elementsOf } from '../tensors.js';
import { ARRAY_TYPES, type NamedArray, type NamedArrays } from './arrays.js';
import { writeFileAtomic } from './atomic-file.js';
import { fileError } from './file-error.js';
import { openFile } from './read-file.js';
import {
  encodeHeader,
  headerOf,
  LENGTH_BYTES,
  MAX_HEADER_BYTES,
  parseHeader,
  type HeaderEntry,
} from './safetensors-header.js';

/** The largest piece read at once; some systems refuse more than 2 GiB. */
const LARGEST_READ = 2 ** 30;

/** The content of a safetensors file. */
export interface Safetensors {
  readonly arrays: NamedArrays;
  /** Free texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The bytes of a file with these arrays, piece by piece; the data is not copied. */
export function* safetensorsPieces(
  arrays: NamedArrays,
  metadata?: Readonly<Record<string, string>>,
): Generator<Uint8Array> {
  const header = headerOf(arrays, metadata);
  yield encodeHeader(header);
  for (const { name } of header.entries) {
    const { data } = arrays[name];
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
}

/**
 * Writes arrays to a file, in one step.
 *
 * @param metadata - free texts by name
 * @throws {@link DataError} if an array's data does not fit its shape or the file cannot be written
 *
 * @example
 * await writeSafetensors('weights.safetensors', await tensorsToArrays(variables));
 */
export async function writeSafetensors(
  file: string,
  arrays: NamedArrays,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  await writeFileAtomic(file, safetensorsPieces(arrays, metadata));
}

/** Fills a buffer from a position of a file. */
async function readInto(
  handle: FileHandle,
  buffer: Uint8Array,
  position: number,
  file: string,
): Promise<void> {
  for (let done = 0; done < buffer.length;) {
    const length = Math.min(buffer.length - done, LARGEST_READ);
    const { bytesRead } = await handle.read(buffer, done, length, position + done);
    if (bytesRead === 0) {
      throw new DataError(
        `${file}: the file ends at byte ${position + done} while being read`,
        file,
      );
    }
    done += bytesRead;
  }
}

/** Reads one array into memory of its own. */
async function readArray(
  handle: FileHandle,
  { dtype, shape, begin }: HeaderEntry,
  dataStart: number,
  file: string,
): Promise<NamedArray> {
  const data = new ARRAY_TYPES[dtype].data(elementsOf(shape));
  const bytes = new Uint8Array(data.buffer);
  await readInto(handle, bytes, dataStart + begin, file);
  const wrong = dtype === 'bool' ? bytes.findIndex((byte) => byte > 1) : -1;
  if (wrong >= 0) {
    throw new DataError(
      `${file} at byte ${dataStart + begin + wrong}: expected 0 or 1 (bool), got ${bytes[wrong]}`,
      file,
    );
  }
  return { dtype, shape, data };
}

/**
 * Reads all arrays of a file.
 *
 * No more memory is taken than the file is long, whatever its header claims.
 *
 * @throws {@link DataError} naming the file and the byte at fault, if it is missing, cut off,
 *   damaged or of a type that is not supported (bfloat16)
 */
export async function readSafetensors(file: string): Promise<Safetensors> {
  try {
    const handle = await openFile(file);
    try {
      const { size } = await handle.stat();
      if (size < LENGTH_BYTES) {
        throw new DataError(`${file}: expected at least ${LENGTH_BYTES} bytes, got ${size}`, file);
      }
      const length = Buffer.alloc(LENGTH_BYTES);
      await readInto(handle, length, 0, file);
      const headerBytes = length.readBigUInt64LE();
      const most = Math.min(MAX_HEADER_BYTES, size - LENGTH_BYTES);
      if (headerBytes > BigInt(most)) {
        throw new DataError(
          `${file} at byte 0: expected a header of at most ${most} bytes, got ${headerBytes}; ` +
            'the file is cut off or not safetensors',
          file,
        );
      }
      const json = new Uint8Array(Number(headerBytes));
      await readInto(handle, json, LENGTH_BYTES, file);
      const dataStart = LENGTH_BYTES + json.length;
      const { entries, metadata } = parseHeader(json, size - dataStart, file);
      const arrays: [string, NamedArray][] = [];
      for (const entry of entries) {
        arrays.push([entry.name, await readArray(handle, entry, dataStart, file)]);
      }
      return { arrays: Object.fromEntries(arrays), metadata };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError('read', file, error);
  }
}
