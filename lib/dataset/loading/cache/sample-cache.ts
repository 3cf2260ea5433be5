/**
 * Decoded and resized samples on disk, up to a size. Entries that no run has used since this one began
 * make room for new ones, the least recently used first; without any, nothing is added: of a dataset
 * that does not fit, a part stays, instead of each epoch removing what the next one needs.
 */
import { readdir, rm, stat, statfs, utimes } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError } from '../../../errors.js';
import { isTemporaryName } from '../../../files/temporary-file.js';
import { errorCode, fileError } from '../../../files/file-error.js';
import { isEntryName } from './entry-source.js';

/** A cache; it can be sent to a worker, and all threads share its counts. */
export interface SampleCache {
  readonly folder: string;
  /** The most that its entries may take, in bytes. */
  readonly maxBytes: number;
  /** What has to stay free on its disk, in bytes. */
  readonly keepFree: number;
  /** Entries last used before, in ms since 1970, may be removed. */
  readonly openedAt: number;
  /** Numbers of this file that all threads change. */
  readonly counts: SharedArrayBuffer;
}

/** The numbers that threads share. */
const SLOTS = {
  /** Bytes of all entries. */
  used: 0,
  /** Bytes added since they were last counted. */
  added: 1,
  /** 1: nothing is added any more. */
  isStopped: 2,
  /** 1: somebody is making room. */
  isMakingRoom: 3,
} as const;

/** So much stays free on the disk, for what has to be written. */
const KEEP_FREE = 2 ** 30;

/** What was being written for longer than this was given up. */
const ABANDONED_MS = 3_600_000;

/** Entries are counted again when this share of the limit was added: other processes add, too. */
const RECOUNT_SHARE = 0.05;

/** When room is made, so much of the limit gets free at once. */
const ROOM_SHARE = 0.05;

/** Files looked at at the same time. */
const PARALLEL_FILES = 32;

/** What to open. */
export interface SampleCacheOptions {
  /** The folder; it is made when the first entry is. */
  readonly folder: string;
  /** The most that its entries may take, in bytes. */
  readonly maxBytes: number;
  /** What has to stay free on its disk, in bytes; default 1 GiB. */
  readonly keepFree?: number;
  /** The names of entries that are going to be used; if they exist, they stay. */
  readonly needed?: Iterable<string>;
}

interface Entry {
  readonly file: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/** The entries of a folder; what interrupted writes left long ago is removed. */
async function entriesOf(folder: string): Promise<Entry[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') {
      return [];
    }
    throw fileError('read', folder, error);
  });
  const entries: Entry[] = [];
  const look = async (name: string): Promise<void> => {
    const file = path.join(folder, name);
    const isEntry = isEntryName(name);
    if (!isEntry && !isTemporaryName(name)) {
      return;
    }
    const found = await stat(file).catch(() => undefined); // another process may have removed it
    if (found !== undefined && isEntry) {
      entries.push({ file, bytes: found.size, usedAt: found.mtimeMs });
    } else if (found !== undefined && Date.now() - found.mtimeMs > ABANDONED_MS) {
      await rm(file, { force: true });
    }
  };
  for (let i = 0; i < names.length; i += PARALLEL_FILES) {
    await Promise.all(names.slice(i, i + PARALLEL_FILES).map(look));
  }
  return entries;
}

const sum = (entries: readonly Entry[]): number =>
  entries.reduce((total, { bytes }) => total + bytes, 0);

/** Throws unless the folder is one, or can become one. */
async function checkFolder(folder: string): Promise<void> {
  for (let place = folder; ; place = path.dirname(place)) {
    const found = await stat(place).catch(() => undefined);
    if (found?.isDirectory()) {
      return;
    }
    if (found !== undefined || place === path.dirname(place)) {
      throw new ConfigError(
        `cache ${folder}: expected a folder, or a place for a new one, got the file ${place}; ` +
          'choose another folder with the option cache',
      );
    }
  }
}

/**
 * Opens a cache.
 *
 * @returns the cache, and how many entries it has
 * @throws {@link ConfigError} if there is a file where its folder should be
 * @throws {@link DataError} if its folder cannot be read
 */
export async function openSampleCache({
  folder,
  maxBytes,
  keepFree = KEEP_FREE,
  needed = [],
}: SampleCacheOptions): Promise<{ readonly cache: SampleCache; readonly entries: number }> {
  const whole = path.resolve(folder);
  await checkFolder(whole);
  const openedAt = Date.now();
  const entries = await entriesOf(whole);
  const names = new Set(needed);
  for (const { file } of entries.filter((entry) => names.has(path.basename(entry.file)))) {
    await touchEntry(file);
  }
  const counts = new SharedArrayBuffer(8 * Object.keys(SLOTS).length);
  new BigInt64Array(counts)[SLOTS.used] = BigInt(sum(entries));
  const cache = { folder: whole, maxBytes, keepFree, openedAt, counts };
  return { cache, entries: entries.length };
}

/** Bytes of all entries, as far as this process knows. */
export function cacheBytes({ counts }: SampleCache): number {
  return Number(Atomics.load(new BigInt64Array(counts), SLOTS.used));
}

/** Whether entries may still be added. */
export function isAdding({ counts }: SampleCache): boolean {
  return Atomics.load(new BigInt64Array(counts), SLOTS.isStopped) === 0n;
}

/**
 * Adds nothing from now on.
 *
 * @returns whether it was this call that ended it: one thread says so
 */
export function stopAdding({ counts }: SampleCache): boolean {
  return Atomics.exchange(new BigInt64Array(counts), SLOTS.isStopped, 1n) === 0n;
}

/** Says that an entry is in use. */
export async function touchEntry(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined); // then it is removed sooner, and read again
}

/** Counts all entries again, and removes unused ones until `bytes` fit. */
async function makeRoom(cache: SampleCache, bytes: number): Promise<void> {
  const { folder, maxBytes, openedAt } = cache;
  const counts = new BigInt64Array(cache.counts);
  const entries = await entriesOf(folder);
  let used = sum(entries);
  if (used + bytes > maxBytes) {
    const unused = entries.filter(({ usedAt }) => usedAt < openedAt);
    for (const { file, bytes: size } of unused.sort((a, b) => a.usedAt - b.usedAt)) {
      if (used + bytes <= maxBytes * (1 - ROOM_SHARE)) {
        break;
      }
      await rm(file, { force: true });
      used -= size;
    }
  }
  Atomics.store(counts, SLOTS.used, BigInt(used));
  Atomics.store(counts, SLOTS.added, 0n);
}

/** Whether a place has so many bytes free, and what else has to stay free; true if nobody knows. */
async function hasFree({ folder, keepFree }: SampleCache, bytes: number): Promise<boolean> {
  const found = await statfs(folder).catch(() => undefined);
  return found === undefined || found.bavail * found.bsize >= bytes + keepFree;
}

/**
 * Reserves room for an entry, its folder made.
 *
 * @returns `full` if it does not fit, `disk` if the disk is nearly full, `busy` if another thread is
 *   making room just then
 * @throws {@link DataError} if the folder cannot be read or an old entry not removed
 */
export async function reserve(
  cache: SampleCache,
  bytes: number,
): Promise<'reserved' | 'full' | 'disk' | 'busy'> {
  const { maxBytes } = cache;
  const counts = new BigInt64Array(cache.counts);
  if (!(await hasFree(cache, bytes))) {
    return 'disk';
  }
  const fits = () => cacheBytes(cache) + bytes <= maxBytes;
  const isCountOld = Number(Atomics.load(counts, SLOTS.added)) > RECOUNT_SHARE * maxBytes;
  if (!fits() || isCountOld) {
    if (Atomics.exchange(counts, SLOTS.isMakingRoom, 1n) === 1n) {
      return 'busy';
    }
    try {
      await makeRoom(cache, bytes);
    } finally {
      Atomics.store(counts, SLOTS.isMakingRoom, 0n);
    }
  }
  if (!fits()) {
    return 'full';
  }
  Atomics.add(counts, SLOTS.used, BigInt(bytes));
  Atomics.add(counts, SLOTS.added, BigInt(bytes));
  return 'reserved';
}
