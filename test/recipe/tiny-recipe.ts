/** A recipe of three stages that takes a second: train, fine-tune, score. */
import type { Recipe, TrainingStage } from '../../lib/recipe/document.js';
import { TINY_CONFIG } from '../training/train-tiny.js';

const config = { ...TINY_CONFIG, labelCheck: 'none' };

const train: TrainingStage = {
  name: 'first',
  program: 'retrain',
  data: 'tiny',
  preset: 'tiny',
  config: { ...config, epochs: 1 },
};

export const TINY_RECIPE: Recipe = {
  title: 'tiny',
  datasets: { tiny: { kind: 'folder' } },
  stages: [
    train,
    { ...train, name: 'second', config: { ...config, epochs: 2, initialWeights: 'first' } },
    { name: 'score', program: 'evaluate', config: { withBaselines: false, workers: 0 } },
  ],
};

/** The recipe with changes to the config of one of its stages. */
export function withConfig(i: number, changes: object): Recipe {
  const stages = TINY_RECIPE.stages.map((stage, j) =>
    i === j ? { ...stage, config: { ...stage.config, ...changes } } : stage,
  );
  return { ...TINY_RECIPE, stages };
}

/** The recipe with changes to the fields of one of its stages. */
export function withFields(i: number, changes: object): Recipe {
  const stages = TINY_RECIPE.stages.map((stage, j) => (i === j ? { ...stage, ...changes } : stage));
  return { ...TINY_RECIPE, stages };
}
