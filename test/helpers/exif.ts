/**
 * EXIF orientations for tests, written byte by byte after the EXIF specification (2.32, 4.6.2 and
 * 4.6.4: tag 0x0112, short), so that no library decides what they mean.
 */
import { chunk } from './png.js';

/** A TIFF block, little endian, with the orientation as its only tag. */
function tiff(orientation: number): Buffer {
  const block = Buffer.alloc(26);
  block.write('II*\0', 'latin1');
  block.writeUInt32LE(8, 4); // where the tags begin
  block.writeUInt16LE(1, 8); // one tag
  block.writeUInt16LE(0x0112, 10);
  block.writeUInt16LE(3, 12); // a short
  block.writeUInt32LE(1, 14); // one value
  block.writeUInt16LE(orientation, 18);
  return block;
}

/** A JPEG with an EXIF segment behind its first marker. */
export function jpegWithOrientation(jpeg: Buffer, orientation: number): Buffer {
  const content = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff(orientation)]);
  const segment = Buffer.alloc(4);
  segment.writeUInt16BE(0xffe1, 0);
  segment.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, content, jpeg.subarray(2)]);
}

/** A PNG with an eXIf chunk behind its header. */
export function pngWithOrientation(png: Buffer, orientation: number): Buffer {
  const end = 8 + 25; // signature and IHDR
  return Buffer.concat([png.subarray(0, end), chunk('eXIf', tiff(orientation)), png.subarray(end)]);
}

/**
 * What the six squares `abc` over `def` look like upright, by orientation: where the first row and
 * the first column lie is the definition of the value.
 */
export const UPRIGHT: Readonly<Record<number, readonly string[]>> = {
  1: ['abc', 'def'], // top, left
  2: ['cba', 'fed'], // top, right
  3: ['fed', 'cba'], // bottom, right
  4: ['def', 'abc'], // bottom, left
  5: ['ad', 'be', 'cf'], // left, top
  6: ['da', 'eb', 'fc'], // right, top
  7: ['fc', 'eb', 'da'], // right, bottom
  8: ['cf', 'be', 'ad'], // left, bottom
};
