/** Small pictures in all forms that are read. */
import sharp, { type Sharp } from 'sharp';
import { chunk, png } from '../../helpers/png.js';

/** EXIF data with orientation 6. */
const EXIF = chunk(
  'eXIf',
  Buffer.from('4d4d002a00000008000101120003000000010006000000000000', 'hex'),
);

const WIDTH = 9;
const HEIGHT = 7;

const size = { width: WIDTH, height: HEIGHT };

/** Values that repeat from 0 up to below a bound. */
const upTo = (bound: number, channels = 1): number[] =>
  Array.from({ length: channels * WIDTH * HEIGHT }, (_, i) => i % bound);

const PALETTE = Array.from({ length: 4 }, (_, i) => [60 * i, 255 - 60 * i, 20] as const);

/** Label maps: 8-bit grey, palettes of 8 and 2 bits. */
export function labelPngs(): Buffer[] {
  return [
    png({ ...size, values: upTo(4) }),
    png({ ...size, values: upTo(4), colorType: 3, palette: PALETTE }),
    png({ ...size, values: upTo(4), depth: 2, colorType: 3, palette: PALETTE }),
  ];
}

/** Grey of 16 bits. */
export const deepPng = (bound: number): Buffer => png({ ...size, depth: 16, values: upTo(bound) });

/** RGB, with or without EXIF data. */
export function rgbPng(hasExif: boolean): Buffer {
  const bytes = png({ ...size, colorType: 2, values: upTo(251, 3) });
  return hasExif ? Buffer.concat([bytes.subarray(0, 33), EXIF, bytes.subarray(33)]) : bytes;
}

/** RGB with an opacity for each pixel. */
export const rgbaPng = (): Buffer => png({ ...size, colorType: 6, values: upTo(251, 4) });

const drawn = (): Sharp => sharp(Buffer.from(upTo(251, 3)), { raw: { ...size, channels: 3 } });

/** JPEG: baseline, with EXIF data, progressive and grey. */
export async function jpegs(): Promise<Buffer[]> {
  return Promise.all([
    drawn().jpeg().toBuffer(),
    drawn().jpeg({ chromaSubsampling: '4:4:4' }).withMetadata({ orientation: 6 }).toBuffer(),
    drawn().greyscale().jpeg({ progressive: true }).toBuffer(),
  ]);
}

/** WebP: with and without loss. */
export async function webps(): Promise<Buffer[]> {
  return Promise.all([
    drawn().webp().toBuffer(),
    drawn().webp({ lossless: true }).withMetadata({ orientation: 3 }).toBuffer(),
  ]);
}

/** TIFF: plain, LZW, deflated, in tiles. */
export async function tiffs(): Promise<Buffer[]> {
  return Promise.all([
    drawn().tiff({ compression: 'none' }).toBuffer(),
    drawn().tiff({ compression: 'lzw' }).toBuffer(),
    drawn().tiff({ compression: 'deflate', tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
  ]);
}
