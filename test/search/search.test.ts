import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { readArchitecture } from '../../lib/architecture/file.js';
import { ConfigError, NumericError, ShapeError } from '../../lib/errors.js';
import { latestCheckpoint } from '../../lib/run/checkpoint-folder.js';
import { architectureFrom } from '../../lib/run/architecture-source.js';
import { readHistory } from '../../lib/run/history.js';
import { search, type SearchResult } from '../../lib/search/search.js';
import type { SearchConfig } from '../../lib/search/options.js';
import { PAPER_SHAPE } from '../../lib/search-space/shape.js';
import type { ProgressEvent } from '../../lib/training/events.js';
import { autodeeplabHere } from '../cli/command-line.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { TINY_SEARCH } from './tiny-search.js';

const folder = temporaryFolder();
let dataset: Dataset;

const run = (name: string, changes: Partial<SearchConfig> = {}, more: object = {}) =>
  search({
    dataset,
    folder: path.join(folder, name),
    preset: 'tiny',
    config: { ...TINY_SEARCH, ...changes },
    ...more,
  });

/** The losses of all steps of a run. */
async function trace(name: string): Promise<(number | null)[][]> {
  const { rows } = await readHistory(path.join(folder, name, 'history.arrow'));
  return rows
    .filter(({ kind }) => kind === 'step')
    .map(({ step, loss, architectureLoss }) => [step, loss, architectureLoss]);
}

beforeAll(async () => {
  dataset = await tinyDataset(path.join(folder, 'data'));
});

describe('a finished search', () => {
  beforeAll(() => useBackend(backends[0]));

  it('resumed with more epochs equals one of this length where the rate is constant', async () => {
    const changes = { finalLearningRate: 0.025, learningRate: 0.025, validationSplit: null };
    await run('longer', { ...changes, epochs: 2 });
    const longer = await run('longer', { ...changes, epochs: 3 }, { resume: true });
    const whole = await run('whole', { ...changes, epochs: 3 });
    expect(await trace('longer')).toEqual(await trace('whole'));
    expect(longer.decoded?.architecture.path).toEqual(whole.decoded?.architecture.path);
    expect(longer.decoded?.cell).toEqual(whole.decoded?.cell);
    const file = path.join(folder, 'longer', 'config.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      config: { options: { epochs: 3 } },
      changes: [{ afterStep: 4, values: { 'options.epochs': { before: 2, now: 3 } } }],
    });
    const shorter = run('longer', { ...changes, epochs: 2 }, { resume: true });
    await expect(shorter).rejects.toThrow(
      /search epochs: expected at least the 6 steps .* got 2 epochs = 4 steps; raise .* to at least 3/,
    );
  });
});

describe('a search that goes on', () => {
  beforeAll(() => useBackend(backends[0]));

  it('has no architecture until it ends again, except one that decode wrote', async () => {
    const source = path.join(folder, 'stale');
    const has = (name: string) => existsSync(path.join(source, `${name}.json`));
    await run('stale', { epochs: 2 });
    expect((await architectureFrom(source)).path).toHaveLength(2);
    const controller = new AbortController();
    const messages: string[] = [];
    const onProgress = async (event: ProgressEvent) => {
      if (event.kind === 'step') {
        controller.abort();
        messages.push(await architectureFrom(source).then(() => 'read', String));
      }
    };
    const told: Promise<void>[] = [];
    const { interrupted } = await run(
      'stale',
      { epochs: 3 },
      {
        resume: true,
        signal: controller.signal,
        onProgress: (event: ProgressEvent) => told.push(onProgress(event)),
      },
    );
    await Promise.all(told);
    expect([interrupted, has('end'), has('architecture'), has('decode')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(messages[0]).toMatch(/expected a search that has ended, got one that is running/);
    const file = path.join(source, 'architecture.json');
    for (const word of [source, file]) {
      await expect(architectureFrom(word)).rejects.toThrow(
        /stale: expected a search that has ended, got one that was interrupted; resume it .*npx autodeeplab decode /,
      );
    }
    await autodeeplabHere(['decode', source]);
    expect((await architectureFrom(source)).path).toHaveLength(2);
    await run('stale', { epochs: 3 }, { resume: true });
    expect([has('end'), has('architecture'), has('decode')]).toEqual([true, true, true]);
  });
});

describe.each(backends)('search on %s', (backend) => {
  let first: SearchResult;
  beforeAll(() => useBackend(backend));

  it('leaves no tensor behind, and trains α and β from their first epoch on', async () => {
    const before = tf.memory().numTensors;
    first = await run(`${backend}-first`);
    expect(tf.memory().numTensors).toBe(before);
    const losses = await trace(`${backend}-first`);
    expect(losses).toHaveLength(6); // 8 images: 4 per half, 2 steps per epoch, 3 epochs
    expect(losses.map(([, , architecture]) => architecture !== null)).toEqual([
      false,
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  it('gives the same again, though it is interrupted and resumed three times', async () => {
    const name = `${backend}-stopped`;
    const stops = [
      { stop: 1, during: 'step' },
      { stop: 3, during: 'step' },
      { stop: 4, during: 'images' }, // in a validation, while the next epoch is read ahead
    ];
    for (const [i, { stop, during }] of stops.entries()) {
      const controller = new AbortController();
      let step = 0;
      const onProgress = (event: ProgressEvent) => {
        step = event.kind === 'step' ? event.step : step;
        if (event.kind === during && step === stop) {
          controller.abort();
        }
      };
      const control = { signal: controller.signal, onProgress, resume: i > 0 };
      const stopped = await run(name, {}, control);
      expect(stopped).toMatchObject({ interrupted: true, steps: stop, decoded: undefined });
      expect(await trace(name)).toEqual((await trace(`${backend}-first`)).slice(0, stop));
    }
    const resumed = await run(name, {}, { resume: true });
    expect(resumed).toMatchObject({ interrupted: false, steps: 6, epochs: 3 });
    expect(await trace(name)).toEqual(await trace(`${backend}-first`));
    expect(resumed.decoded?.architecture.genotype).toEqual(first.decoded?.architecture.genotype);
    expect(resumed.meanIou).toBe(first.meanIou);
    const rows = async (run: string) =>
      (await readHistory(path.join(folder, run, 'history.arrow'))).rows
        .filter(({ kind }) => kind === 'epoch')
        .map(({ loss, architectureLoss, meanIou, alpha, beta }) => ({
          loss,
          architectureLoss,
          meanIou,
          alpha,
          beta,
        }));
    expect(await rows(name)).toEqual(await rows(`${backend}-first`));
  });
});

describe('search', () => {
  const name = `${backends[0]}-first`;
  beforeAll(() => useBackend(backends[0]));

  it('writes a history that says what figures need', async () => {
    const { rows, searchSpace } = await readHistory(path.join(folder, name, 'history.arrow'));
    expect(searchSpace).toEqual({ ...PAPER_SHAPE, layers: 2, blocks: 1 });
    const epochs = rows.filter(({ kind }) => kind === 'epoch');
    expect(epochs.map(({ phase }) => phase)).toEqual(['weights', 'architecture', 'architecture']);
    expect(epochs.map(({ step }) => step)).toEqual([2, 4, 6]);
    const last = epochs[2];
    expect(last.alpha).toHaveLength(2 * 8); // one block: two edges
    expect(last.beta).toHaveLength(7);
    expect(last.alphaEntropy).toBeCloseTo(Math.log(8), 2);
    expect(last.meanIou).toBeGreaterThan(0);
    expect(last.memoryBytes).toBeGreaterThan(1e6);
    expect(epochs[0].alpha).not.toEqual(last.alpha);
    expect(epochs[0].architectureLearningRate).toBeNull();
    expect(last.architectureLearningRate).toBe(0.003);
    const steps = rows.filter(({ kind }) => kind === 'step');
    expect(steps[0].learningRate).toBe(0.025);
    expect(steps[1].learningRate).toBeLessThan(0.025);
    const evaluations = rows.filter(({ kind }) => kind === 'evaluation');
    expect(evaluations.map(({ phase }) => phase)).toEqual(
      Array(3).fill('validation on 2 of 3 images'),
    );
  });

  it('leaves α and β as they are before their first epoch and moves them afterwards', async () => {
    const { rows } = await readHistory(path.join(folder, name, 'history.arrow'));
    const [first, second, third] = rows.filter(({ kind }) => kind === 'epoch');
    const distance = (a: Float32Array | null, b: Float32Array | null) =>
      Math.max(...a!.map((value, i) => Math.abs(value - b![i])));
    expect(Math.max(...first.alpha!.map(Math.abs))).toBeLessThan(0.005); // 0.001 · N(0, 1)
    expect(distance(first.alpha, second.alpha)).toBeGreaterThan(0.003);
    expect(distance(second.beta, third.beta)).toBeGreaterThan(0.001);
  });

  it('leaves an architecture and says how sure it is', async () => {
    const architecture = await readArchitecture(path.join(folder, name, 'architecture.json'));
    expect(architecture.path).toHaveLength(2);
    expect(architecture.provenance).toMatchObject({ seed: 1, dataset: 'tiny', source: 'search' });
    const text = await readFile(path.join(folder, name, 'decode.json'), 'utf8');
    const { path: decodedPath, cell } = JSON.parse(text) as {
      path: { other: { endNormalisation: string }; margin: object; best: unknown[] };
      cell: { blocks: { left: { operationMargin: number } }[] };
    };
    expect(decodedPath.other.endNormalisation).toBe('two-thirds');
    expect(decodedPath.best.length).toBeGreaterThan(1);
    expect(cell.blocks[0].left.operationMargin).toBeGreaterThan(0);
  });

  it('stores disjoint halves and keeps checkpoints with the optimizers in them', async () => {
    const text = await readFile(path.join(folder, name, 'halves.json'), 'utf8');
    const { a, b } = JSON.parse(text) as { a: string[]; b: string[] };
    expect(new Set([...a, ...b]).size).toBe(8);
    const found = await latestCheckpoint(path.join(folder, name, 'checkpoints'));
    expect(found?.checkpoint).toMatchObject({ step: 6, epoch: 3 });
    const names = Object.keys(found!.checkpoint.groups.optimizer);
    expect(names.some((key) => key.startsWith('weights/momentum/stem'))).toBe(true);
    expect(names).toContain('architecture/adam/mean/architecture/alpha');
  });

  it('reports steps, validation, epochs and time left', async () => {
    const events: ProgressEvent[] = [];
    await run(
      'reported',
      { epochs: 2 },
      { onProgress: (event: ProgressEvent) => events.push(event) },
    );
    const steps = events.filter((event) => event.kind === 'step');
    expect(steps.map(({ step, steps: total }) => [step, total])).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
    expect(steps[0].secondsLeft).toBeGreaterThan(0);
    expect(steps[3].dataShare).toBeGreaterThanOrEqual(0);
    const images = events.filter((event) => event.kind === 'images');
    expect(images.filter(({ purpose }) => purpose === 'validation')).toHaveLength(4);
    const checked = images.filter(({ purpose }) => purpose === 'label check');
    expect(checked.map(({ done }) => done)).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
    const last = events.at(-1);
    expect(last).toMatchObject({ kind: 'epoch', secondsLeft: 0 });
  });

  it('validates whole images and in second order, too', async () => {
    const result = await run('second-order', {
      epochs: 1,
      architectureStart: 0,
      order: 'second',
      validationView: 'whole',
      validationImages: null,
    });
    expect(result.steps).toBe(2);
    expect(result.meanIou).toBeGreaterThan(0);
  });

  it('stops at a loss that is not finite, naming epoch and step, with the state kept', async () => {
    const failing = run('diverged', { learningRate: 1e30, clipNorm: null });
    await expect(failing).rejects.toThrow(NumericError);
    await expect(failing).rejects.toThrow(
      /search: expected finite numbers, got a loss of NaN; the first layer whose numbers are not finite is stem\/\S+, in epoch 1, step 2;/,
    );
    const file = path.join(folder, 'diverged', 'failed.safetensors');
    expect((await readFile(file)).length).toBeGreaterThan(1000);
  });

  it('refuses settings that differ from those of the run to resume', async () => {
    await expect(run(name, { momentum: 0.5 }, { resume: true })).rejects.toThrow(
      'momentum: 0.9, now 0.5',
    );
    await expect(
      run(name, { workers: 0, historyEvery: 2 }, { resume: true }),
    ).resolves.toMatchObject({
      steps: 6,
    });
  });

  it('refuses a folder in use, a crop too small and a start of the architecture after the end', async () => {
    await expect(run(name)).rejects.toThrow(ConfigError);
    await expect(run('small', { crop: 9 })).rejects.toThrow(ShapeError);
    await expect(run('late', { architectureStart: 3 })).rejects.toThrow('architectureStart');
    await expect(run('unknown', { layer: 3 } as never)).rejects.toThrow('"layer"');
  });
});
