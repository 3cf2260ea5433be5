/** Removing rendered pictures: by the manifest that names them, never by what a file is called. */
import { rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeTemporaryFiles } from '../files/temporary-file.js';
import { SAMPLE_SPLITS, type SampleCounts } from './layout.js';
import { LAYOUTS } from './layouts.js';
import type { SampleManifest } from './sample-manifest.js';

/**
 * Removes the pictures of a sample, except the first of each split, and the lists of its splits.
 *
 * The manifest must still be in place: if this is interrupted, another call does the rest.
 *
 * @param present - what the folder holds
 * @param kept - how many pictures of each split stay
 */
export async function removePictures(
  root: string,
  present: SampleManifest,
  kept: SampleCounts,
): Promise<void> {
  const layout = LAYOUTS[present.layout];
  for (const split of SAMPLE_SPLITS) {
    for (let frame = kept[split]; frame < present.counts[split]; frame++) {
      for (const path of layout.paths(split, frame)) {
        await removeFile(root, path);
      }
    }
  }
  for (const { path } of layout.lists(present.counts)) {
    await removeFile(root, path);
  }
}

/** Removes half-written files that an interrupted call left. */
export async function removeLeftovers(root: string, present: SampleManifest): Promise<void> {
  const layout = LAYOUTS[present.layout];
  const files = SAMPLE_SPLITS.flatMap((split) => layout.paths(split, 0));
  for (const folder of new Set(files.map((file) => dirname(join(root, file))))) {
    await removeTemporaryFiles(folder).catch(() => undefined); // the folder may not be there yet
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
