/** A study of four parts that takes seconds: a search, its opinion, what it found and one random network. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { openFolder } from '../../lib/dataset/folder/folder.js';
import type { StudyChoices } from '../../lib/study/settings.js';
import { writeTinyDataset } from '../training/tiny-dataset.js';
import { NARROW } from '../training/train-tiny.js';

const SIZE = { crop: 33, batchSize: 2, filterMultiplier: 1, workers: 0, labelCheck: 'none' };

/** Options of the searches. */
export const TINY_SEARCH = { ...SIZE, layers: 2, blocks: 1, epochs: 2, architectureStart: 0 };

/** Options of the retrainings. */
export const TINY_RETRAIN = { ...SIZE, ...NARROW, epochs: null, steps: 2 };

/** What is chosen of the study. */
export const TINY_STUDY: StudyChoices = {
  searchSeeds: [1],
  retrainSeeds: [1],
  randomPerFound: 1,
  groups: ['found', 'random'],
  search: { preset: 'tiny', config: TINY_SEARCH },
  retrain: { preset: 'tiny', config: TINY_RETRAIN },
};

/** The ids of its parts. */
export const TINY_PARTS = [
  'search-1',
  'opinion-1',
  'retrain-found-1-seed-1',
  'retrain-random-1-1-seed-1',
];

/** Writes a tiny dataset with a test split into a folder. */
export async function writeStudyDataset(root: string): Promise<string> {
  await writeTinyDataset(root, { train: 6, val: 2 });
  await cp(path.join(root, 'val'), path.join(root, 'test'), { recursive: true });
  await cp(path.join(root, 'val_labels'), path.join(root, 'test_labels'), { recursive: true });
  const file = path.join(root, 'dataset.json');
  const description = JSON.parse(await readFile(file, 'utf8')) as { splits: object };
  const splits = { ...description.splits, test: { images: 'test', labels: 'test_labels' } };
  await writeFile(file, JSON.stringify({ ...description, splits }));
  return root;
}

/** Writes and opens the dataset. */
export async function studyDataset(root: string): Promise<Dataset> {
  return openFolder({ root: await writeStudyDataset(root) });
}
