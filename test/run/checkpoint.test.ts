import { linkSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { DataError } from '../../lib/errors.js';
import { CheckpointStore } from '../../lib/run/checkpoint.js';
import { latestCheckpoint } from '../../lib/run/checkpoint-folder.js';
import { compileRun, kill, nextOutput, startChild } from './child.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { checkpointAt } from './small-checkpoints.js';

const root = temporaryFolder();

let count = 0;

const newFolder = () => join(root, String(count++));

async function savedSteps(folder: string, steps: number[], keep = 3): Promise<CheckpointStore> {
  const store = new CheckpointStore(folder, { keep });
  for (const step of steps) {
    await store.save(checkpointAt(step));
  }
  return store;
}

const nameOf = (step: number) => `step-${String(step).padStart(9, '0')}.safetensors`;

describe('CheckpointStore', () => {
  it('keeps the last ones and the best', async () => {
    const folder = newFolder();
    const store = new CheckpointStore(folder, { keep: 2 });
    for (const step of [10, 20, 30, 40]) {
      await store.save(checkpointAt(step), { isBest: step === 20 });
    }
    expect(readdirSync(folder).sort()).toEqual(['best.safetensors', nameOf(30), nameOf(40)]);
    expect((await store.best()).step).toBe(20);
    expect((await store.latest())?.checkpoint).toMatchObject({ step: 40, epoch: 4 });
  });

  it('saves the same step as best twice without leaving a temporary file', async () => {
    const folder = newFolder();
    const store = new CheckpointStore(folder);
    const file = await store.save(checkpointAt(10), { isBest: true });
    await store.save(checkpointAt(10), { isBest: true });
    linkSync(file, join(folder, 'another-name'));
    await store.save(checkpointAt(20), { isBest: true });
    expect(readdirSync(folder).sort()).toEqual(
      ['another-name', 'best.safetensors', nameOf(10), nameOf(20)].sort(),
    );
    expect((await store.best()).step).toBe(20);
  });

  it('has none in a folder that does not exist or holds none', async () => {
    expect(await latestCheckpoint(newFolder())).toBeUndefined();
    expect(await latestCheckpoint(root)).toBeUndefined();
    await expect(new CheckpointStore(newFolder()).best()).rejects.toThrow(DataError);
  });

  it('falls back to the one before when the last holds NaN, and says so', async () => {
    const folder = newFolder();
    const store = await savedSteps(folder, [10, 20]);
    const { groups } = checkpointAt(NaN);
    await store.save({ ...checkpointAt(30), groups });
    const found = await latestCheckpoint(folder);
    expect(found?.checkpoint.step).toBe(20);
    expect(found?.skipped.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('expected finite numbers, got NaN in weights/stem/conv1/weights'),
    ]);
  });

  it('falls back to the one before when the last is cut off, and says which it skipped', async () => {
    const folder = newFolder();
    const store = await savedSteps(folder, [10, 20, 30]);
    truncateSync(join(folder, nameOf(30)), 700);
    const flipped = readFileSync(join(folder, nameOf(20)));
    flipped[flipped.length - 1] ^= 64;
    writeFileSync(join(folder, nameOf(20)), flipped);
    const found = await store.latest();
    expect(found?.file).toBe(join(folder, nameOf(10)));
    expect(found?.skipped.map(({ file }) => file)).toEqual([
      join(folder, nameOf(30)),
      join(folder, nameOf(20)),
    ]);
    expect(found?.skipped[0].reason).toContain('bytes of data');
    expect(found?.skipped[1].reason).toContain('expected the checksum');
    const weights = found?.checkpoint.groups.weights?.['stem/conv1/weights'];
    expect(weights?.data).toEqual(Float32Array.of(10, -10));
  });

  it('takes the best when all others are damaged, and throws when that is damaged too', async () => {
    const folder = newFolder();
    const store = new CheckpointStore(folder, { keep: 1 });
    await store.save(checkpointAt(10), { isBest: true });
    await store.save(checkpointAt(20));
    truncateSync(join(folder, nameOf(20)), 3);
    expect((await store.latest())?.checkpoint.step).toBe(10);
    truncateSync(join(folder, 'best.safetensors'), 3);
    await expect(store.latest()).rejects.toThrow(/expected an intact checkpoint, got 2 damaged: /);
  });

  it('removes checkpoints of later steps when the run goes on from an earlier one', async () => {
    const folder = newFolder();
    const store = await savedSteps(folder, [10, 20, 30]);
    truncateSync(join(folder, nameOf(30)), 5);
    await store.save(checkpointAt(25));
    expect(readdirSync(folder).sort()).toEqual([nameOf(10), nameOf(20), nameOf(25)]);
  });

  it('asks its guard before writing and keeps at least one', async () => {
    const guard = vi.fn(() => Promise.reject(new DataError('the run was taken over')));
    const folder = newFolder();
    await expect(new CheckpointStore(folder, { guard }).save(checkpointAt(1))).rejects.toThrow(
      'taken over',
    );
    expect(() => readdirSync(folder)).toThrow();
    expect(() => new CheckpointStore(folder, { keep: 0 })).toThrow('at least 1, got 0');
  });

  it('has an intact checkpoint whenever the program is killed', async () => {
    const folder = newFolder();
    const program = newFolder();
    compileRun(program);
    const script = `
      import { CheckpointStore } from './lib/run/checkpoint.js';
      const store = new CheckpointStore(process.argv[2] ?? ${JSON.stringify(folder)}, { keep: 2 });
      const from = ((await store.latest())?.checkpoint.step ?? 0) + 1;
      const data = new Float32Array(200_000);
      for (let step = from; ; step++) {
        const groups = { weights: { a: { dtype: 'float32', shape: [data.length], data: data.fill(step) } } };
        await store.save({ step, epoch: 0, metrics: {}, extra: null, groups }, { isBest: step % 3 === 0 });
        if (step === from) console.log('started');
      }`;
    let last = 0;
    for (const delay of [0, 7, 17, 40]) {
      const child = startChild(program, 'write.js', script);
      await nextOutput(child);
      await new Promise((resolve) => setTimeout(resolve, delay));
      await kill(child);
      const found = await latestCheckpoint(folder);
      const step = found?.checkpoint.step ?? 0;
      expect(found?.skipped).toEqual([]);
      expect(step).toBeGreaterThan(last);
      expect(found?.checkpoint.groups.weights?.a?.data.every((x) => x === step)).toBe(true);
      last = step;
    }
  });
});
