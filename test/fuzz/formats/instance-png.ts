import path from 'node:path';
import { readInstanceFile } from '#lib/dataset/reading/instance-file.js';
import { single, type FuzzFormat } from '../format.js';
import { deepPng } from './pictures.js';
import { CHANGE_PNG } from './png-changes.js';

const FILE = 'instances.png';

/** A map of things as 16-bit PNG. */
export const INSTANCE_PNG: FuzzFormat = {
  name: 'instance-png',
  module: import.meta.url,
  readers: 'readInstanceFile',
  seeds: () => Promise.resolve([single(FILE, deepPng(26_001))]),
  structured: [CHANGE_PNG],
  isOnDisk: true,
  read: ({ folder }) => readInstanceFile(path.join(folder, FILE)),
  limitMiB: 384,
};
