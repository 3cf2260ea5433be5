import { readForeignDecode } from '#lib/decoder/foreign-listing.js';
import { single, type FuzzFormat } from '../format.js';

const FILE = 'listing.txt';

const LISTING = `Loading checkpoint
architecture search results: [1 2 2 2 1 1 1 0 0 0 1 1]
new cell structure: [[ 1  5]
 [ 0  4]
 [ 4  3]
 [ 2  5]
 [ 7  4]
 [ 8  5]
 [10  6]
 [ 9  5]
 [14  4]
 [15  6]]
`;

const SHORT = 'architecture search results: [0 0 1]\nnew cell structure: [[1 0] [0 4]]\n';

/** What a PyTorch port's decoder printed. */
export const FOREIGN_LISTING: FuzzFormat = {
  name: 'foreign-listing',
  module: import.meta.url,
  readers: 'readForeignDecode',
  seeds: () => Promise.resolve([single(FILE, LISTING), single(FILE, SHORT)]),
  isOnDisk: false,
  read({ files }) {
    return readForeignDecode(files[FILE].toString(), { none: 'drop' });
  },
  limitMiB: 128,
};
