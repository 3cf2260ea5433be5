import { compareRecipe, readState } from '#lib/recipe/state.js';
import { single, type FuzzFormat } from '../format.js';

const FILE = 'recipe.json';

const STATE = {
  version: 1,
  stages: [
    { name: 'find', facts: { program: 'search', config: { epochs: 1 } }, scores: { steps: 3 } },
    { name: 'train', facts: { program: 'retrain', config: { steps: [1, 2] } } },
  ],
  roots: { voc: '/data/voc' },
};

/** How far a recipe has come, compared with the recipe as it is. */
export const RECIPE_STATE: FuzzFormat = {
  name: 'recipe-state',
  module: import.meta.url,
  readers: 'readState, compareRecipe',
  seeds: () => Promise.resolve([single(FILE, JSON.stringify(STATE, undefined, 2))]),
  isOnDisk: true,
  async read({ folder }) {
    const state = await readState(folder);
    return state && compareRecipe(folder, state, STATE.stages);
  },
  limitMiB: 256,
};
