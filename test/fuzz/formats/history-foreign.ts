import path from 'node:path';
import { readHistory } from '#lib/run/history.js';
import { single, type FuzzFormat } from '../format.js';
import { fixture } from './temporary.js';

const FILE = 'history.arrow';

/** A history as pyarrow writes it, without checksums. */
export const HISTORY_FOREIGN: FuzzFormat = {
  name: 'history-foreign',
  module: import.meta.url,
  readers: 'readHistory of a file that pyarrow wrote',
  seeds: () => Promise.resolve([single(FILE, fixture('pyarrow-history.arrow'))]),
  isOnDisk: true,
  read: ({ folder }) => readHistory(path.join(folder, FILE)),
  limitMiB: 128,
};
