import { isDeepStrictEqual } from 'node:util';
import { formatEntry, parseEntry } from '#lib/runtime/compiled/entry.js';
import { single, type FuzzFormat } from '../format.js';

const FILE = 'steps.graph';
const KEY = '5a'.repeat(32);

function entry(nodes: number): Uint8Array {
  const ends = { move: { inputs: { x: 'n1' }, outputs: [['y', 'n2'] as const], done: null } };
  const works = { move: { dense: nodes, depthwise: 0, bytes: 12, kernels: 1 } };
  const tried = [{ recompute: 'none', state: 4, step: 8, total: 12 } as const];
  const graph = Uint8Array.from({ length: 10 * nodes }, (_, i) => i);
  return formatEntry(KEY, { facts: { ends, works, prepares: null, tried }, graph });
}

/** Compiled steps on disk, with their SHA-256. */
export const GRAPH_ENTRY: FuzzFormat = {
  name: 'graph-entry',
  module: import.meta.url,
  readers: 'parseEntry',
  seeds: () => Promise.resolve([single(FILE, entry(3)), single(FILE, entry(40))]),
  isOnDisk: false,
  read: ({ files }) => parseEntry(KEY, files[FILE]),
  promise: {
    what: 'the steps are those that were written, or none',
    holds: (content, originals) =>
      content === undefined || originals.some((one) => isDeepStrictEqual(content, one)),
  },
  limitMiB: 128,
};
