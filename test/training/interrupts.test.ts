/** Work is stopped at once also while it waits for a disk that does not deliver. */
import { cp, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { evaluate } from '../../lib/evaluate/evaluate.js';
import { predict } from '../../lib/inference/predict.js';
import { readHistory } from '../../lib/run/history.js';
import { search } from '../../lib/search/search.js';
import { useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from './tiny-dataset.js';
import { NARROW, trainTiny } from './train-tiny.js';
import { retrain } from '../../lib/retrain/retrain.js';
import { TINY_ARCHITECTURE } from './tiny-architecture.js';

const folder = temporaryFolder();
const done = path.join(folder, 'done');
let dataset: Dataset;

beforeAll(async () => {
  await useBackend('wasm');
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 4, val: 1 });
  await trainTiny(dataset, done);
});
afterEach(() => vi.restoreAllMocks());

const stop = new Error('stop');
const hanging = () => new Promise<never>(() => undefined);

/** Work that waits at its n-th listing of the dataset until it is stopped. */
async function stoppedListing(at: number, work: (all: Request) => Promise<unknown>) {
  const controller = new AbortController();
  let listings = 0;
  const samples: Dataset['samples'] = (split, options) => {
    listings++;
    if (listings < at) {
      return dataset.samples(split, options);
    }
    setImmediate(() => {
      controller.abort(stop);
    });
    return hanging();
  };
  const { signal } = controller;
  await expect(work({ dataset: { ...dataset, samples }, signal })).rejects.toBe(stop);
  expect(listings).toBe(at);
}

interface Request {
  readonly dataset: Dataset;
  readonly signal: AbortSignal;
}

/** Work that waits for the first checkpoint that it reads until it is stopped. */
async function stoppedReading(work: (signal: AbortSignal) => Promise<unknown>) {
  const controller = new AbortController();
  const handle = await open(path.join(done, 'config.json'));
  const prototype = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  let release = () => undefined as void;
  const original = Reflect.get(prototype, 'read') as (...parameters: unknown[]) => unknown;
  const checkpoint = await stat(path.join(done, 'checkpoints', 'best.safetensors'));
  const read = async function (this: typeof handle, ...parameters: unknown[]) {
    if ((await this.stat()).size !== checkpoint.size) {
      return Reflect.apply(original, this, parameters);
    }
    setImmediate(() => {
      controller.abort(stop);
    });
    return new Promise<never>((_, reject) => {
      release = () => {
        reject(new Error('the disk is gone')); // so that the file is closed
      };
    });
  };
  const spy = vi.spyOn(prototype, 'read');
  spy.mockImplementation(read as unknown as typeof prototype.read);
  try {
    await expect(work(controller.signal)).rejects.toBe(stop);
  } finally {
    spy.mockRestore();
    release();
  }
}

const config = { filterMultiplier: 1, crop: 33, batchSize: 2, epochs: 2, workers: 0 };
const request = {
  architecture: TINY_ARCHITECTURE,
  preset: 'tiny',
  config: { ...config, ...NARROW },
} as const;

describe('an interrupt', () => {
  it.each([1, 2, 3, 4])('stops a retraining at the listing %i of the data', async (at) => {
    const own = path.join(folder, `retrain-${at}`);
    await stoppedListing(at, (given) => retrain({ ...given, ...request, folder: own }));
    expect(await readdir(folder)).not.toContain(path.basename(own));
  });

  it.each([1, 2, 3, 4])('stops a search at the listing %i of the data', async (at) => {
    const own = path.join(folder, `search-${at}`);
    const small = { ...config, layers: 2, blocks: 1 };
    await stoppedListing(at, (given) =>
      search({ ...given, preset: 'tiny', config: small, folder: own }),
    );
    expect(await readdir(folder)).not.toContain(path.basename(own));
  });

  it.each([1, 2])('stops an evaluation at the listing %i of the data', async (at) => {
    await stoppedListing(at, (given) => evaluate({ ...given, folder: done }));
  });

  it('stops the reading of a checkpoint, and the run can be resumed', async () => {
    const own = path.join(folder, 'resumed');
    await cp(done, own, { recursive: true });
    const resumed = { ...request, dataset, folder: own, resume: true };
    await stoppedReading((signal) => retrain({ ...resumed, signal }));
    vi.restoreAllMocks();
    const result = await retrain(resumed);
    expect(result.steps).toBe(4);
    expect((await retrain(resumed)).meanIou).toBe(result.meanIou);
    expect(result.meanIou).toBeGreaterThan(0);
    const { rows } = await readHistory(path.join(own, 'history.arrow'));
    expect(rows.filter(({ kind }) => kind === 'step').map(({ step }) => step)).toEqual([
      1, 2, 3, 4,
    ]);
  });

  it('stops the reading of first weights, of an evaluation and of a prediction', async () => {
    const own = path.join(folder, 'fine');
    const started = { ...config, initialWeights: done };
    const input = path.join(folder, 'data', 'val');
    const out = path.join(folder, 'predictions');
    await stoppedReading((signal) =>
      retrain({ ...request, config: started, dataset, folder: own, signal }),
    );
    await stoppedReading((signal) => evaluate({ dataset, folder: done, signal }));
    await stoppedReading((signal) => predict({ folder: done, input, out, signal }));
    expect(await readdir(folder)).not.toContain('fine');
    expect(await readdir(folder)).not.toContain('predictions');
  });
});
