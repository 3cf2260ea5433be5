/** What an entry of the cache is made of: files, and everything that decides how they are decoded. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { LabelTable, Sample } from '../../dataset.js';
import type { ReadSampleOptions } from '../../reading/read-sample.js';

/** Raised whenever the same files are decoded to other pixels, or entries are written otherwise. */
const VERSION = 1;

/** A file that changed so short a time ago may change again with the same times. */
const SETTLED_MS = 100;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** How samples are decoded and resized, as a digest; the random view comes later. */
export function readingDigest(
  { trainIds, unknownValues, colors }: LabelTable,
  { resolution = 1, maxPixels }: ReadSampleOptions,
): string {
  const { vips, sharp: version } = sharp.versions;
  const table = [[...trainIds], unknownValues, [...colors]];
  return sha256(JSON.stringify([VERSION, vips, version, table, resolution, maxPixels]));
}

/** The name of the entry of a sample; there is one for each way of reading it. */
export function entryName({ imageFile, labelFile }: Sample, reading: string): string {
  const files = [imageFile, labelFile ?? null].map((file) => file && path.resolve(file));
  return `${sha256(JSON.stringify([reading, ...files]))}.arrow`;
}

/** Whether a name is that of an entry, or of one that was being written. */
export function isEntryName(name: string): boolean {
  return /^[0-9a-f]{64}\.arrow$/.test(name);
}

/** The state of a sample's files. */
export interface EntrySource {
  /** What distinguishes it from every other state of every other file. */
  readonly text: string;
  /** Whether a later change is sure to show. */
  readonly isSettled: boolean;
}

/**
 * The state of a sample's files: paths, sizes, times of the last change of content and of anything,
 * and which files they are on the disk, so that one put in the place of another is noticed though
 * size and time agree.
 *
 * @throws the system's error if a file is missing
 */
export async function entrySource(
  { imageFile, labelFile }: Sample,
  reading: string,
): Promise<EntrySource> {
  const files = [imageFile, labelFile].filter((file) => file !== undefined);
  const stats = await Promise.all(files.map((file) => stat(file, { bigint: true })));
  const states = stats.map(({ size, mtimeNs, ctimeNs, ino, dev }, i) => [
    path.resolve(files[i]),
    ...[size, mtimeNs, ctimeNs, ino, dev].map(String),
  ]);
  const latest = Math.max(
    ...stats.flatMap(({ mtimeMs, ctimeMs }) => [mtimeMs, ctimeMs].map(Number)),
  );
  return {
    text: JSON.stringify({ reading, files: states }),
    isSettled: Date.now() - latest > SETTLED_MS,
  };
}
