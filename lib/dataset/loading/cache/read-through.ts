/** Reading a sample through the cache. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../../../files/atomic-file.js';
import { errorCode } from '../../../files/file-error.js';
import { readFileSync } from '../../../files/read-file.js';
import { short } from '../../../text.js';
import type { LabelTable, Sample } from '../../dataset.js';
import type { LabelledImage } from '../../pixels.js';
import { readSample, type ReadSampleOptions } from '../../reading/read-sample.js';
import { decodeEntry, encodeEntry } from './entry-file.js';
import { entryName, entrySource, readingDigest } from './entry-source.js';
import { isAdding, reserve, stopAdding, touchEntry, type SampleCache } from './sample-cache.js';

const GIB = 2 ** 30;

/** The pixels of an entry; undefined if there is none of this source. */
async function readEntry(
  file: string,
  source: string,
  onNote: (note: string) => void,
): Promise<LabelledImage | undefined> {
  try {
    // At once: in pieces, as the asynchronous form reads, it takes nine times the processor's time.
    const pixels = decodeEntry(readFileSync(file), source);
    if (pixels === 'stale') {
      return undefined;
    }
    await touchEntry(file);
    return pixels;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') {
      const got = error instanceof Error ? error.message : String(error);
      onNote(
        `cache: expected a whole entry in ${file}, got a damaged one (${got}); the sample is read ` +
          'from its own files again',
      );
    }
    return undefined;
  }
}

/** Says once why nothing more is added. */
function stop(cache: SampleCache, reason: string, onNote: (note: string) => void): void {
  if (stopAdding(cache)) {
    onNote(`cache ${cache.folder}: ${reason}; what it holds is used, nothing more is added`);
  }
}

async function addEntry(
  file: string,
  content: Uint8Array,
  cache: SampleCache,
  onNote: (note: string) => void,
): Promise<void> {
  try {
    await mkdir(cache.folder, { recursive: true });
    const answer = await reserve(cache, content.length);
    if (answer === 'reserved') {
      await writeFileAtomic(file, content, { flush: false });
    } else if (answer === 'full') {
      stop(cache, `its ${short(cache.maxBytes / GIB)} GiB are full (option cacheLimit)`, onNote);
    } else if (answer === 'disk') {
      stop(cache, 'the disk is nearly full', onNote);
    }
  } catch (error) {
    stop(cache, error instanceof Error ? error.message : String(error), onNote);
  }
}

/**
 * Reads a sample as {@link readSample} does: from its entry, or from its own files, after which it has
 * an entry. An entry counts only if the files are as they were when it was made and are read in the
 * same way; a damaged one is made again. What goes wrong with the cache does not stop the reading.
 *
 * @param onNote - told what the user should know of the cache
 * @throws {@link DataError} as {@link readSample} does
 */
export async function readThrough(
  cache: SampleCache,
  sample: Sample,
  table: LabelTable,
  options: ReadSampleOptions,
  onNote: (note: string) => void,
): Promise<LabelledImage> {
  const reading = readingDigest(table, options);
  const state = () => entrySource(sample, reading).catch(() => undefined);
  const before = await state();
  if (before === undefined) {
    return readSample(sample, table, options); // which says what is wrong with the files
  }
  const file = path.join(cache.folder, entryName(sample, reading));
  const known = await readEntry(file, before.text, onNote);
  if (known !== undefined) {
    return known;
  }
  const pixels = await readSample(sample, table, options);
  if (isAdding(cache) && before.isSettled && (await state())?.text === before.text) {
    await addEntry(file, encodeEntry(pixels, before.text), cache, onNote);
  }
  return pixels;
}
