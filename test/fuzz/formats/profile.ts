import path from 'node:path';
import { readProfile } from '#lib/budget/profile/file.js';
import { single, type FuzzFormat } from '../format.js';

const FILE = 'profile.json';

const PROFILE = {
  version: 1,
  machine: {
    processor: 'a processor',
    cores: 2,
    backend: 'tensorflow',
    threads: 2,
    date: '2026-01-31T12:00:00.000Z',
    libraryVersion: '0.1.0',
  },
  network: {
    filterMultiplier: 20,
    classes: 19,
    stemWidths: [64, 128],
    headFilters: 256,
    imagePoolingNorm: 'batch',
    height: 1025,
    width: 2049,
    blocks: 5,
  },
  pieces: {
    'stem 1025x2049x3 to 64 and 128': { seconds: 0.5, runs: 9 },
    'skip_connect 257x513x20 stride 1': { seconds: 0, runs: 0 },
  },
};

/** Latencies of the pieces of networks as a document. */
export const PROFILE_FORMAT: FuzzFormat = {
  name: 'profile',
  module: import.meta.url,
  readers: 'readProfile',
  seeds: () => Promise.resolve([single(FILE, JSON.stringify(PROFILE, undefined, 2))]),
  isOnDisk: true,
  read: ({ folder }) => readProfile(path.join(folder, FILE)),
  limitMiB: 256,
};
