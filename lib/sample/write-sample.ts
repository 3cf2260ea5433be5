/** Writes the built-in sample: rendered street scenes in the folder layout of a dataset. */
import { access, mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { MARKER_NAME } from '../dataset/sample/marker.js';
import { ConfigError, DataError } from '../errors.js';
import type { Size } from '../size.js';
import { SAMPLE_SPLITS, type SampleLayout, type SampleSplit } from './layout.js';
import { LAYOUTS } from './layouts.js';
import { renderSample } from './render.js';
import type { SampleCounts, SampleLayoutName, SampleManifest } from './sample-manifest.js';
import {
  SAMPLE_LAYOUTS,
  SAMPLE_VERSION,
  isSameSample,
  isSameSeries,
  readManifest,
} from './sample-manifest.js';
import { interruptSignal } from '../interrupt.js';

/** One picture is there, newly rendered or found. */
export interface SampleProgress {
  readonly done: number;
  readonly total: number;
}

/** Where to write which pictures. */
export interface WriteSampleOptions {
  /** The folder to write to; made if it is missing. */
  readonly root: string;
  /**
   * The dataset whose folders, file formats and classes the sample has. Default `cityscapes`, read by
   * `openDataset('sample', …)`; `voc` (21 classes) and `ade20k` (150) are read by these names.
   */
  readonly layout?: SampleLayoutName;
  /** The series; the same seed gives the same bytes. Default 1. */
  readonly seed?: number;
  /** Width of the pictures, pixels; at least 32. Default 512, or 500 for `voc`. */
  readonly width?: number;
  /**
   * Height of the pictures, pixels; at least 32. Default 256, 375 for `voc`, 384 for `ade20k`; in
   * these two every fourth picture is upright, with width and height exchanged.
   */
  readonly height?: number;
  /** Pictures of each split. Default 64 to train, 16 to validate, none to test. */
  readonly counts?: SampleCounts;
  /** Stops the writing between two pictures; a later call goes on from there. */
  readonly signal?: AbortSignal;
  /** Called after each picture. */
  readonly onProgress?: (progress: SampleProgress) => void;
}

/** What was done. */
export interface WrittenSample {
  readonly root: string;
  /** Pictures rendered by this call. */
  readonly rendered: number;
  /** Pictures that were there already. */
  readonly reused: number;
}

/** The sample that is written if nothing else is asked for. */
export const SAMPLE_DEFAULTS = {
  layout: 'cityscapes',
  seed: 1,
  width: 512,
  height: 256,
  counts: { train: 64, val: 16, test: 0 },
} as const;

/** Where each split begins in the series, so that adding to one leaves the others as they are. */
const FIRST_INDEX: Record<SampleSplit, number> = { train: 0, val: 1_000_000, test: 2_000_000 };

/**
 * Writes the sample, or what is missing of it.
 *
 * A folder that already holds the same sample is left alone; one that was interrupted, or that has
 * fewer pictures of the same series, is completed; one of another layout, seed, size or version is
 * rendered anew. Each file gets its name only when it is whole.
 *
 * The bytes are the same on every machine; of the JPEG files of `voc` and `ade20k` that holds for one
 * version of the JPEG library.
 *
 * @throws {@link ConfigError} if a layout, size, count or seed cannot be used
 * @throws {@link DataError} if the folder holds pictures that this library did not write
 *
 * @example
 * await writeSample({ root: 'out/sample', counts: { train: 4, val: 2 } });
 * await writeSample({ root: 'out/sample-voc', layout: 'voc', counts: { train: 4, val: 2 } });
 */
export async function writeSample(options: WriteSampleOptions): Promise<WrittenSample> {
  const { root, onProgress } = options;
  const signal = options.signal ?? interruptSignal();
  const wanted = manifestOf(options);
  const layout = LAYOUTS[wanted.layout];
  const present = await readManifest(root);
  if (present === undefined) {
    await refuseForeignFolder(root, layout);
  } else if (!isSameSeries(present, wanted)) {
    await removePictures(root, LAYOUTS[present.layout]);
  } else if (!isSameSample(present, wanted)) {
    await removeSurplus(root, wanted);
  }

  const isWhole = present?.isComplete === true && isSameSample(present, wanted);
  if (!isWhole) {
    await writeManifest(root, { ...wanted, isComplete: false });
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
      await writeWhole(join(root, file.path), file.bytes);
    }
    await writeManifest(root, wanted);
  }
  return { root, rendered, reused: total - rendered };
}

function manifestOf(options: WriteSampleOptions): SampleManifest {
  const { layout = SAMPLE_DEFAULTS.layout } = options;
  if (!SAMPLE_LAYOUTS.includes(layout)) {
    throw new ConfigError(
      `writeSample: expected layout to be one of ${SAMPLE_LAYOUTS.join(', ')}, got "${layout}"`,
    );
  }
  const { seed, width, height, counts } = {
    ...SAMPLE_DEFAULTS,
    ...LAYOUTS[layout].size,
    ...withoutUndefined(options),
  };
  const whole = { train: counts.train, val: counts.val, test: counts.test ?? 0 };
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
    check(`counts.${split}`, whole[split], 0, 999_999);
  }
  return {
    generator: 'autodeeplab street scenes',
    version: SAMPLE_VERSION,
    layout,
    seed,
    width,
    height,
    counts: whole,
    isComplete: true,
  };
}

/** The options without those given as `undefined`, which would hide the defaults. */
function withoutUndefined(options: WriteSampleOptions): WriteSampleOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as WriteSampleOptions;
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
    await writeWhole(join(root, path), contents[i]);
  }
}

/** The size of one picture. */
function sizeOf({ layout, width, height }: SampleManifest, frame: number): Size {
  const isUpright = LAYOUTS[layout].hasUpright && frame % 4 === 3;
  return isUpright ? { width: height, height: width } : { width, height };
}

async function writeManifest(root: string, manifest: SampleManifest): Promise<void> {
  await writeWhole(join(root, MARKER_NAME), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Writes under another name first, so that no half-written file is ever taken for a whole one. */
async function writeWhole(file: string, contents: Uint8Array | string): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, contents);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    const message = `${file}: cannot be written; check the free space and the permissions`;
    throw new DataError(message, file, { cause });
  }
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
        `${root}: expected an empty folder or a rendered sample, got a folder with ${folder} but without ${MARKER_NAME}; choose another folder`,
        root,
      );
    }
  }
}

/** Removes every rendered picture; what is left after a stop is still of the series in `sample.json`. */
async function removePictures(root: string, layout: SampleLayout): Promise<void> {
  await removeFrom(root, layout, { train: 0, val: 0, test: 0 });
  for (const { path } of layout.lists({ train: 1, val: 1, test: 1 })) {
    await removeFile(root, path);
  }
}

/** Removes the pictures that the sample should not have, and lists that name them. */
async function removeSurplus(root: string, { layout, counts }: SampleManifest): Promise<void> {
  await removeFrom(root, LAYOUTS[layout], counts);
  for (const { path } of LAYOUTS[layout].lists({ train: 1, val: 1, test: 1 })) {
    await rm(join(root, path), { force: true }); // written again at the end
  }
}

/** Removes the pictures from the given numbers on, and folders that are empty then. */
async function removeFrom(
  root: string,
  layout: SampleLayout,
  counts: Required<SampleCounts>,
): Promise<void> {
  for (const split of SAMPLE_SPLITS) {
    for (const { folder, pattern } of layout.folders(split)) {
      const names = await readdir(join(root, folder)).catch(() => [] as string[]);
      for (const name of names) {
        const frame = pattern.exec(name.replace(/\.\d+\.tmp$/, ''))?.[1];
        if (frame !== undefined && Number(frame) >= counts[split]) {
          await removeFile(root, join(folder, name));
        }
      }
    }
  }
}

/** Removes a file and the folders above it that it leaves empty, up to the root. */
async function removeFile(root: string, path: string): Promise<void> {
  await rm(join(root, path), { force: true });
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    const isRemoved = await rmdir(join(root, folder)).then(
      () => true,
      () => false,
    );
    if (!isRemoved) {
      return;
    }
  }
}
