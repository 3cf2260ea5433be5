/** Writing label maps of a dataset's own form as PNG, once: atomic and resumable. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { writeFileAtomic } from '../files/atomic-file.js';
import { removeTemporaryFiles } from '../files/temporary-file.js';
import { readFile } from '../files/read-file.js';
import type { PrepareOptions } from './kind.js';
import type { LabelMap } from './pixels.js';
import { FileIndex } from './reading/file-index.js';

/** How many label maps are made at once. */
const AT_ONCE = 4;

/** One label map to make. */
export interface LabelConversion {
  /** The PNG file to write. */
  readonly target: string;
  readonly read: () => Promise<LabelMap>;
}

/** A label map as an 8-bit grey PNG, whose grey is the value. */
export function encodeLabels({ height, width, data }: LabelMap): Promise<Buffer> {
  return sharp(data, { raw: { height, width, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 6 })
    .toBuffer();
}

/**
 * Makes label maps. Files that are there are kept, as they were written whole; with `verify` they
 * are made again and replaced if they differ.
 *
 * @param what - what is being made, for the progress
 * @throws {@link DataError} if one cannot be read or written
 * @throws the signal's reason if it is aborted
 */
export async function convertLabels(
  conversions: readonly LabelConversion[],
  what: string,
  { verify = false, signal, onProgress }: PrepareOptions,
): Promise<{ readonly written: number; readonly kept: number }> {
  for (const folder of new Set(conversions.map(({ target }) => path.dirname(target)))) {
    await mkdir(folder, { recursive: true });
    await removeTemporaryFiles(folder);
  }
  const index = new FileIndex();
  const total = conversions.length;
  const queue = conversions.values();
  let written = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (const { target, read } of queue) {
      signal?.throwIfAborted();
      const isThere = await index.has(target);
      if (!isThere || verify) {
        const bytes = await encodeLabels(await read());
        if (!isThere || !bytes.equals(await readFile(target))) {
          await writeFileAtomic(target, bytes);
          written++;
        }
      }
      onProgress?.({ what, done: ++done, total });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  signal?.throwIfAborted();
  return { written, kept: total - written };
}
