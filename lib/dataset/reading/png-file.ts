/** What a PNG file says about itself, and its compressed pixels. */
import { crc32 } from 'node:zlib';

/** A PNG file of which the chunks are read and nothing is decoded. */
export interface PngFile {
  readonly width: number;
  readonly height: number;
  /** Bits per channel: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha. */
  readonly colorType: number;
  readonly isInterlaced: boolean;
  /** Whether there is EXIF data, which may ask for the image to be turned. */
  readonly hasExif: boolean;
  /** Red, green and blue of each index; undefined without a palette. */
  readonly palette: Uint8Array | undefined;
  /** The compressed pixels, still in pieces. */
  readonly parts: readonly Buffer[];
}

/** The longest palette: 256 colours of three bytes. */
const MAX_PALETTE_BYTES = 768;

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** Whether bytes begin as a PNG does. */
export function isPng(bytes: Buffer): boolean {
  return bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE);
}

/**
 * Reads the chunks of a PNG: length, type, content and checksum each.
 *
 * @returns the file, or what is wrong with it
 */
export function readPngFile(bytes: Buffer): PngFile | string {
  if (!isPng(bytes)) {
    return 'a file of another kind';
  }
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') {
    return 'a PNG without header';
  }
  const parts: Buffer[] = [];
  let hasExif = false;
  let palette: Uint8Array | undefined;
  let offset = SIGNATURE.length;
  for (let type = ''; type !== 'IEND';) {
    if (offset + 12 > bytes.length) {
      return 'a PNG that is cut off';
    }
    const end = offset + 8 + bytes.readUInt32BE(offset);
    if (end + 4 > bytes.length) {
      return 'a PNG that is cut off';
    }
    type = bytes.toString('latin1', offset + 4, offset + 8);
    if (crc32(bytes.subarray(offset + 4, end)) !== bytes.readUInt32BE(end)) {
      return `a damaged ${type} chunk (wrong checksum)`;
    }
    if (type === 'IDAT') {
      parts.push(bytes.subarray(offset + 8, end));
    } else if (type === 'PLTE') {
      const length = end - offset - 8;
      if (palette !== undefined || length > MAX_PALETTE_BYTES || length % 3 !== 0) {
        return palette === undefined
          ? `a palette of ${length} bytes, not three for each of at most 256 colours`
          : 'a second palette';
      }
      palette = Uint8Array.from(bytes.subarray(offset + 8, end));
    }
    hasExif ||= type === 'eXIf';
    offset = end + 4;
  }
  return {
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    depth: bytes[24],
    colorType: bytes[25],
    isInterlaced: bytes[28] !== 0,
    hasExif,
    palette,
    parts,
  };
}
