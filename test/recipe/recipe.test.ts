/** What is refused before a recipe begins. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { ConfigError, DataError } from '../../lib/errors.js';
import type { Recipe } from '../../lib/recipe/document.js';
import { parseRecipe } from '../../lib/recipe/document.js';
import type { RecipeOptions } from '../../lib/recipe/prepare.js';
import { listRecipes, readRecipe } from '../../lib/recipe/read-recipe.js';
import { runRecipe } from '../../lib/recipe/run-recipe.js';
import { checkStages } from '../../lib/recipe/stage-options.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { writeTinyDataset } from '../training/tiny-dataset.js';
import { TINY_RECIPE, withConfig, withFields } from './tiny-recipe.js';

const folder = temporaryFolder();
const out = path.join(folder, 'out');
let root: string;

beforeAll(async () => {
  root = await writeTinyDataset(path.join(folder, 'data'), { train: 4, val: 1 });
});

const [first, second, score] = TINY_RECIPE.stages;
const stages = (...list: readonly object[]) => ({
  ...TINY_RECIPE,
  stages: list as Recipe['stages'],
});

describe('runRecipe refuses', () => {
  it.each<readonly [what: string, recipe: object, message: RegExp]>([
    ['no stages', { stages: [] }, /^recipe: stages: expected at least one stage, got \[\]/],
    ['no object', [1], /^recipe: expected a recipe, an object, got \[1\]/],
    [
      'an unknown field of a recipe',
      { ...TINY_RECIPE, stage: [] },
      /^recipe: expected only the fields title, about, datasets, stages of a recipe, got "stage"/,
    ],
    [
      'an unknown field of a stage',
      withFields(0, { weights: 'x' }),
      /^recipe: stage 1 \(first\): expected only the fields .* of a retraining, got "weights"/,
    ],
    [
      'a field that only other stages have',
      withFields(2, { preset: 'tiny' }),
      /^recipe: stage 3 \(score\): expected only the fields .* of an evaluation, got "preset"/,
    ],
    [
      'an unknown field of a dataset',
      { ...TINY_RECIPE, datasets: { tiny: { kind: 'folder', path: 'x' } } },
      /^recipe: datasets.tiny: expected only the fields kind, root, options of a dataset, got "path"/,
    ],
    [
      'an unknown program',
      withFields(1, { program: 'train' }),
      /^recipe: stage 2 \(second\) program: expected one of search, retrain, evaluate, got "train"/,
    ],
    [
      'an unknown preset',
      withFields(1, { preset: 'huge' }),
      /^recipe: stage 2 \(second\) preset: expected .*paper.*laptop.*tiny.*, got "huge"/,
    ],
    [
      'a name that is no folder',
      withFields(0, { name: '../x' }),
      /^recipe: stage 1 \(..\/x\) name: expected a name of letters.*, got "..\/x"/,
    ],
    [
      'one name twice, in any case',
      withFields(1, { name: 'First' }),
      /^recipe: stage 2: expected a name of its own, got "First", as stage 1/,
    ],
    [
      'an unknown option',
      withConfig(1, { learningrate: 1 }),
      /^recipe: stage 2 \(second\): retrain: expected options that there are, got "learningrate"/,
    ],
    [
      'an option out of its range',
      withConfig(0, { batchSize: 0 }),
      /^recipe: stage 1 \(first\): retrain batchSize: expected a whole number ≥ 1, got 0/,
    ],
    [
      'options that do not fit together',
      withConfig(0, { fineTuneBatchNorm: false }),
      /^recipe: stage 1 \(first\): retrain fineTuneBatchNorm: expected true without initialWeights/,
    ],
    [
      'an unknown option of an evaluation',
      withConfig(2, { scale: [1] }),
      /^recipe: stage 3 \(score\): evaluate: .*"scale"/,
    ],
    [
      'an option of an evaluation out of its range',
      withConfig(2, { scales: [0] }),
      /^recipe: stage 3 \(score\): scales: expected different numbers above 0/,
    ],
    [
      'weights of a later stage',
      stages(withConfig(1, { initialWeights: 'later' }).stages[1], { ...first, name: 'later' }),
      /^recipe: stage 1 \(second\) initialWeights: expected an earlier stage, got "later", stage 2, which comes later/,
    ],
    [
      'weights of the stage itself',
      withConfig(1, { initialWeights: 'second' }),
      /^recipe: stage 2 \(second\) initialWeights: expected an earlier stage, got "second", the stage itself/,
    ],
    [
      'weights that are neither a stage nor a run',
      withConfig(1, { initialWeights: 'frist' }),
      /^recipe: stage 2 \(second\) initialWeights: expected the name of an earlier stage \(first\) or a run, got "frist"/,
    ],
    [
      'weights of a search',
      stages(
        { name: 'first', program: 'search', data: 'tiny', preset: 'tiny' },
        withConfig(1, {}).stages[1],
      ),
      /^recipe: stage 2 \(second\) initialWeights: expected a stage with weights \(retrain\), got "first", which runs search/,
    ],
    [
      'weights of a narrower network',
      withConfig(1, { filterMultiplier: 2 }),
      /^recipe: stage 2 \(second\) filterMultiplier: expected 1, as in stage 1 \(first\), .*, got 2/,
    ],
    [
      'the architecture of an evaluation',
      stages(first, score, { ...second, architecture: 'score' }),
      /^recipe: stage 3 \(second\) architecture: expected a stage with an architecture \(search or retrain\), got "score"/,
    ],
    [
      'an evaluation without a retraining before it',
      stages(score),
      /^recipe: stage 1 \(score\) run: expected an earlier retraining, got none before it/,
    ],
    [
      'an evaluation of what there is not',
      withFields(2, { run: 'third' }),
      /^recipe: stage 3 \(score\) run: expected an earlier retraining, got "third"; the stages are first/,
    ],
    [
      'a kind of dataset that there is not',
      stages({ ...first, data: 'vok' }),
      /^recipe: stage 1 \(first\) data: expected a dataset that the recipe lists.*got "vok"/,
    ],
    [
      'a dataset that no stage has',
      { ...TINY_RECIPE, datasets: { ...TINY_RECIPE.datasets, voc: { kind: 'voc' } } },
      /^recipe: datasets: expected names that a stage has as its data, got "voc", which none has/,
    ],
    [
      'a source of an option that it does not set',
      withFields(0, { sources: { learningRate: 'x' } }),
      /^recipe: stage 1 \(first\) sources: expected names of options in config, got "learningRate"/,
    ],
    [
      'a split that the dataset has not',
      withConfig(1, { split: 'train_aug' }),
      /^recipe: stage 2 \(second\): tiny: expected a split out of train, val, got "train_aug"/,
    ],
    [
      'a split to score that the dataset has not',
      withConfig(2, { split: 'test' }),
      /^recipe: stage 3 \(score\): tiny: expected a split out of train, val, got "test"/,
    ],
  ])('%s', async (_, recipe, message) => {
    const run = runRecipe({ recipe: recipe as Recipe, folder: out, root });
    await expect(run).rejects.toThrow(ConfigError);
    await expect(run).rejects.toThrow(message);
    expect(existsSync(out)).toBe(false);
  });

  it.each<readonly [what: string, options: Partial<RecipeOptions>, message: RegExp]>([
    [
      'a missing folder of a dataset',
      {},
      /^recipe: expected the folder of the dataset tiny \(stage 1 \(first\), stage 2 \(second\), stage 3 \(score\)\), got none; pass it as the option root, such as tiny=/,
    ],
    [
      'a folder of another dataset',
      { root: { voc: 'x' } },
      /^recipe: root: expected folders for tiny, got one for "voc"/,
    ],
    [
      'one folder for two datasets',
      { recipe: 'voc-coco', root: '/data' },
      /^recipe voc-coco: root: expected a folder for each of coco, voc by its name, got "\/data" alone/,
    ],
    [
      'a file that there is not',
      { recipe: 'vok.json' },
      /^recipe: expected a file or one of ade20k, .*voc, voc-coco, got "vok.json"/,
    ],
    [
      'an architecture that no stage takes',
      { recipe: 'camvid', root: '/data', architecture: publishedArchitecture },
      /^recipe camvid: architecture: expected a recipe with a retraining that names none/,
    ],
  ])('%s', async (_, options, message) => {
    await expect(runRecipe({ recipe: TINY_RECIPE, folder: out, ...options })).rejects.toThrow(
      message,
    );
    expect(existsSync(out)).toBe(false);
  });

  it('a folder that holds something else, and a state that is damaged', async () => {
    await expect(runRecipe({ recipe: TINY_RECIPE, folder, root })).rejects.toThrow(
      /expected a new or empty folder, or that of a recipe, got one with 1 entries \(data\)/,
    );
    const damaged = path.join(folder, 'damaged');
    await writeTinyDataset(damaged, { train: 1, val: 1 });
    await writeFile(path.join(damaged, 'recipe.json'), '{"version": 2}');
    const run = runRecipe({ recipe: TINY_RECIPE, folder: damaged, root });
    await expect(run).rejects.toThrow(DataError);
    await expect(run).rejects.toThrow(/recipe.json: expected the state of a recipe, version 1/);
  });

  it('a file that is no JSON, naming it', async () => {
    const file = path.join(folder, 'recipe-file.json');
    await writeFile(file, '{');
    await expect(runRecipe({ recipe: file, folder: out, root })).rejects.toThrow(
      `${file}: expected JSON`,
    );
  });
});

describe('the recipes of this package', () => {
  it.each(listRecipes())(
    '$name is valid and says where its numbers come from',
    async ({ name, title }) => {
      expect(title).not.toBe('');
      const source = await readRecipe(name);
      await checkStages(source);
      expect(parseRecipe(source.recipe, name).about).toMatch(/Auto-DeepLab §|Not in the paper/);
      for (const { config = {}, sources = {} } of source.recipe.stages) {
        expect(Object.keys(sources).sort()).toEqual(Object.keys(config).sort());
      }
    },
  );

  it('train on VOC as DeepLabv3 does after the 4 million steps on COCO of §5.2', async () => {
    const { recipe } = await readRecipe('voc-coco');
    expect(
      recipe.stages.map(({ data, config }) => [data, config?.steps, config?.learningRate]),
    ).toEqual([
      ['coco', undefined, undefined], // the preset paper: 4,000,000 steps from 0.05
      ['voc', 30_000, 0.007],
      ['voc', 30_000, 0.001],
      [undefined, undefined, undefined],
      [undefined, undefined, undefined],
    ]);
    expect(recipe.stages[2].config).toMatchObject({ split: 'trainval', fineTuneBatchNorm: false });
  });
});
