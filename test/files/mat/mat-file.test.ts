import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../../lib/errors.js';
import { isMatFile, readMatFile } from '../../../lib/files/mat/mat-file.js';
import type { MatNumbers, MatValue } from '../../../lib/files/mat/values.js';
import { Random } from '../../../lib/random.js';

const fixtures = fileURLToPath(new URL('../../fixtures/mat', import.meta.url));
const bytesOf = (name: string) => readFileSync(path.join(fixtures, `${name}.mat`));
const expected = JSON.parse(readFileSync(path.join(fixtures, 'expected.json'), 'utf8')) as Record<
  string,
  Plain
>;

/** A value as the generator of the fixtures writes it, with numbers as text. */
interface Plain {
  readonly kind: string;
  readonly shape: number[];
  readonly type?: string;
  readonly isLogical?: boolean;
  readonly data?: string[];
  readonly imaginary?: string[] | null;
  readonly text?: string;
  readonly cells?: Plain[];
  readonly fields?: Record<string, Plain[]>;
  readonly columnStarts?: number[];
  readonly rows?: number[];
}

const numbers = (data: MatNumbers | undefined) =>
  data === undefined ? undefined : Array.from(data as Iterable<number | bigint>, Number);
const texts = (data: readonly string[] | null | undefined) =>
  data?.map((text) => (text === 'inf' ? Infinity : Number(text)));

/** Compares a value with what SciPy wrote. */
function expectEqual(value: MatValue | undefined, plain: Plain, place: string): void {
  expect(value?.kind, place).toBe(plain.kind);
  if (value === undefined || value.kind === 'unread') {
    return;
  }
  expect(value.shape, place).toEqual(plain.shape);
  if (value.kind === 'numeric' || value.kind === 'sparse') {
    expect(numbers(value.data), place).toEqual(texts(plain.data));
    expect(numbers(value.imaginary), place).toEqual(texts(plain.imaginary));
  }
  if (value.kind === 'numeric') {
    const type = value.data.constructor.name.toLowerCase().replace('big', '');
    expect(type, place).toBe(`${plain.type}array`);
    expect(value.isLogical, place).toBe(plain.isLogical);
  } else if (value.kind === 'sparse') {
    expect([...value.columnStarts], place).toEqual(plain.columnStarts);
    expect([...value.rows], place).toEqual(plain.rows);
  } else if (value.kind === 'text') {
    expect(value.text, place).toBe(plain.text);
  } else if (value.kind === 'cells') {
    value.cells.forEach((cell, i) => {
      expectEqual(cell, (plain.cells ?? [])[i], `${place}{${i}}`);
    });
  } else {
    expect([...value.fields.keys()], place).toEqual(Object.keys(plain.fields ?? {}));
    for (const [field, values] of value.fields) {
      expect(values).toHaveLength(plain.fields?.[field].length ?? -1);
      values.forEach((record, i) => {
        expectEqual(record, (plain.fields?.[field] ?? [])[i], `${place}(${i}).${field}`);
      });
    }
  }
}

describe('readMatFile', () => {
  it.each(['little', 'big', 'compressed'])('reads what SciPy wrote: %s', (name) => {
    const variables = readMatFile(bytesOf(name), name);
    expect([...variables.keys()]).toEqual(Object.keys(expected));
    for (const [variable, value] of variables) {
      expectEqual(value, expected[variable], variable);
    }
  });

  it('keeps all digits of whole numbers of 64 bits', () => {
    const variables = readMatFile(bytesOf('big'), 'big');
    for (const name of ['int64', 'uint64']) {
      const value = variables.get(name);
      const digits = value?.kind === 'numeric' ? Array.from(value.data, String) : [];
      expect(digits).toEqual(expected[name].data);
    }
  });

  it('reads doubles that are stored as bytes, in their class', () => {
    const value = readMatFile(bytesOf('small-doubles'), 'small').get('tiny');
    expect(value).toEqual({
      kind: 'numeric',
      shape: [2, 3],
      isLogical: false,
      data: Float64Array.of(1, 2, 3, 250, 5, 6),
      imaginary: undefined,
    });
  });
});

const MATRIX = 14;

function element(type: number, content: Buffer): Buffer {
  const padded = Buffer.alloc(8 + Math.ceil(content.length / 8) * 8);
  padded.writeUInt32LE(type, 0);
  padded.writeUInt32LE(content.length, 4);
  content.copy(padded, 8);
  return padded;
}

const int32 = (...values: number[]) => Buffer.from(Int32Array.from(values).buffer);

/** A little-endian file of one value: class and flags, size, name "x", then more elements. */
function matFile(classAndFlags: number, size: number[], ...rest: Buffer[]): Buffer {
  return withHeader(element(MATRIX, matrix(classAndFlags, size, ...rest)));
}

function matrix(classAndFlags: number, size: number[], ...rest: Buffer[]): Buffer {
  const flags = element(6, int32(classAndFlags, 0));
  return Buffer.concat([flags, element(5, int32(...size)), element(1, Buffer.from('x')), ...rest]);
}

function withHeader(...content: Buffer[]): Buffer {
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file');
  header.writeUInt16LE(0x0100, 124);
  header.write('IM', 126);
  return Buffer.concat([header, ...content]);
}

const failure = (bytes: Buffer, maxBytes?: number): string => {
  try {
    readMatFile(bytes, 'a.mat', { maxBytes });
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).file).toBe('a.mat');
    return (error as Error).message;
  }
  return 'no error';
};

/** A compressed element, which is not filled up. */
function compressed(content: Buffer): Buffer {
  const packed = deflateSync(content);
  return element(15, packed).subarray(0, 8 + packed.length);
}

describe('a file that cannot be right is refused', () => {
  const sparse = (rows: number[], starts: number[]) =>
    matFile(5, [3, 2], ...[rows, starts].map((list) => element(5, int32(...list))), doubles(2));
  const doubles = (count: number) => element(9, Buffer.alloc(8 * count));

  it.each<[string, Buffer, RegExp]>([
    ['another kind', Buffer.from('no MATLAB file'), /version 5 to 7, got 14 bytes of another kind/],
    ['no mark', Buffer.alloc(200), /got a file of another kind; save it in MATLAB with .* -v7/],
    [
      'version 7.3',
      Buffer.concat([Buffer.alloc(512, 'MATLAB 7.3 '), Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')]),
      /got one of version 7\.3 \(HDF5\)/,
    ],
    ['no value', withHeader(element(9, Buffer.alloc(8))), /type 9 where a value should be/],
    ['fewer numbers than its size', matFile(6, [2, 2], doubles(3)), /24 bytes for 4 numbers/],
    ['a negative size', matFile(6, [-1, -4], doubles(4)), /the size \[-1, -4\]/],
    ['an enormous size', matFile(6, [2 ** 31 - 1, 2 ** 31 - 1], doubles(1)), /the size \[2147/],
    ['more cells than bytes', matFile(1, [2 ** 30, 1]), /0 bytes for 1073741824 values/],
    ['an unknown class', matFile(99, [1, 1]), /unknown class 99/],
    ['rows outside', sparse([0, 3], [0, 1, 2]), /sparse matrix with elements outside/],
    ['columns in disorder', sparse([0, 1], [0, 3, 2]), /sparse matrix with elements outside/],
    ['fewer rows than elements', sparse([0], [0, 1, 2]), /1 rows for 2 elements/],
    ['characters of no type', matFile(4, [1, 1], doubles(1)), /type 9 where characters/],
    [
      'a field twice',
      matFile(2, [1, 1], element(5, int32(2)), element(1, Buffer.from('a\0a\0'))),
      /a field twice among a, a/,
    ],
    [
      'damaged compression',
      withHeader(element(15, Buffer.from('not deflated'))),
      /got compressed data: .*; restore it from the download/,
    ],
    [
      'a fraction among whole numbers',
      matFile(14, [1, 1], element(9, Buffer.from(Float64Array.of(0.5).buffer))),
      /0\.5 among numbers, which are whole/,
    ],
  ])('%s', (_, bytes, message) => {
    expect(failure(bytes)).toMatch(message);
  });

  it('cells nested without end', () => {
    let inner = matrix(6, [0, 0], doubles(0));
    for (let depth = 0; depth < 70; depth++) {
      inner = matrix(1, [1, 1], element(MATRIX, inner));
    }
    expect(failure(withHeader(element(MATRIX, inner)))).toMatch(/more than 64 values inside/);
  });

  it('what unpacks to more memory than is allowed', () => {
    const zeros = matrix(6, [2 ** 22, 1], element(2, Buffer.alloc(2 ** 22)));
    const bomb = withHeader(compressed(element(MATRIX, zeros)));
    expect(bomb.length).toBeLessThan(10_000);
    expect(failure(bomb, 2 ** 20)).toMatch(/variables of 1048576 bytes at most, got more/);
    // As doubles the bytes take eight times their room.
    expect(failure(bomb, 2 ** 24)).toMatch(/variables of 16777216 bytes at most, got more/);
    expect(failure(bomb, 2 ** 26)).toBe('no error');
    const cells = matrix(
      1,
      [10_000, 1],
      ...Array.from({ length: 10_000 }, () => element(MATRIX, Buffer.alloc(0))),
    );
    expect(failure(withHeader(element(MATRIX, cells)), 2 ** 20)).toMatch(/got more/);
  });

  it('one that is cut off anywhere', () => {
    for (const name of ['little', 'big', 'compressed']) {
      const bytes = bytesOf(name);
      const whole = readMatFile(bytes, name).size;
      for (let length = 0; length < bytes.length; length += 7) {
        try {
          // Cut between two variables, the rest is a complete file.
          expect(readMatFile(bytes.subarray(0, length), name).size).toBeLessThan(whole);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }
    }
  });

  it('or reads something, but never fails otherwise, whatever bytes are changed', () => {
    const random = new Random(3);
    for (const name of ['little', 'big', 'compressed']) {
      const bytes = bytesOf(name);
      for (let round = 0; round < 400; round++) {
        const spoiled = Buffer.from(bytes);
        for (let i = 0; i < 1 + (round % 3); i++) {
          spoiled[128 + random.integer(bytes.length - 128)] = random.integer(256);
        }
        try {
          readMatFile(spoiled, name);
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }
    }
  });
});

describe('isMatFile', () => {
  it('knows MATLAB files by their first bytes', () => {
    expect(isMatFile(bytesOf('little'))).toBe(true);
    expect(isMatFile(Buffer.from('MATLA'))).toBe(false);
  });
});
