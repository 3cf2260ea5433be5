/** A recipe from its start to its end, with and without an interruption. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import { readJsonFile } from '../../lib/files/json-file.js';
import { FileLock } from '../../lib/files/lock.js';
import { readArchitecture } from '../../lib/architecture/file.js';
import type { Recipe } from '../../lib/recipe/document.js';
import { runRecipe, type RecipeResult } from '../../lib/recipe/run-recipe.js';
import type { RecipeOptions } from '../../lib/recipe/prepare.js';
import { readCheckpoint } from '../../lib/run/checkpoint-file.js';
import { readHistory } from '../../lib/run/history.js';
import type { ProgressEvent } from '../../lib/training/events.js';

import { backends, useBackend } from '../helpers/backends.js';
import { inCell } from '../helpers/interrupted-cell.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { TINY_ARCHITECTURE } from '../training/tiny-architecture.js';
import { writeTinyDataset } from '../training/tiny-dataset.js';
import { TINY_RECIPE, withConfig } from './tiny-recipe.js';

const folder = temporaryFolder();
let root: string;

const at = (...names: string[]) => path.join(folder, ...names);

const run = (name: string, options: Partial<RecipeOptions> = {}): Promise<RecipeResult> =>
  runRecipe({
    recipe: TINY_RECIPE,
    folder: at(name),
    root,
    architecture: TINY_ARCHITECTURE,
    ...options,
  });

/** Runs until a step of a stage is done, then stops as a notebook does whose cell is interrupted. */
async function interrupted(name: string, stage: number, step: number): Promise<ProgressEvent[]> {
  const events: ProgressEvent[] = [];
  let current = 0;
  const { result, advice } = await inCell((interrupt) =>
    run(name, {
      onProgress: (event) => {
        events.push(event);
        current = event.kind === 'stage' ? event.stage : current;
        if (event.kind === 'step' && current === stage && event.step === step) {
          interrupt();
        }
      },
    }),
  );
  expect(result.interrupted).toBe(true);
  expect(advice).toEqual(['interrupted, and saved; the same call of runRecipe resumes it']);
  return events;
}

/** Runs the same command again. */
async function continued(name: string, options: Partial<RecipeOptions>) {
  const events: ProgressEvent[] = [];
  const result = await run(name, { ...options, onProgress: (event) => events.push(event) });
  expect(result.interrupted).toBe(false);
  return { events, result };
}

/** The weights and the optimizer of a stage, and what its history says. */
async function tracesOf(name: string, stage: string) {
  const { groups } = await readCheckpoint(at(name, stage, 'checkpoints', 'best.safetensors'));
  const hash = createHash('sha256');
  for (const [group, arrays] of Object.entries(groups)) {
    for (const [key, { shape, data }] of Object.entries(arrays).sort()) {
      hash.update(`${group}/${key} ${shape.join()}`);
      hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  }
  const { rows } = await readHistory(at(name, stage, 'history.arrow'));
  const history = rows.map(({ step, kind, loss, meanIou }) => ({ step, kind, loss, meanIou }));
  return { groups: Object.keys(groups), state: hash.digest('hex'), history };
}

/** Throws unless a recipe came to the same as the one without interruption. */
async function expectSame(name: string, { stages }: RecipeResult): Promise<void> {
  const scores = (list: RecipeResult['stages']) => list.map(({ meanIou }) => meanIou);
  expect(scores(stages)).toEqual(scores(whole.stages));
  for (const stage of ['1-first', '2-second']) {
    expect(await tracesOf(name, stage)).toEqual(await tracesOf('whole', stage));
  }
}

/** The events of a kind. */
const ofKind = <K extends ProgressEvent['kind']>(events: readonly ProgressEvent[], kind: K) =>
  events.filter((event): event is Extract<ProgressEvent, { kind: K }> => event.kind === kind);

let whole: RecipeResult;

beforeAll(async () => {
  await useBackend(backends[0]);
  root = await writeTinyDataset(at('data'), { train: 4, val: 1 });
  whole = await run('whole');
});

describe('runRecipe', () => {
  it('runs each stage in a folder of its own, with the weights of the one before', async () => {
    expect((await readdir(at('whole'))).sort()).toEqual(['1-first', '2-second', 'recipe.json']);
    expect(whole).toMatchObject({
      interrupted: false,
      doneBefore: 0,
      stages: [
        { name: 'first', program: 'retrain', folder: at('whole', '1-first'), steps: 2 },
        { name: 'second', steps: 4, isDone: true },
        { name: 'score', program: 'evaluate', folder: at('whole', '2-second') },
      ],
    });
    const [, second, score] = whole.stages;
    expect(await readJsonFile(at('whole', '2-second', 'initial-weights.json'))).toMatchObject({
      source: at('whole', '1-first'),
      begunAgain: [],
    });
    const [report] = (await readJsonFile(at('whole', '2-second', 'metrics.json'))) as [object];
    expect(report).toMatchObject({ split: 'val', meanIou: score.meanIou });
    expect(second.bestMeanIou).toBeGreaterThan(0);
  });

  it('interrupted in stage 1, it ends with the same bits, and knows where its data is', async () => {
    await interrupted('stopped-1', 1, 1);
    const { events, result } = await continued('stopped-1', { root: undefined });
    expect(result.doneBefore).toBe(0);
    expect(ofKind(events, 'stage').map(({ stage }) => stage)).toEqual([1, 2, 3]);
    expect(ofKind(events, 'step')[0].step).toBe(2);
    await expectSame('stopped-1', result);
  });

  it('interrupted in stage 2, is refused while another runs it, and by name what has changed', async () => {
    await interrupted('stopped-2', 2, 3);
    const lock = await FileLock.acquire(at('stopped-2', 'recipe.lock'));
    await expect(run('stopped-2')).rejects.toThrow(
      /recipe.lock: expected a free lock, got one held by/,
    );
    await lock.release();
    const before = await readFile(at('stopped-2', 'recipe.json'), 'utf8');
    const refused = async (recipe: Recipe, message: string, more: Partial<RecipeOptions> = {}) => {
      const again = run('stopped-2', { recipe, ...more });
      await expect(again).rejects.toThrow(ConfigError);
      await expect(again).rejects.toThrow(message);
    };
    const started = `${at('stopped-2')}: expected the recipe that was started, got differences in stages that have begun: `;
    await refused(
      withConfig(0, { learningRate: 0.1 }),
      `${started}stage 1 (first) config.learningRate: (not set), now 0.1. Continue with`,
    );
    await refused(
      withConfig(1, { epochs: 3 }),
      `${started}stage 2 (second) config.epochs: 2, now 3.`,
    );
    const { stages } = TINY_RECIPE;
    await refused({ ...TINY_RECIPE, stages: [stages[0]] }, `stage 2 (second): there, now gone`);
    await refused(
      { ...TINY_RECIPE, stages: [stages[0], { ...stages[1], name: 'other' }] },
      `stage 2 (second) name: "second", now "other"`,
    );
    await refused(TINY_RECIPE, 'stage 1 (first) architecture.path[0]: 0, now 1', {
      architecture: { ...TINY_ARCHITECTURE, path: [1, 1, 1] },
    });
    expect(await readFile(at('stopped-2', 'recipe.json'), 'utf8')).toBe(before);
  });

  it('continues to the same bits, with what changes no result and with new stages', async () => {
    const { stages } = withConfig(1, { historyEvery: 1, keepCheckpoints: 2 });
    const more = { ...stages[2], name: 'more', config: { ...stages[2].config, split: 'train' } };
    const recipe = { ...TINY_RECIPE, title: 'another', stages: [...stages, more] };
    const { events, result } = await continued('stopped-2', { recipe });
    expect(ofKind(events, 'note').map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'the recipe has changed in stages that have not begun, which run as it says now: ' +
          'stage 4 (more): new',
        expect.stringContaining('resumed after step 3'),
      ]),
    );
    expect(result.doneBefore).toBe(1);
    expect(ofKind(events, 'stage')[0]).toMatchObject({ stage: 2, stages: 4, name: 'second' });
    expect(ofKind(events, 'step')[0].step).toBe(4);
    await expectSame('stopped-2', { ...result, stages: result.stages.slice(0, 3) });
    expect(result.stages[3]).toMatchObject({ name: 'more', isDone: true });
  });

  it('says of a finished recipe that nothing is left, without its data', async () => {
    const events: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent) => events.push(event);
    const { doneBefore, stages } = await run('whole', { root: at('gone'), onProgress });
    expect(doneBefore).toBe(3);
    expect(stages).toEqual(whole.stages);
    expect(events).toEqual([]);
  });

  it('retrains the architecture that its search found', async () => {
    const space = { layers: 2, blocks: 1, architectureStart: 0, epochs: 1, labelCheck: 'none' };
    const config = { filterMultiplier: 1, crop: 33, batchSize: 2, workers: 0 };
    const shared = { data: 'tiny', preset: 'tiny' } as const;
    const recipe: Recipe = {
      datasets: { tiny: { kind: 'folder', root: 'data' } },
      stages: [
        { name: 'search', program: 'search', ...shared, config: { ...config, ...space } },
        { name: 'retrain', program: 'retrain', ...shared, config: { ...config, epochs: 1 } },
      ],
    };
    const { stages } = await runRecipe({ recipe, folder: at('searched'), root });
    const [found, used] = await Promise.all(
      stages.map((stage) => readArchitecture(path.join(stage.folder, 'architecture.json'))),
    );
    expect([used.path, used.genotype]).toEqual([found.path, found.genotype]);
    await rm(at('searched'), { recursive: true });
  });
});
