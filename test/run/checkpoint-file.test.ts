import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, DataError } from '../../lib/errors.js';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from '../../lib/run/checkpoint-file.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { arraysOf, checkpointAt } from './small-checkpoints.js';

const root = temporaryFolder();

describe('writeCheckpoint and readCheckpoint', () => {
  it('keep groups, metrics that are no numbers, and everything else', async () => {
    const file = join(root, 'full.safetensors');
    const checkpoint: Checkpoint = {
      step: 12,
      epoch: 3,
      metrics: { meanIou: 0.25, lowestLoss: Infinity, loss: NaN },
      extra: { sampler: { epoch: 3, index: 7 } },
      groups: {
        weights: arraysOf(1),
        empty: {},
        optimizer: { 'momentum/a': { dtype: 'float32', shape: [], data: Float32Array.of(2) } },
      },
    };
    await writeCheckpoint(file, checkpoint);
    const { libraryVersion, ...read } = await readCheckpoint(file);
    expect(read).toEqual(checkpoint);
    expect(libraryVersion).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('write the same bytes for the same state', async () => {
    const [a, b] = [join(root, 'a'), join(root, 'b')];
    await writeCheckpoint(a, checkpointAt(10));
    await writeCheckpoint(b, checkpointAt(10));
    expect(readFileSync(a).equals(readFileSync(b))).toBe(true);
  });

  it('detect any single byte that changed', async () => {
    const file = join(root, 'flipped.safetensors');
    await writeCheckpoint(file, checkpointAt(10));
    const bytes = readFileSync(file);
    const intact = await readCheckpoint(file);
    for (let i = 0; i < bytes.length; i++) {
      const flipped = Buffer.from(bytes);
      flipped[i] ^= 1;
      writeFileSync(file, flipped);
      const result: unknown = await readCheckpoint(file).catch((error: unknown) => error);
      // A changed space of the header's padding changes nothing that is read.
      if (!(result instanceof DataError)) {
        expect(result).toEqual(intact);
        expect(bytes[i]).toBe(0x20);
      }
    }
  });

  it('refuse numbers that are not finite when they are read, and name them', async () => {
    const file = join(root, 'diverged.safetensors');
    for (const value of [NaN, Infinity, -Infinity]) {
      const filter = { dtype: 'float32', shape: [2], data: Float32Array.of(1, value) } as const;
      await writeCheckpoint(file, { ...checkpointAt(10), groups: { weights: { filter } } });
      await expect(readCheckpoint(file)).rejects.toThrow(
        new DataError(
          `${file}: expected finite numbers, got ${value} in weights/filter; the training ` +
            "diverged before it was written; take another checkpoint, such as { checkpoint: 'best' }",
          file,
        ),
      );
    }
  });

  it('refuse another safetensors file, a step that is none and a group with a slash', async () => {
    const file = join(root, 'other.safetensors');
    const { writeSafetensors } = await import('../../lib/files/safetensors.js');
    await writeSafetensors(file, arraysOf(1));
    await expect(readCheckpoint(file)).rejects.toThrow(
      'expected a checkpoint of version 1, got format "unknown"',
    );
    await expect(writeCheckpoint(file, { ...checkpointAt(0), step: 1.5 })).rejects.toThrow(
      ConfigError,
    );
    await expect(
      writeCheckpoint(file, { ...checkpointAt(0), groups: { 'a/b': {} } }),
    ).rejects.toThrow('expected a group name without "/", got "a/b"');
  });
});
