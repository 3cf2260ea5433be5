import { isDeepStrictEqual } from 'node:util';
import { decodeEntry, encodeEntry } from '#lib/dataset/loading/cache/entry-file.js';
import { single, type FuzzFormat } from '../format.js';

const FILE = 'entry.arrow';
const SOURCE = 'made of this';

function entry(height: number, width: number, isLabelled: boolean): Buffer {
  const size = { height, width };
  const image = { ...size, data: Uint8Array.from({ length: 3 * height * width }, (_, i) => i) };
  const labels = { ...size, data: new Uint8Array(height * width).fill(2) };
  return encodeEntry({ image, labels: isLabelled ? labels : undefined }, SOURCE);
}

/** A decoded sample in the cache on disk, with its CRC-32. */
export const CACHE_ENTRY: FuzzFormat = {
  name: 'cache-entry',
  module: import.meta.url,
  readers: 'decodeEntry',
  seeds: () => Promise.resolve([single(FILE, entry(4, 5, true)), single(FILE, entry(3, 2, false))]),
  isOnDisk: false,
  read: ({ files }) => decodeEntry(files[FILE], SOURCE),
  isTyped: (error) => error instanceof RangeError && error.message.includes('checksum'),
  promise: {
    what: 'the pixels are those that were written',
    holds: (content, originals) =>
      content === 'stale' || originals.some((one) => isDeepStrictEqual(content, one)),
  },
  limitMiB: 128,
};
