import path from 'node:path';
import { readSafetensors, writeSafetensors } from '#lib/files/safetensors.js';
import { single, type FuzzFormat } from '../format.js';
import { CHANGE_HEADER } from './safetensors-changes.js';
import { bytesOf, fixture } from './temporary.js';

const FILE = 'weights.safetensors';

/** Arrays by name, of whichever program. */
export const SAFETENSORS: FuzzFormat = {
  name: 'safetensors',
  module: import.meta.url,
  readers: 'readSafetensors',
  async seeds() {
    const own = await bytesOf((file) =>
      writeSafetensors(
        file,
        {
          a: { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
          '10': { dtype: 'int64', shape: [1], data: BigInt64Array.of(-1n) },
          empty: { dtype: 'uint8', shape: [0, 3], data: new Uint8Array() },
          flags: { dtype: 'bool', shape: [], data: Uint8Array.of(1) },
        },
        { format: 'pt', ä: 'é' },
      ),
    );
    return [single(FILE, own), single(FILE, fixture('python.safetensors'))];
  },
  structured: [CHANGE_HEADER],
  isOnDisk: true,
  read: ({ folder }) => readSafetensors(path.join(folder, FILE)),
  limitMiB: 128,
};
