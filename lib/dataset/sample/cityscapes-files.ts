/** The files of one rendered picture in the layout of Cityscapes. */
import { encode } from 'fast-png';
import { cityscapesMaps } from './cityscapes-labels.js';
import type { Rendering } from './render.js';

/** The splits that Cityscapes has. */
export type SampleSplit = 'train' | 'val' | 'test';

/** A file to be: where, below the root, and what. */
export interface SampleFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The invented city of a split; no real city has such a name. */
export function sampleCity(split: SampleSplit): string {
  return `rendered_${split}`;
}

/** The name that all files of a picture begin with: city, sequence and frame. */
export function sampleStem(split: SampleSplit, frame: number): string {
  return `${sampleCity(split)}_000000_${String(frame).padStart(6, '0')}`;
}

/** Every file of a picture, below the root; the photograph comes last. */
export function samplePaths(split: SampleSplit, frame: number): string[] {
  const city = sampleCity(split);
  const stem = sampleStem(split, frame);
  return [
    ...['labelIds', 'labelTrainIds', 'instanceIds', 'color'].map(
      (map) => `gtFine/${split}/${city}/${stem}_gtFine_${map}.png`,
    ),
    `leftImg8bit/${split}/${city}/${stem}_leftImg8bit.png`,
  ];
}

/** A rendering as the files of picture `frame` of a split, in the order of `samplePaths`. */
export function cityscapesFiles(
  rendering: Rendering,
  split: SampleSplit,
  frame: number,
): SampleFile[] {
  const { width, height, rgb } = rendering;
  const maps = cityscapesMaps(rendering);
  // The encoder is plain JavaScript: the bytes depend on no native library. Its fastest level
  // makes files a few percent larger than the default.
  const zlib = { level: 1 } as const;
  const grey = (data: Uint8Array) =>
    encode({ width, height, data, channels: 1, depth: 8 }, { zlib });
  const color = (data: Uint8Array) =>
    encode({ width, height, data, channels: 3, depth: 8 }, { zlib });
  const contents = [
    grey(maps.labelIds),
    grey(maps.labelTrainIds),
    encode({ width, height, data: maps.instanceIds, channels: 1, depth: 16 }, { zlib }),
    color(maps.color),
    color(rgb),
  ];
  return samplePaths(split, frame).map((path, i) => ({ path, bytes: contents[i] }));
}
