import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureCompiled } from '../cli/compiled-cli.js';
import { useBackend } from '../../lib/backend/use-backend.js';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { ConfigError } from '../../lib/errors.js';
import type { RetrainConfig } from '../../lib/retrain/options.js';
import { readHistory } from '../../lib/run/history.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyRuns } from '../retrain/tiny-runs.js';
import { tinyDataset } from './tiny-dataset.js';

const folder = temporaryFolder();
let dataset: Dataset;

const { run, folderOf } = tinyRuns(folder, () => dataset, {
  epochs: 2,
  validationSplit: 'val',
  validateEvery: 1,
  labelCheck: 'sample',
  resolution: 0.5,
});
const ofCache = (text: string) => text.split('\n').filter((line) => line.includes('cache'));

/** Trains; returns the losses, the scores and what was said of the cache. */
async function train(name: string, changes: Partial<RetrainConfig>) {
  const { notes, warnings } = await run(name, changes);
  const { rows } = await readHistory(path.join(folderOf(name), 'history.arrow'));
  const results = rows.map(({ kind, step, loss, meanIou }) => [kind, step, loss, meanIou]);
  return { results, notes: ofCache(notes), warnings: ofCache(warnings) };
}

beforeAll(async () => {
  ensureCompiled();
  await useBackend('wasm');
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 4 });
  await sleep(120); // files that were written just now are not kept
});

describe('a run with a cache', () => {
  const cache = path.join(folder, 'cache');

  it('gives the same losses and scores, whether the cache is empty, filled or damaged', async () => {
    const plain = await train('plain', {});
    expect(plain.notes).toEqual([]);
    const cold = await train('cold', { cache, workers: 1 });
    expect(cold.results).toEqual(plain.results);
    expect(cold.notes).toEqual([`cache ${cache}: 0 decoded samples, 0.0 GiB of at most 20.0 GiB`]);
    const names = readdirSync(cache);
    expect(names).toHaveLength(4 + 3); // the images of training and validation
    for (const name of names) {
      writeFileSync(path.join(cache, name), 'damaged');
    }
    const damaged = await train('damaged', { cache });
    expect(damaged.results).toEqual(plain.results);
    expect(damaged.warnings).toHaveLength(7);
    expect(damaged.warnings[0]).toMatch(/^cache: expected a whole entry in /);
    const warm = await train('warm', { cache });
    expect(warm.results).toEqual(plain.results);
    expect(warm.notes).toEqual([`cache ${cache}: 7 decoded samples, 0.0 GiB of at most 20.0 GiB`]);
  });

  it('may keep it in its own folder', async () => {
    const inside = path.join(folder, 'inside', 'cache');
    await train('inside', { cache: inside, epochs: 1 });
    expect(readdirSync(inside)).toHaveLength(7);
  });

  it('is refused before it begins if the cache is a file', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    await expect(train('refused', { cache: file })).rejects.toThrow(ConfigError);
    expect(readdirSync(folder)).not.toContain('refused');
  });
});
