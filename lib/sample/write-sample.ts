/** Writes the built-in sample: rendered street scenes in the folder layout of a dataset. */
import { access, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { MARKER_NAME } from '../dataset/sample/marker.js';
import { ConfigError, DataError } from '../errors.js';
import { writeFileAtomic } from '../files/atomic-file.js';
import { writeJsonFile } from '../files/json-file.js';
import { interruptSignal } from '../interrupt.js';
import type { Size } from '../size.js';
import {
  SAMPLE_SPLITS,
  type SampleCounts,
  type SampleFile,
  type SampleLayout,
  type SampleSplit,
} from './layout.js';
import { LAYOUTS, SAMPLE_LAYOUTS, type SampleLayoutName } from './layouts.js';
import { removeLeftovers, removePictures } from './remove-pictures.js';
import { renderSample } from './render.js';
import {
  SAMPLE_VERSION,
  isSameSample,
  isSameSeries,
  readManifest,
  type SampleManifest,
} from './sample-manifest.js';

/** How far the writing is. */
export interface SampleProgress {
  /** Pictures that are there, rendered or found. */
  readonly done: number;
  readonly total: number;
}

/** Where to write which pictures. */
export interface WriteSampleOptions {
  /** The folder to write to; made if it is missing. */
  readonly root: string;
  /**
   * The dataset whose folders, file formats and classes the sample has: `cityscapes` (default, 19
   * classes), `voc` (21) or `ade20k` (150). `openDataset('sample', …)` finds out which it is.
   */
  readonly layout?: SampleLayoutName;
  /** The series; the same seed gives the same bytes. Default 1. */
  readonly seed?: number;
  /** Width of the pictures in pixels, at least 32. Default 512; 500 for `voc`. */
  readonly width?: number;
  /**
   * Height of the pictures in pixels, at least 32. Default 256; 375 for `voc`, 384 for `ade20k`: in
   * these two every fourth picture is upright, with width and height exchanged.
   */
  readonly height?: number;
  /** Pictures of each split. Default 64 to train, 16 to validate; `test` is 0 if left out. */
  readonly counts?: Omit<SampleCounts, 'test'> & Partial<SampleCounts>;
  /** Stops the writing between two pictures; a later call resumes it. */
  readonly signal?: AbortSignal;
  /** Called after each picture. */
  readonly onProgress?: (progress: SampleProgress) => void;
}

/** What {@link writeSample} did. */
export interface WrittenSample {
  readonly root: string;
  /** Pictures rendered by this call. */
  readonly rendered: number;
  /** Pictures that were there already. */
  readonly reused: number;
}

const NO_PICTURES: SampleCounts = { train: 0, val: 0, test: 0 };

/** Where each split begins in the series, so that a split can grow without changing the others. */
const FIRST_INDEX: SampleCounts = { train: 0, val: 1_000_000, test: 2_000_000 };

/**
 * Writes the sample, or what is missing of it.
 *
 * A folder that already holds the same sample is left alone; a sample that was interrupted, or has
 * fewer pictures of the same series, is completed; one of another layout, seed, size or version is
 * replaced. Each file gets its name only when it is whole.
 *
 * The bytes are the same on every machine; for the JPEG files of `voc` and `ade20k` this is true of
 * one version of the JPEG library.
 *
 * @throws {@link ConfigError} if a layout, size, count or seed cannot be used
 * @throws {@link DataError} if the folder holds pictures that this library did not write
 *
 * @example
 * const size = { width: 256, height: 128, counts: { train: 4, val: 2 } };
 * await writeSample({ ...size, root: 'out/sample' });
 * await writeSample({ ...size, root: 'out/sample-voc', layout: 'voc' });
 */
export async function writeSample(options: WriteSampleOptions): Promise<WrittenSample> {
  const { root, onProgress } = options;
  const signal = options.signal ?? interruptSignal();
  const wanted = manifestOf(options);
  const layout = LAYOUTS[wanted.layout];
  const present = await readManifest(root);
  if (present === undefined) {
    await refuseForeignFolder(root, layout);
  } else {
    if (!present.isComplete) {
      await removeLeftovers(root, present);
    }
    if (!isSameSample(present, wanted)) {
      const kept = isSameSeries(present, wanted) ? wanted.counts : NO_PICTURES;
      await writeJsonFile(join(root, MARKER_NAME), { ...present, isComplete: false });
      await removePictures(root, present, kept);
    }
  }
  const isWhole = present?.isComplete === true && isSameSample(present, wanted);
  if (!isWhole) {
    await mkdir(root, { recursive: true });
    await writeJsonFile(join(root, MARKER_NAME), { ...wanted, isComplete: false });
  }
  const total = wanted.counts.train + wanted.counts.val + wanted.counts.test;
  let [rendered, done] = [0, 0];
  for (const split of SAMPLE_SPLITS) {
    for (let frame = 0; frame < wanted.counts[split]; frame++) {
      signal.throwIfAborted();
      if (!(await hasAll(root, layout.paths(split, frame)))) {
        await writePicture(root, wanted, split, frame);
        rendered++;
        await setImmediate();
      }
      done++;
      onProgress?.({ done, total });
    }
  }
  if (!isWhole) {
    for (const file of layout.lists(wanted.counts)) {
      await writeWhole(root, file);
    }
    await writeJsonFile(join(root, MARKER_NAME), wanted);
  }
  return { root, rendered, reused: total - rendered };
}

function manifestOf(options: WriteSampleOptions): SampleManifest {
  const { layout = 'cityscapes' } = options;
  if (!SAMPLE_LAYOUTS.includes(layout)) {
    throw new ConfigError(
      `writeSample: expected layout to be one of ${SAMPLE_LAYOUTS.join(', ')}, got "${layout}"`,
    );
  }
  const { size } = LAYOUTS[layout];
  const { seed = 1, width = size.width, height = size.height } = options;
  const { train, val, test = 0 } = options.counts ?? { train: 64, val: 16 };
  const counts = { train, val, test };
  const check = (name: string, value: number, low: number, high: number) => {
    if (!Number.isInteger(value) || value < low || value > high) {
      throw new ConfigError(
        `writeSample: expected ${name} to be a whole number from ${low} to ${high}, got ${value}`,
      );
    }
  };
  check('seed', seed, 0, 0xffffffff);
  check('width', width, 32, 4096);
  check('height', height, 32, 4096);
  for (const split of SAMPLE_SPLITS) {
    check(`counts.${split}`, counts[split], 0, 999_999);
  }
  return {
    generator: 'autodeeplab street scenes',
    version: SAMPLE_VERSION,
    layout,
    seed,
    width,
    height,
    counts,
    isComplete: true,
  };
}

async function writePicture(
  root: string,
  manifest: SampleManifest,
  split: SampleSplit,
  frame: number,
): Promise<void> {
  const layout = LAYOUTS[manifest.layout];
  const index = FIRST_INDEX[split] + frame;
  const rendering = renderSample({ seed: manifest.seed, index, ...sizeOf(manifest, frame) });
  const contents = await layout.contents(rendering, split);
  for (const [i, path] of layout.paths(split, frame).entries()) {
    await writeWhole(root, { path, bytes: contents[i] });
  }
}

/** The size of one picture. */
function sizeOf({ layout, width, height }: SampleManifest, frame: number): Size {
  const isUpright = LAYOUTS[layout].hasUpright && frame % 4 === 3;
  return isUpright ? { width: height, height: width } : { width, height };
}

/** Writes a file in one step, so that no half-written file is ever taken for a whole one. */
async function writeWhole(root: string, { path, bytes }: SampleFile): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFileAtomic(join(root, path), bytes);
}

async function hasAll(root: string, paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    try {
      await access(join(root, path));
    } catch {
      return false;
    }
  }
  return true;
}

/** Guards a real dataset against a mistaken path. */
async function refuseForeignFolder(root: string, { top }: SampleLayout): Promise<void> {
  for (const folder of top) {
    if (await hasAll(root, [folder])) {
      throw new DataError(
        `${root}: expected an empty folder or a rendered sample, got a folder with ${folder} but ` +
          `without ${MARKER_NAME}; choose another folder`,
        root,
      );
    }
  }
}
