/**
 * A small PNG writer for tests, so that each bit of the file is known. Written after the PNG
 * specification; not used by the library.
 */
import { crc32, deflateSync } from 'node:zlib';

/** Pixel values of one PNG. */
export interface PngPixels {
  readonly width: number;
  readonly height: number;
  /** Bits for each channel; 8 by default. */
  readonly depth?: 1 | 2 | 4 | 8 | 16;
  /** 0 grey (default), 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  readonly colorType?: 0 | 2 | 3 | 4 | 6;
  /** A value for each channel of each pixel. */
  readonly values: ArrayLike<number>;
  /** For colour type 3: red, green, blue of each index. */
  readonly palette?: readonly (readonly [number, number, number])[];
}

const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** The bytes of a PNG file. */
export function png({ width, height, depth = 8, colorType = 0, values, palette }: PngPixels) {
  const rowValues = width * CHANNELS[colorType];
  const rowBytes = Math.ceil((rowValues * depth) / 8);
  const raw = Buffer.alloc(height * (rowBytes + 1)); // filter 0 before each row
  for (let i = 0; i < height * rowValues; i++) {
    const column = i % rowValues;
    const start = Math.floor(i / rowValues) * (rowBytes + 1) + 1;
    if (depth === 16) {
      raw.writeUInt16BE(values[i], start + 2 * column);
    } else {
      raw[start + ((column * depth) >> 3)] |= values[i] << (8 - depth - ((column * depth) & 7));
    }
  }
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header(width, height, depth, colorType)),
    ...(palette ? [chunk('PLTE', Buffer.from(palette.flat()))] : []),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The content of an IHDR chunk, without interlacing. */
export function header(width: number, height: number, depth = 8, colorType = 0): Buffer {
  const content = Buffer.alloc(13);
  content.writeUInt32BE(width, 0);
  content.writeUInt32BE(height, 4);
  content.set([depth, colorType, 0, 0, 0], 8);
  return content;
}

/** A PNG chunk: length, type, content, checksum. */
export function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(content.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** A grey image in which every pixel has the same value. */
export function flatGrey(width: number, height: number, value: number): Buffer {
  return png({ width, height, values: new Uint8Array(width * height).fill(value) });
}

/** An RGB image in which every pixel has the same colour. */
export function flatRgb(
  width: number,
  height: number,
  color: readonly [number, number, number],
): Buffer {
  const values = Array.from({ length: width * height }, () => color).flat();
  return png({ width, height, colorType: 2, values });
}
