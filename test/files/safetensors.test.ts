import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../lib/errors.js';
import { ARRAY_TYPES, type ArrayType, type NamedArrays } from '../../lib/files/arrays.js';
import { readSafetensors, writeSafetensors } from '../../lib/files/safetensors.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const PYTHON = fileURLToPath(new URL('../fixtures/python.safetensors', import.meta.url));
const folder = temporaryFolder();
const file = join(folder, 'test.safetensors');

const fromPython: NamedArrays = {
  ...Object.fromEntries(
    (Object.keys(ARRAY_TYPES) as ArrayType[]).map((dtype) => {
      const values = [0, 1, 0, 1, 0, 1].map((value) =>
        dtype === 'float16' ? value * 0x3c00 : value,
      );
      const { data: Data } = ARRAY_TYPES[dtype];
      const isBig = dtype === 'int64' || dtype === 'uint64';
      const data = new Data((isBig ? values.map(BigInt) : values) as never);
      return [`types/${dtype}`, { dtype, shape: [2, 3], data }];
    }),
  ),
  scalar: { dtype: 'float32', shape: [], data: Float32Array.of(2.5) },
  empty: { dtype: 'float32', shape: [0, 3], data: new Float32Array() },
  '10': { dtype: 'float32', shape: [3], data: Float32Array.of(0.1, -1e30, Infinity) },
  'quote " é 😀 \uffee\n': { dtype: 'int32', shape: [2], data: Int32Array.of(-1, 2 ** 31 - 1) },
};
const metadata = { zeta: '1', alpha: 'text "é"' };

/** A file with that header and so many bytes of data. */
function fileWith(header: unknown, dataBytes: number): void {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(file, Buffer.concat([length, json, Buffer.alloc(dataBytes)]));
}

/** The error of reading `file`. */
async function readError(): Promise<DataError> {
  const result: unknown = await readSafetensors(file).catch((error: unknown) => error);
  expect(result).toBeInstanceOf(DataError);
  return result as DataError;
}

describe('safetensors', () => {
  it('reads what the Python library wrote', async () => {
    expect(await readSafetensors(PYTHON)).toEqual({ arrays: fromPython, metadata });
  });

  it('writes the same bytes as the Python library, whatever the order of the names', async () => {
    const reversed = Object.fromEntries(Object.entries(fromPython).reverse());
    await writeSafetensors(file, reversed, metadata);
    expect(readFileSync(file).equals(readFileSync(PYTHON))).toBe(true);
  });

  it('gives back what it wrote, for any names and shapes', async () => {
    const array = fc.array(fc.nat(3), { maxLength: 4 }).chain((shape) =>
      fc
        .float32Array({
          minLength: shape.reduce((product, size) => product * size, 1),
          maxLength: shape.reduce((product, size) => product * size, 1),
        })
        .map((data) => ({ dtype: 'float32' as const, shape, data })),
    );
    const name = fc.string({
      unit: fc.constantFrom(...'a0/"\\\n\u0000é\uffee', '😀', '__proto__'),
    });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, array, { maxKeys: 5 }), async (arrays) => {
        await writeSafetensors(file, arrays);
        const read = await readSafetensors(file);
        expect(new Map(Object.entries(read.arrays))).toEqual(new Map(Object.entries(arrays)));
      }),
      { numRuns: 20 },
    );
  });

  it('writes a view of a larger buffer as its own elements only', async () => {
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    await writeSafetensors(file, { a: { dtype: 'float32', shape: [2], data } });
    expect((await readSafetensors(file)).arrays.a?.data).toEqual(Float32Array.of(2, 3));
  });

  it('refuses to write data that does not fill its shape', async () => {
    const data = new Float32Array(3);
    await expect(
      writeSafetensors(file, { 'stem/weights': { dtype: 'float32', shape: [2, 2], data } }),
    ).rejects.toThrow('expected 4 elements for "stem/weights" [2, 2], got 3');
  });

  it('names a file that is missing and one that is a folder', async () => {
    await expect(readSafetensors(join(folder, 'none'))).rejects.toThrow(
      /cannot read .*none: no such/,
    );
    await expect(readSafetensors(folder)).rejects.toThrow(DataError);
  });

  it('allocates nothing for a header that claims to be longer than the file', async () => {
    writeFileSync(file, Buffer.from('ffffffffffffff7f7b7d', 'hex'));
    expect((await readError()).message).toContain(
      'at byte 0: expected a header of at most 2 bytes, got 9223372036854775807',
    );
  });

  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  it.each<[string, unknown, number, string]>([
    ['no JSON', '{"a":', 0, 'expected JSON'],
    ['bytes that are not UTF-8', '\uFEFF\u0000', 0, 'expected JSON'],
    ['a list', [], 0, 'expected a JSON object'],
    ['metadata that are not texts', { __metadata__: { a: 1 } }, 0, 'expected texts'],
    ['an unknown type', { a: { ...entry, dtype: 'BF16' } }, 8, 'got "BF16"'],
    ['a field too many', { a: { ...entry, x: 1 } }, 8, 'expected dtype, shape and data_offsets'],
    ['a negative size', { a: { ...entry, shape: [-2] } }, 8, 'expected whole numbers'],
    ['a fraction', { a: { ...entry, shape: [2.5] } }, 8, 'expected whole numbers'],
    ['a size of 10 TB', { a: { ...entry, shape: [2.5e12] } }, 8, 'expected 10000000000000 bytes'],
    ['an overflow', { a: { ...entry, shape: [2 ** 52, 2 ** 52] } }, 8, 'got 8'],
    ['offsets backwards', { a: { ...entry, data_offsets: [8, 0] } }, 8, 'got -8'],
    ['a hole', { a: { ...entry, data_offsets: [4, 12] } }, 12, 'of "a" at byte 0 behind'],
    ['an overlap', { a: entry, b: { ...entry, data_offsets: [4, 12] } }, 12, 'of "b" at byte 8'],
    ['bytes left over', { a: entry }, 9, 'expected 8 bytes of data, got 9'],
    ['bytes missing', { a: entry }, 7, 'expected 8 bytes of data, got 7'],
  ])('refuses a header with %s', async (_, header, dataBytes, message) => {
    fileWith(header, dataBytes);
    const error = await readError();
    expect(error.message).toContain(message);
    expect(error.message).toContain(file);
    expect(error.file).toBe(file);
  });

  it('names the byte of a bool that is neither 0 nor 1', async () => {
    const header = JSON.stringify({ a: { dtype: 'BOOL', shape: [2], data_offsets: [0, 2] } });
    fileWith(header, 2);
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] = 7;
    writeFileSync(file, bytes);
    expect((await readError()).message).toContain(
      `at byte ${8 + header.length + 1}: expected 0 or 1 (bool), got 7`,
    );
  });

  it('refuses the file cut off anywhere', async () => {
    const bytes = readFileSync(PYTHON);
    for (let length = 0; length < bytes.length; length += 7) {
      writeFileSync(file, bytes.subarray(0, length));
      await readError();
    }
  });

  it('meets flipped bytes with its own error or a file of the same length', async () => {
    const bytes = readFileSync(PYTHON);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (i, x) => {
        const flipped = Buffer.from(bytes);
        flipped[i] ^= x;
        writeFileSync(file, flipped);
        try {
          await readSafetensors(file);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
