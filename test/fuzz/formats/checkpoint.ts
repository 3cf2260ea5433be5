import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from '#lib/run/checkpoint-file.js';
import { single, type FuzzFormat } from '../format.js';
import { CHANGE_HEADER, RESEAL } from './safetensors-changes.js';
import { bytesOf } from './temporary.js';

const FILE = 'step-000000003.safetensors';

const CHECKPOINTS: readonly Checkpoint[] = [
  {
    step: 3,
    epoch: 1,
    metrics: { bestMeanIou: 0.5, bestStep: 2, loss: NaN },
    extra: { rows: 4, random: [1, 2] },
    groups: {
      weights: {
        'stem/kernel': {
          dtype: 'float32',
          shape: [2, 3],
          data: Float32Array.of(1, -2, 3, 4, 5, 6),
        },
        'stem/count': { dtype: 'int32', shape: [2], data: Int32Array.of(7, 8) },
      },
      optimizer: { momentum: { dtype: 'float32', shape: [1], data: Float32Array.of(0.25) } },
    },
    run: 'f3a1b2c4-0000-4000-8000-000000000001',
  },
  { step: 0, epoch: 0, metrics: {}, extra: null, groups: { weights: {} } },
];

/** What a run resumes from: safetensors with a checksum over all of it. */
export const CHECKPOINT: FuzzFormat = {
  name: 'checkpoint',
  module: import.meta.url,
  readers: 'readCheckpoint',
  seeds: () =>
    Promise.all(
      CHECKPOINTS.map(async (checkpoint) =>
        single(FILE, await bytesOf((file) => writeCheckpoint(file, checkpoint))),
      ),
    ),
  structured: [CHANGE_HEADER, RESEAL],
  isOnDisk: true,
  read: ({ folder }) => readCheckpoint(path.join(folder, FILE)),
  promise: {
    what: 'a checkpoint is one that was written',
    holds: (content, originals) => originals.some((one) => isDeepStrictEqual(content, one)),
  },
  limitMiB: 128,
};
