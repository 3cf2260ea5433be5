import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { retrain } from '../../lib/retrain/retrain.js';
import { readHistory } from '../../lib/run/history.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { TINY_ARCHITECTURE } from './tiny-architecture.js';
import { tinyDataset } from './tiny-dataset.js';
import { NARROW } from './train-tiny.js';

const folder = temporaryFolder();
let dataset: Dataset;
beforeAll(async () => {
  await useBackend(backends[0]);
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 10, val: 1 });
  await writeFile(path.join(folder, 'data/train/3.png'), 'no image');
});

const changes = { filterMultiplier: 1, ...NARROW, crop: 33, batchSize: 2, epochs: 2, workers: 0 };
const config = { ...changes, historyEvery: 1, labelCheck: 'none', validationSplit: null } as const;
const warnings: string[] = [];

function run(name: string, badImages: 'stop' | 'skip', signalAt = Infinity, resume = false) {
  const controller = new AbortController();
  return retrain({
    dataset,
    architecture: TINY_ARCHITECTURE,
    folder: path.join(folder, name),
    preset: 'tiny',
    config: { ...config, badImages },
    resume,
    signal: controller.signal,
    onProgress: (event) => {
      if (event.kind === 'warning') {
        warnings.push(event.text);
      } else if (event.kind === 'step' && event.step === signalAt) {
        controller.abort(new Error('interrupted'));
      }
    },
  });
}

const losses = async (name: string) =>
  (await readHistory(path.join(folder, name, 'history.arrow'))).rows
    .filter(({ kind }) => kind === 'step')
    .map(({ loss }) => loss);

describe('the option badImages', () => {
  it('ends the run or counts the image, and a resumed run sees the same', async () => {
    await expect(run('stopped', 'stop')).rejects.toThrow(/train.3\.png/);

    expect((await run('whole', 'skip')).steps).toBe(10);
    const [first, last] = warnings;
    expect(warnings).toHaveLength(2);
    expect(first).toMatch(/^skipped "3", another image takes its place: image .*3\.png: expected/);
    expect(last).toMatch(/^1 image could not be read and others took their places: 3; skipped-im/);
    const file = path.join(folder, 'whole/skipped-images.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject([{ id: '3' }]);

    expect((await run('parts', 'skip', 7)).interrupted).toBe(true);
    expect((await run('parts', 'skip', Infinity, true)).steps).toBe(10);
    expect(await losses('parts')).toEqual(await losses('whole'));

    expect((await run('stopped', 'skip', Infinity, true)).steps).toBe(10); // may differ
    expect(await losses('stopped')).toEqual(await losses('whole'));
  });
});
