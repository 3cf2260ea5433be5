/** A run whose dataset has moved since it began. */
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { reopenDataset } from '../../lib/dataset/open-dataset.js';
import { RETRAIN } from '../../lib/retrain/options.js';
import { openStoredDataset, readStoredRun } from '../../lib/training/stored-run.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { tinyRuns } from './tiny-runs.js';

const folder = temporaryFolder();
let dataset: Dataset;
const { run, folderOf } = tinyRuns(folder, () => dataset, { steps: 2 });

beforeAll(async () => {
  await useBackend(backends[0]);
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 2, val: 1 });
});

it('says where its data is once it was resumed with it, and is opened there', async () => {
  await run('run', {}, { stopAt: 1 });
  await rename(path.join(folder, 'data'), path.join(folder, 'data-now'));
  const root = path.join(folder, 'data-now');
  const before = await readStoredRun(folderOf('run'), RETRAIN);
  await expect(openStoredDataset(before)).rejects.toThrow(
    /say where it is now with the option root/,
  );

  dataset = await reopenDataset(before.dataset, { root });
  const { notes } = await run('run', {}, { resume: true });
  expect(notes).toMatch(/the dataset is read from ".*data-now" now, no longer from ".*data"/);
  expect(notes).not.toMatch(/changed after step/);
  const stored = await readStoredRun(folderOf('run'), RETRAIN);
  expect(stored.dataset).toMatchObject({ root, rootFromRun: path.join('..', 'data-now') });
  expect((await openStoredDataset(stored)).description.root).toBe(root);
});
