/** `sample.json`: what a folder of rendered pictures holds, so that it is reused or completed. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { MARKER_NAME, markerShape } from '../dataset/sample/marker.js';
import { DataError } from '../errors.js';
import { readJsonFile } from '../files/json-file.js';
import type { SampleCounts } from './layout.js';
import { SAMPLE_LAYOUTS, type SampleLayoutName } from './layouts.js';

/**
 * The version of the renderer. Raise it when the same seed gives other bytes: folders of another
 * version are rendered again.
 */
export const SAMPLE_VERSION = 1;

/** The contents of `sample.json`. */
export interface SampleManifest {
  readonly generator: 'autodeeplab street scenes';
  readonly version: number;
  readonly layout: SampleLayoutName;
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly counts: SampleCounts;
  /** False from the first file on until the last is written. */
  readonly isComplete: boolean;
}

const count = z.number().int().min(0);
const schema = z.strictObject({
  ...markerShape,
  layout: z.enum(SAMPLE_LAYOUTS),
  version: z.number().int(),
  seed: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
  counts: z.strictObject({ train: count, val: count, test: count }),
  isComplete: z.boolean(),
});

/**
 * Reads the manifest of a folder.
 *
 * @returns the manifest, or undefined if the folder has none
 * @throws {@link DataError} if there is a `sample.json` that this library did not write
 */
export async function readManifest(root: string): Promise<SampleManifest | undefined> {
  const file = join(root, MARKER_NAME);
  if (!existsSync(file)) {
    return undefined;
  }
  try {
    return schema.parse(await readJsonFile(file));
  } catch (cause) {
    throw new DataError(
      `${file}: expected the description of a rendered sample, got something else; choose another ` +
        'folder or delete the file',
      file,
      { cause },
    );
  }
}

/** Whether two manifests describe pictures with the same bytes, however many there are. */
export function isSameSeries(a: SampleManifest, b: SampleManifest): boolean {
  return (
    a.version === b.version &&
    a.layout === b.layout &&
    a.seed === b.seed &&
    a.width === b.width &&
    a.height === b.height
  );
}

/** Whether two manifests describe the same pictures, all of them. */
export function isSameSample(a: SampleManifest, b: SampleManifest): boolean {
  return (
    isSameSeries(a, b) &&
    a.counts.train === b.counts.train &&
    a.counts.val === b.counts.val &&
    a.counts.test === b.counts.test
  );
}
