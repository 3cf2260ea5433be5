import path from 'node:path';
import { readRecipe } from '#lib/recipe/read-recipe.js';
import { single, type FuzzFormat } from '../format.js';

const FILE = 'own.json';

const RECIPE = {
  title: 'a recipe',
  about: 'for the reader',
  datasets: { voc: { kind: 'voc', root: '../voc', options: { download: false } } },
  stages: [
    { name: 'find', program: 'search', data: 'voc', preset: 'tiny', config: { epochs: 1 } },
    {
      name: 'train',
      program: 'retrain',
      data: 'voc',
      architecture: 'find',
      config: { steps: 10 },
      sources: { steps: 'the paper' },
    },
    { name: 'score', program: 'evaluate', run: 'train', config: { split: 'val' } },
  ],
};

const SMALL = { stages: [{ name: 'a', program: 'retrain', data: 'camvid' }] };

/** A run of several stages as a document. */
export const RECIPE_FORMAT: FuzzFormat = {
  name: 'recipe',
  module: import.meta.url,
  readers: 'readRecipe',
  seeds: () =>
    Promise.resolve([
      single(FILE, JSON.stringify(RECIPE, undefined, 2)),
      single(FILE, JSON.stringify(SMALL)),
    ]),
  isOnDisk: true,
  read: ({ folder }) => readRecipe(path.join(folder, FILE)),
  limitMiB: 256,
};
