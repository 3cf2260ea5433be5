/** What a PNG file says about itself, read before anything is decoded. */
import { inflateSync } from 'node:zlib';

/** The header of a PNG and its compressed pixels. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits for each channel: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  readonly colorType: number;
  readonly isInterlaced: boolean;
  /** The compressed pixels, still in pieces. */
  readonly parts: readonly Buffer[];
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/**
 * Reads the header and finds the pixel data of a PNG.
 *
 * @returns the header, or what is wrong with the file
 */
export function readPngHeader(bytes: Buffer): PngHeader | string {
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) {
    return 'a file of another kind';
  }
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') {
    return 'a PNG without header';
  }
  const parts: Buffer[] = [];
  let offset = 8;
  for (let type = ''; type !== 'IEND';) {
    if (offset + 12 > bytes.length) {
      return 'a PNG that is cut off';
    }
    const length = bytes.readUInt32BE(offset);
    if (offset + 12 + length > bytes.length) {
      return 'a PNG that is cut off';
    }
    type = bytes.toString('latin1', offset + 4, offset + 8);
    if (type === 'IDAT') {
      parts.push(bytes.subarray(offset + 8, offset + 8 + length));
    }
    offset += 12 + length;
  }
  return {
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    depth: bytes[24],
    colorType: bytes[25],
    isInterlaced: bytes[28] !== 0,
    parts,
  };
}

/**
 * Checks that the pixel data unpacks to what the header promises and to no more, so that a small
 * file cannot fill the memory.
 *
 * @returns what is wrong, or undefined
 */
export function checkPixelData(header: PngHeader): string | undefined {
  const { width, height, depth, isInterlaced, parts } = header;
  const exact = height * (Math.ceil((width * depth) / 8) + 1); // a filter byte before each row
  // Interlacing cuts the image into seven, with more and shorter rows.
  const limit = isInterlaced ? 2 * exact + 64 : exact;
  try {
    const { length } = inflateSync(Buffer.concat(parts), { maxOutputLength: limit });
    if (length >= exact) {
      return undefined;
    }
    return `pixel data for ${length} of ${exact} bytes`;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      return 'more pixel data than its size allows';
    }
    return `damaged pixel data (${message})`;
  }
}
