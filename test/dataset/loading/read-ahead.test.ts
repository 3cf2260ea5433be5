import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { makeBatch, type Batch, type BatchTask } from '../../../lib/dataset/loading/batch.js';
import {
  createLoader,
  type EpochOptions,
  type Loader,
} from '../../../lib/dataset/loading/loader.js';
import type { LoaderOptions } from '../../../lib/dataset/loading/loader-options.js';
import { WorkerPool } from '../../../lib/dataset/loading/worker-pool.js';
import { DataError } from '../../../lib/errors.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { dataset, samples } from './seven-samples.js';

const PREFETCH = 2;
const STEPS = 3; // 7 samples in batches of 2, the odd one is dropped

/** Makes batches here, and remembers of which samples and epochs. */
function recorder() {
  const tasks: string[] = [];
  let [underWay, most] = [0, 0];
  return {
    tasks,
    most: () => most,
    make: async (task: BatchTask) => {
      tasks.push(`${task.epoch}: ${task.entries.map(({ sample }) => sample.id).join()}`);
      most = Math.max(most, ++underWay);
      const result = await makeBatch(task);
      underWay--;
      return result;
    },
    close: () => Promise.resolve(),
  };
}

const loaders: Loader[] = [];
function load(options: Partial<LoaderOptions> = {}): Loader {
  const common = { dataset, samples, crop: 8, batchSize: 2, seed: 1, workers: 0 };
  const loader = createLoader({ ...common, prefetch: PREFETCH, ...options });
  loaders.push(loader);
  return loader;
}
afterEach(async () => {
  await Promise.all(loaders.splice(0).map((loader) => loader.close()));
});

async function batches(loader: Loader, epoch: number, options?: EpochOptions): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const batch of loader.epoch(epoch, options)) {
    all.push(batch);
  }
  return all;
}

const ofEpoch = (tasks: readonly string[], epoch: number) =>
  tasks.filter((task) => task.startsWith(`${epoch}:`));

describe('the batches of the next epoch', () => {
  it('are under way when an epoch ends, and are the same, each made once', async () => {
    const plain = recorder();
    const expected: Batch[][] = [];
    for (const epoch of [0, 1, 2]) {
      expected.push(await batches(load({ maker: plain }), epoch));
    }
    const maker = recorder();
    const loader = load({ maker });
    const found: Batch[][] = [];
    for (const epoch of [0, 1, 2]) {
      const nextEpoch = epoch < 2 ? epoch + 1 : undefined;
      found.push(await batches(loader, epoch, { nextEpoch }));
      const isLast = nextEpoch === undefined;
      expect(maker.tasks).toHaveLength((epoch + 1) * STEPS + (isLast ? 0 : PREFETCH));
    }
    expect(found).toEqual(expected);
    expect(maker.tasks).toEqual(plain.tasks);
  });

  it('count among the batches that are made ahead', async () => {
    const maker = recorder();
    const loader = load({ maker });
    let step = 0;
    for await (const batch of loader.epoch(0, { nextEpoch: 1 })) {
      expect(batch.ids).toHaveLength(2);
      step++;
      expect(maker.tasks.length - step).toBe(PREFETCH);
    }
    await batches(loader, 1);
    expect(maker.most()).toBe(PREFETCH);
  });

  it('are under way too after an epoch that was resumed or cut short', async () => {
    const [zero, one] = [await batches(load(), 0), await batches(load(), 1)];
    for (const [startStep, endStep] of [
      [2, 3],
      [0, 1],
      [3, 3],
    ]) {
      const maker = recorder();
      const loader = load({ maker });
      const options = { startStep, endStep, nextEpoch: 1 };
      expect(await batches(loader, 0, options)).toEqual(zero.slice(startStep, endStep));
      expect(ofEpoch(maker.tasks, 0)).toHaveLength(endStep - startStep);
      expect(ofEpoch(maker.tasks, 1)).toHaveLength(PREFETCH);
      expect(await batches(loader, 1)).toEqual(one);
      expect(ofEpoch(maker.tasks, 1)).toHaveLength(STEPS);
    }
  });

  it('are made by prepare() without an epoch before them', async () => {
    const maker = recorder();
    const loader = load({ maker });
    loader.prepare(1);
    loader.prepare(1);
    expect(maker.tasks).toHaveLength(PREFETCH);
    expect(await batches(loader, 1)).toEqual(await batches(load(), 1));
    expect(maker.tasks).toHaveLength(STEPS);
  });

  it('are dropped if something else is read, which then is what it would have been', async () => {
    const expected = await batches(load(), 1);
    for (const options of [{ startStep: 1 }, { startStep: 0 }]) {
      const loader = load();
      loader.prepare(options.startStep === 1 ? 1 : 2);
      expect(await batches(loader, 1, options)).toEqual(expected.slice(options.startStep));
      expect(await batches(loader, 1)).toEqual(expected);
    }
  });

  it('report what cannot be read when their turn comes, not before', async () => {
    const broken = samples.map((sample) => ({ ...sample, imageFile: `${sample.imageFile}.no` }));
    const maker = {
      make: (task: BatchTask) => {
        const change = ({ index, ...entry }: BatchTask['entries'][number]) => {
          return { ...entry, index, sample: broken[index] };
        };
        return makeBatch({
          ...task,
          entries: task.epoch === 1 ? task.entries.map(change) : task.entries,
        });
      },
      close: () => Promise.resolve(),
    };
    const loader = load({ maker });
    expect(await batches(loader, 0, { nextEpoch: 1 })).toHaveLength(STEPS);
    await expect(batches(loader, 1)).rejects.toThrow(/\.no/);
  });

  it('are not begun once the signal has stopped an epoch', async () => {
    const maker = recorder();
    const controller = new AbortController();
    const stopped = new Error('enough');
    const read = async () => {
      const options = { signal: controller.signal, nextEpoch: 1 };
      for await (const batch of load({ maker }).epoch(0, options)) {
        expect(batch.ids).toHaveLength(2);
        controller.abort(stopped);
      }
    };
    await expect(read()).rejects.toBe(stopped);
    expect(ofEpoch(maker.tasks, 1)).toEqual([]);
    expect(maker.tasks).toHaveLength(1 + PREFETCH);
  });

  it('give the error of a thread that died over them', async () => {
    const script = path.join(temporaryFolder(), 'dies-in-epoch-1.cjs');
    await writeFile(
      script,
      `const { parentPort } = require('node:worker_threads');
       parentPort.on('message', ({ id, task }) => {
         if (task.epoch === 1) process.exit(3);
         parentPort.postMessage({ id, result: { batch: { ids: ['x'] }, decoded: [], notes: [] } });
       });`,
    );
    const pool = new WorkerPool(1, pathToFileURL(script));
    const loader = load({ maker: pool, prefetch: 1 });
    expect(await batches(loader, 0, { nextEpoch: 1 })).toHaveLength(STEPS);
    const error = await batches(loader, 1).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toMatch(
      /expected its worker thread to make batches, got none: it ended with code 3; start again/,
    );
    await pool.close();
  });

  it('end with the threads: closing the pool rejects them without a trace', async () => {
    const script = path.join(temporaryFolder(), 'silent.cjs');
    await writeFile(script, `require('node:worker_threads').parentPort.on('message', () => {});`);
    const pool = new WorkerPool(1, pathToFileURL(script));
    const loader = load({ maker: pool });
    loader.prepare(0);
    await pool.close(); // an unhandled rejection would fail the test
    await expect(batches(loader, 0)).rejects.toThrow(/the loader was closed/);
  });
});
