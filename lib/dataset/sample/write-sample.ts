/** Writes the built-in sample: rendered street scenes in the folder layout of Cityscapes. */
import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ConfigError, DataError } from '../../errors.js';
import type { SampleSplit } from './cityscapes-files.js';
import { cityscapesFiles, sampleCity, samplePaths } from './cityscapes-files.js';
import { renderSample } from './render.js';
import type { SampleCounts, SampleManifest } from './sample-manifest.js';
import {
  MANIFEST_NAME,
  SAMPLE_VERSION,
  isSameSample,
  isSameSeries,
  readManifest,
} from './sample-manifest.js';

/** One picture is there, newly rendered or found. */
export interface SampleProgress {
  readonly done: number;
  readonly total: number;
}

/** Where to write which pictures. */
export interface WriteSampleOptions {
  /** The folder to write to; made if it is missing. */
  readonly root: string;
  /** The series; the same seed gives the same bytes. Default 1. */
  readonly seed?: number;
  /** Width of the pictures, pixels; at least 32. Default 512. */
  readonly width?: number;
  /** Height of the pictures, pixels; at least 32. Default 256. */
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
  seed: 1,
  width: 512,
  height: 256,
  counts: { train: 64, val: 16, test: 0 },
} as const;

/** Where each split begins in the series, so that adding to one leaves the others as they are. */
const FIRST_INDEX: Record<SampleSplit, number> = { train: 0, val: 1_000_000, test: 2_000_000 };
const SPLITS: readonly SampleSplit[] = ['train', 'val', 'test'];
/** Folders of the layout; nothing else in the root is ever touched. */
const FOLDERS = ['leftImg8bit', 'gtFine'];

/**
 * Writes the sample, or what is missing of it.
 *
 * A folder that already holds the same sample is left alone; one that was interrupted, or that has
 * fewer pictures of the same series, is completed; one of another seed, size or version is rendered
 * anew. Each file gets its name only when it is whole.
 *
 * @throws {@link ConfigError} if a size, count or seed cannot be used
 * @throws {@link DataError} if the folder holds pictures that this library did not write
 *
 * @example
 * await writeSample({ root: 'data/sample' });
 */
export async function writeSample(options: WriteSampleOptions): Promise<WrittenSample> {
  const { root, signal, onProgress } = options;
  const wanted = manifestOf(options);
  const present = await readManifest(root);
  if (present === undefined) await refuseForeignFolder(root);
  else if (!isSameSeries(present, wanted)) await removePictures(root);
  else if (!isSameSample(present, wanted)) await removeSurplus(root, wanted);

  const isWhole = present?.isComplete === true && isSameSample(present, wanted);
  if (!isWhole) await writeManifest(root, { ...wanted, isComplete: false });
  const total = wanted.counts.train + wanted.counts.val + wanted.counts.test;
  let [rendered, done] = [0, 0];
  for (const split of SPLITS) {
    for (let frame = 0; frame < wanted.counts[split]; frame++) {
      signal?.throwIfAborted();
      if (!(await hasAll(root, samplePaths(split, frame)))) {
        await writePicture(root, wanted, split, frame);
        rendered++;
        await setImmediate();
      }
      done++;
      onProgress?.({ done, total });
    }
  }
  if (!isWhole) await writeManifest(root, wanted);
  return { root, rendered, reused: total - rendered };
}

function manifestOf(options: WriteSampleOptions): SampleManifest {
  const { seed, width, height, counts } = { ...SAMPLE_DEFAULTS, ...withoutUndefined(options) };
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
  for (const split of SPLITS) check(`counts.${split}`, whole[split], 0, 999_999);
  return {
    generator: 'autodeeplab street scenes',
    version: SAMPLE_VERSION,
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
  const { seed, width, height } = manifest;
  const rendering = renderSample({ seed, index: FIRST_INDEX[split] + frame, width, height });
  for (const file of cityscapesFiles(rendering, split, frame)) {
    await writeWhole(join(root, file.path), file.bytes);
  }
}

async function writeManifest(root: string, manifest: SampleManifest): Promise<void> {
  await writeWhole(join(root, MANIFEST_NAME), `${JSON.stringify(manifest, null, 2)}\n`);
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
async function refuseForeignFolder(root: string): Promise<void> {
  for (const folder of FOLDERS) {
    if (await hasAll(root, [folder])) {
      throw new DataError(
        `${root}: expected an empty folder or a rendered sample, got a folder with ${folder} but without ${MANIFEST_NAME}; choose another folder`,
        root,
      );
    }
  }
}

function cityFolders(root: string): { split: SampleSplit; folder: string }[] {
  return SPLITS.flatMap((split) =>
    FOLDERS.map((folder) => ({ split, folder: join(root, folder, split, sampleCity(split)) })),
  );
}

/** Removes every rendered picture; what is left after a stop is still of the series in `sample.json`. */
async function removePictures(root: string): Promise<void> {
  for (const { folder } of cityFolders(root)) await rm(folder, { recursive: true, force: true });
}

/** Removes the pictures that the sample should not have. */
async function removeSurplus(root: string, wanted: SampleManifest): Promise<void> {
  for (const { split, folder } of cityFolders(root)) {
    const names = await readdir(folder).catch(() => [] as string[]);
    for (const name of names) {
      const frame = /_(\d{6})_(?:leftImg8bit|gtFine_\w+)\.png$/.exec(name)?.[1];
      if (frame !== undefined && Number(frame) >= wanted.counts[split])
        await rm(join(folder, name));
    }
  }
}
