/**
 * The values of a PNG of one channel, as they are stored: grey, or indices into a palette.
 *
 * Source: the PNG specification (third edition), 7.2 (rows), 8 (interlacing), 9 (filters).
 */
import { promisify } from 'node:util';
import { inflate as inflateBytes } from 'node:zlib';
import type { PngFile } from './png-file.js';

/** The pixels that a pass holds: from (x, y) on, every dx-th of every dy-th row. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

const WHOLE_IMAGE: readonly Pass[] = [{ x: 0, y: 0, dx: 1, dy: 1 }];

/** The seven passes of an interlaced file. */
const ADAM7: readonly Pass[] = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
];

/**
 * Reads the values of a PNG of one channel of at most 8 bits.
 *
 * The pixel data must inflate to exactly what the header promises, so that a small file cannot fill
 * the memory.
 *
 * @returns `[height, width]`, or what is wrong with the pixel data
 */
export async function pngValues(file: PngFile): Promise<Uint8Array | string> {
  const { width, height, depth, isInterlaced } = file;
  const passes = (isInterlaced ? ADAM7 : WHOLE_IMAGE)
    .map((pass) => {
      const columns = Math.ceil((width - pass.x) / pass.dx);
      const rows = Math.ceil((height - pass.y) / pass.dy);
      return { ...pass, columns, rows, rowBytes: Math.ceil((columns * depth) / 8) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
  const size = passes.reduce((sum, { rows, rowBytes }) => sum + rows * (rowBytes + 1), 0);
  const data = await inflate(file, size);
  if (typeof data === 'string') {
    return data;
  }
  const values = new Uint8Array(height * width);
  let offset = 0;
  for (const { x, y, dx, dy, columns, rows, rowBytes } of passes) {
    let above: Uint8Array = new Uint8Array(rowBytes);
    for (let row = 0; row < rows; row++) {
      const bytes = data.subarray(offset + 1, offset + 1 + rowBytes);
      if (!unfilter(data[offset], bytes, above)) {
        return `a row with the unknown filter ${data[offset]}`;
      }
      const start = (y + row * dy) * width + x;
      if (depth === 8 && dx === 1) {
        values.set(bytes, start);
      } else {
        for (let column = 0; column < columns; column++) {
          values[start + column * dx] = valueAt(bytes, column, depth);
        }
      }
      above = bytes;
      offset += rowBytes + 1;
    }
  }
  return values;
}

const inflateInThread = promisify(inflateBytes);

async function inflate({ parts }: PngFile, size: number): Promise<Uint8Array | string> {
  try {
    const data = await inflateInThread(Buffer.concat(parts), { maxOutputLength: size });
    return data.length === size ? data : `pixel data for ${data.length} of ${size} bytes`;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    return code === 'ERR_BUFFER_TOO_LARGE'
      ? 'more pixel data than its size allows'
      : `damaged pixel data (${message})`;
  }
}

/**
 * Restores a row of one byte per pixel or less, in place: each byte is the difference from what the
 * filter expects of its neighbours left, above and above left.
 *
 * @returns false if there is no such filter
 */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array): boolean {
  if (filter === 1) {
    for (let i = 1; i < row.length; i++) {
      row[i] += row[i - 1];
    }
  } else if (filter === 2) {
    for (let i = 0; i < row.length; i++) {
      row[i] += above[i];
    }
  } else if (filter === 3) {
    row[0] += above[0] >> 1;
    for (let i = 1; i < row.length; i++) {
      row[i] += (row[i - 1] + above[i]) >> 1;
    }
  } else if (filter === 4) {
    row[0] += above[0];
    for (let i = 1; i < row.length; i++) {
      row[i] += paeth(row[i - 1], above[i], above[i - 1]);
    }
  }
  return filter <= 4;
}

/** The neighbour that is nearest to left + above − above left. */
function paeth(left: number, above: number, aboveLeft: number): number {
  const toLeft = Math.abs(above - aboveLeft);
  const toAbove = Math.abs(left - aboveLeft);
  const toAboveLeft = Math.abs(left + above - 2 * aboveLeft);
  if (toLeft <= toAbove && toLeft <= toAboveLeft) {
    return left;
  }
  return toAbove <= toAboveLeft ? above : aboveLeft;
}

/** A value of a row that may hold several in a byte, highest bits first. */
function valueAt(row: Uint8Array, column: number, depth: number): number {
  const bit = column * depth;
  return (row[bit >> 3] >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}
