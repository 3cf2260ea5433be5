import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CheckpointStore } from '../../lib/run/checkpoint.js';
import { chosenCheckpoint } from '../../lib/run/checkpoint-folder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { checkpointAt } from './small-checkpoints.js';

const root = temporaryFolder();
let count = 0;

const fileOf = (folder: string, step: number) =>
  join(folder, `step-${String(step).padStart(9, '0')}.safetensors`);
const bestOf = (folder: string) => join(folder, 'best.safetensors');

/** Checkpoints after 10, 20 and 30 steps, of which one was the best when it was saved. */
async function savedWithBest(best: number, keep = 3): Promise<string> {
  const folder = join(root, String(count++));
  const store = new CheckpointStore(folder, { keep });
  for (const step of [10, 20, 30]) {
    const metrics =
      step < best ? { bestMeanIou: NaN, bestStep: 0 } : { bestMeanIou: 0.5, bestStep: best };
    await store.save({ ...checkpointAt(step), metrics }, { isBest: step === best });
  }
  return folder;
}

function flipByte(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] ^= 1;
  rmSync(file); // best is another name of the same file
  writeFileSync(file, bytes);
}

const stepOf = async (folder: string, choice: 'best' | 'last') =>
  (await chosenCheckpoint(folder, choice)).step;

describe('chosenCheckpoint', () => {
  it('gives the best and the last', async () => {
    const folder = await savedWithBest(20);
    expect([await stepOf(folder, 'best'), await stepOf(folder, 'last')]).toEqual([20, 30]);
  });

  it('knows the best though it was killed before it was named', async () => {
    const folder = await savedWithBest(30);
    rmSync(bestOf(folder));
    expect(await stepOf(folder, 'best')).toBe(30);
    copyFileSync(fileOf(folder, 10), bestOf(folder)); // the best before
    expect(await stepOf(folder, 'best')).toBe(30);
    const store = new CheckpointStore(folder);
    const found = await store.latest();
    await store.repairBest(found!);
    expect(readFileSync(bestOf(folder)).equals(readFileSync(fileOf(folder, 30)))).toBe(true);
  });

  it('never takes another one for a damaged best or last', async () => {
    const folder = await savedWithBest(20, 1);
    flipByte(fileOf(folder, 30));
    await expect(chosenCheckpoint(folder, 'last')).rejects.toThrow(
      /step-000000030.*checksum.*damaged; resume the run .* or take \{ checkpoint: 'best' \}/,
    );
    expect(await stepOf(folder, 'best')).toBe(20);
    flipByte(bestOf(folder));
    await expect(chosenCheckpoint(folder, 'best')).rejects.toThrow(
      /best\.safetensors.*checksum.*damaged; take \{ checkpoint: 'last' \}/,
    );
  });

  it('takes the same checkpoint under its other name', async () => {
    const folder = await savedWithBest(20);
    flipByte(bestOf(folder));
    expect(await stepOf(folder, 'best')).toBe(20);
  });

  it('refuses an older best when the true one is gone', async () => {
    const folder = await savedWithBest(20, 1);
    rmSync(bestOf(folder));
    await expect(chosenCheckpoint(folder, 'best')).rejects.toThrow(
      /expected the best checkpoint, that of step 20, got none; take \{ checkpoint: 'last' \}/,
    );
    const other = await savedWithBest(10);
    copyFileSync(fileOf(other, 10), bestOf(folder));
    await expect(chosenCheckpoint(folder, 'best')).rejects.toThrow(
      /that of step 20, got that of step 10 as best\.safetensors/,
    );
  });

  it('takes a best file alone, and the last one without a validation', async () => {
    const folder = await savedWithBest(20);
    for (const step of [10, 20, 30]) {
      rmSync(fileOf(folder, step));
    }
    expect(await stepOf(folder, 'best')).toBe(20);
    await expect(chosenCheckpoint(folder, 'last')).rejects.toThrow(/got best\.safetensors only/);
    expect(await stepOf(await savedWithBest(40), 'best')).toBe(30);
    await expect(chosenCheckpoint(join(root, 'none'), 'best')).rejects.toThrow(
      /expected checkpoints, got none; train the run first/,
    );
  });
});
