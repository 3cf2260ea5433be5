/** What a folder layout of the sample is: the files that a picture becomes. */
import { encode } from 'fast-png';
import sharp from 'sharp';
import type { Color } from '../dataset/dataset.js';
import type { Size } from '../size.js';
import type { Rendering } from './render.js';

/** The splits of the sample. */
export const SAMPLE_SPLITS = ['train', 'val', 'test'] as const;

/** A split of the sample. */
export type SampleSplit = (typeof SAMPLE_SPLITS)[number];

/** How many pictures each split has. */
export type SampleCounts = Readonly<Record<SampleSplit, number>>;

/** A file to write. */
export interface SampleFile {
  /** Below the root. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A folder layout. */
export interface SampleLayout {
  /** The default size of the pictures. */
  readonly size: Size;
  /** Whether every fourth picture is upright: real images of this dataset have many sizes. */
  readonly hasUpright: boolean;
  /** Folders of the root; a root that has one of them but no manifest is refused. */
  readonly top: readonly string[];
  /** Every file of a picture, below the root; the photograph comes last. */
  paths(split: SampleSplit, frame: number): string[];
  /** The contents of those files, in their order. */
  contents(rendering: Rendering, split: SampleSplit): Promise<Uint8Array[]>;
  /** Files about the whole sample, such as lists of the splits. */
  lists(counts: SampleCounts): SampleFile[];
}

// The encoder is plain JavaScript: the bytes depend on no native library. Its fastest level makes
// files a few percent larger than the default.
const ZLIB = { zlib: { level: 1 } } as const;

/** An 8-bit grey PNG. */
export function greyPng({ height, width }: Size, data: Uint8Array): Uint8Array {
  return encode({ width, height, data, channels: 1, depth: 8 }, ZLIB);
}

/** A 16-bit grey PNG. */
export function deepPng({ height, width }: Size, data: Uint16Array): Uint8Array {
  return encode({ width, height, data, channels: 1, depth: 16 }, ZLIB);
}

/** An 8-bit RGB PNG. */
export function colorPng({ height, width }: Size, data: Uint8Array): Uint8Array {
  return encode({ width, height, data, channels: 3, depth: 8 }, ZLIB);
}

/** An 8-bit PNG of indices into a palette of 256 colours. */
export function palettePng(
  { height, width }: Size,
  data: Uint8Array,
  color: (index: number) => Color,
): Uint8Array {
  const palette = Array.from({ length: 256 }, (_, index) => [...color(index)]);
  return encode({ width, height, data, channels: 1, depth: 8, palette }, ZLIB);
}

/** A JPEG of high quality; its bytes depend on the version of the JPEG library. */
export async function jpeg({ height, width }: Size, rgb: Uint8Array): Promise<Uint8Array> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

/** The number of a picture, with leading zeros up to a number of digits. */
export function frameName(frame: number, digits: number): string {
  return String(frame).padStart(digits, '0');
}
