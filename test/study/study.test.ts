/** A study from its start to its end, interrupted, carried away and damaged. */
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { ConfigError, DataError, NumericError } from '../../lib/errors.js';
import { FileLock } from '../../lib/files/lock.js';
import { architectureLogProbability } from '../../lib/architecture/certain.js';
import { completeShape } from '../../lib/search-space/shape.js';
import { readHistory } from '../../lib/run/history.js';
import { runFolder, partLock, resultFile } from '../../lib/study/folder.js';
import { readStudyRecord } from '../../lib/study/read-record.js';
import type { StudyRecord } from '../../lib/study/record.js';
import { runPart } from '../../lib/study/run-part.js';
import { study, type StudyOptions, type StudyResult } from '../../lib/study/run-study.js';
import type { ProgressEvent } from '../../lib/training/events.js';
import { useBackend } from '../helpers/backends.js';
import { inCell } from '../helpers/interrupted-cell.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { studyDataset, TINY_PARTS, TINY_RETRAIN, TINY_SEARCH, TINY_STUDY } from './tiny-study.js';

const folder = temporaryFolder();
const at = (...names: string[]) => path.join(folder, ...names);
let dataset: Dataset;
let whole: StudyResult;

const run = (name: string, options: Partial<StudyOptions> = {}): Promise<StudyResult> =>
  study({ dataset, folder: at(name), ...TINY_STUDY, ...options });

/** What a study has measured, without times and memory. */
function measured(record: StudyRecord): unknown {
  const left = ['seconds', 'peakMemory', 'date', 'dates', 'madeBy'];
  return JSON.parse(
    JSON.stringify(record, (key, value: unknown) => (left.includes(key) ? undefined : value)),
  );
}

/** A study of which only the results were carried on. */
async function carried(name: string): Promise<string> {
  await cp(at('whole', 'results'), at(name, 'results'), { recursive: true });
  return at(name);
}

beforeAll(async () => {
  await useBackend('wasm');
  dataset = await studyDataset(at('data'));
  whole = await run('whole', { keep: 'all', command: 'npx autodeeplab study', commit: 'abc' });
});

describe('a study', () => {
  it('does all its parts', async () => {
    const { record, failed, interrupted, elsewhere } = whole;
    expect([failed, interrupted, elsewhere, record.missing]).toEqual([[], false, [], []]);
    expect((await readdir(at('whole', 'results'))).sort()).toEqual(
      [...TINY_PARTS.map((id) => `${id}.json`), 'settings.json'].sort(),
    );
    expect(await readdir(at('whole', 'locks'))).toEqual([]);
    expect(await readStudyRecord(at('whole', 'study.json'))).toEqual(
      JSON.parse(JSON.stringify(record)),
    );
    expect(record.madeBy).toMatchObject({ command: 'npx autodeeplab study', commits: ['abc'] });
    expect(record.madeBy.backends).toEqual(['wasm']);
    expect(record.dataset).toMatchObject({ trainImages: 6, validationImages: 2, testImages: 2 });
  });

  it('records what the run of the search says', async () => {
    const [search] = whole.record.searches;
    const { rows } = await readHistory(
      path.join(runFolder(at('whole'), 'search-1'), 'history.arrow'),
    );
    const epochs = rows.filter(({ kind }) => kind === 'epoch');
    expect(search.curve.map(({ weightLoss }) => weightLoss)).toEqual(
      epochs.map(({ loss }) => loss),
    );
    expect(search.curve.map(({ validationMeanIou }) => validationMeanIou)).toEqual(
      epochs.map(({ meanIou }) => meanIou),
    );
    expect(search.alpha).toEqual(Array.from(epochs.at(-1)?.alpha ?? []));
    // A validation of the supernet with the same weights, α and β gives the same.
    expect(search.supernet?.meanIou).toBeCloseTo(epochs.at(-1)?.meanIou ?? NaN, 6);
    expect(search.travel.architectureSteps).toBe(2);
    expect(search.travel.largest).toBeGreaterThan(0);
    expect(search.travel.largest).toBeLessThan(1.1 * search.travel.bound);
    expect(search.alphaSharpness.relativeEntropy).toBeGreaterThan(0.999);
    expect(search.alphaSharpness.strongest).toBeCloseTo(1 / 8, 2);
  });

  it('records networks with the opinion of the search, and their scores', () => {
    const { networks, scores, searches } = whole.record;
    const [search] = searches;
    expect(networks.map(({ id, search: of }) => [id, of])).toEqual([
      ['found-1', 'search-1'],
      ['random-1-1', 'search-1'],
    ]);
    expect(networks[0].architecture).toEqual(search.architecture);
    expect(networks[0].supernetMeanIou).toBe(search.supernet?.decodedMeanIou);
    for (const { architecture, logProbability } of networks) {
      const shape = completeShape({ layers: 2, blocks: 1 });
      expect(logProbability).toBe(architectureLogProbability(architecture, search, shape));
    }
    expect(networks[0].logProbability).toBeGreaterThan(networks[1].logProbability ?? 0);
    expect(scores.map(({ network, split, steps }) => [network, split, steps])).toEqual([
      ['found-1', 'test', 2],
      ['random-1-1', 'test', 2],
    ]);
    for (const { meanIou, iou } of scores) {
      const known = iou.filter((value) => value !== null);
      expect(known.reduce((sum, value) => sum + value, 0) / known.length).toBeCloseTo(meanIou, 10);
    }
  });

  it.each([1, 6])('gives the same when it is interrupted after %i events', async (after) => {
    const name = `interrupted-${after}`;
    let seen = 0;
    const { result: first, advice } = await inCell((interrupt) =>
      run(name, {
        onProgress: ({ kind }: ProgressEvent) => {
          seen += kind === 'step' || kind === 'images' ? 1 : 0;
          if (seen === after) {
            interrupt();
          }
        },
      }),
    );
    expect(first.interrupted).toBe(true);
    expect(advice).toEqual(['interrupted, and saved; the same call of study resumes it']);
    expect(first.record.missing.length).toBeGreaterThan(0);
    const { record, interrupted } = await study({ dataset, folder: at(name) });
    expect(interrupted).toBe(false);
    expect(measured(record)).toEqual(measured(whole.record));
  });

  it('goes on with its results alone, and does only what is missing', async () => {
    const own = await carried('carried');
    await rm(resultFile(own, 'retrain-random-1-1-seed-1'));
    const begun: string[] = [];
    const { record } = await study({
      dataset,
      folder: own,
      startPart: (request, part) => {
        begun.push(part.id);
        return runPart(request, part);
      },
    });
    expect(begun).toEqual(['retrain-random-1-1-seed-1']);
    expect(measured(record)).toEqual(measured(whole.record));
  });

  it.each([
    ['all', ['best.safetensors', 'step-000000002.safetensors']],
    ['last', ['step-000000002.safetensors']],
    ['none', undefined],
  ] as const)('keeps of runs: %s', async (keep, files) => {
    const name = `keep-${keep}`;
    await cp(at('whole'), at(name), { recursive: true });
    await run(name, { keep });
    const checkpoints = path.join(runFolder(at(name), 'retrain-found-1-seed-1'), 'checkpoints');
    expect(existsSync(path.dirname(checkpoints))).toBe(files !== undefined);
    if (files !== undefined) {
      expect(await readdir(checkpoints)).toEqual(expect.arrayContaining([...files]));
      expect((await readdir(checkpoints)).includes('best.safetensors')).toBe(keep === 'all');
    }
  });

  it('keeps the supernet until it was asked', async () => {
    await cp(at('whole'), at('unasked'), { recursive: true });
    await rm(resultFile(at('unasked'), 'opinion-1'));
    const { record } = await run('unasked', { keep: 'none' });
    expect(measured(record)).toEqual(measured(whole.record));
    expect(await readdir(at('unasked', 'runs'))).toEqual([]);
  });
});

describe('a part that cannot be done', () => {
  it('leaves the others alone', async () => {
    const own = await carried('failing');
    await rm(resultFile(own, 'retrain-found-1-seed-1'));
    await rm(resultFile(own, 'retrain-random-1-1-seed-1'));
    const { failed, record } = await study({
      dataset,
      folder: own,
      startPart: (request, part) =>
        part.id === 'retrain-found-1-seed-1'
          ? Promise.reject(new NumericError('a loss is NaN'))
          : runPart(request, part),
    });
    expect(failed).toEqual([{ id: 'retrain-found-1-seed-1', reason: 'a loss is NaN' }]);
    expect(record.missing).toEqual(['retrain-found-1-seed-1']);
  });

  it('keeps back what needs it', async () => {
    const begun: string[] = [];
    const { failed, record } = await run('needed', {
      startPart: (_, part) => {
        begun.push(part.id);
        return Promise.reject(new DataError('no image', 'x.png'));
      },
    });
    expect(begun).toEqual(['search-1']);
    expect(failed.map(({ id }) => id)).toEqual(['search-1']);
    expect(record.missing).toEqual(TINY_PARTS);
  });

  it('is left to the process that is at it', async () => {
    const own = await carried('held');
    await rm(resultFile(own, 'retrain-found-1-seed-1'));
    await rm(resultFile(own, 'retrain-random-1-1-seed-1'));
    await mkdir(path.join(own, 'locks'));
    const lock = await FileLock.attempt(partLock(own, 'retrain-found-1-seed-1'));
    const { elsewhere, record } = await study({ dataset, folder: own });
    expect(elsewhere).toEqual(['retrain-found-1-seed-1']);
    expect(record.missing).toEqual(['retrain-found-1-seed-1']);
    await lock?.release();
  });

  it('is taken over from another machine that went silent in the middle of its run', async () => {
    const own = at('silent');
    await cp(at('whole'), own, { recursive: true });
    await rm(resultFile(own, 'retrain-found-1-seed-1'));
    const owner = { token: 'x', pid: 1, host: 'elsewhere', processStart: '', since: '2026-01-01' };
    const locks = [
      partLock(own, 'retrain-found-1-seed-1'),
      path.join(runFolder(own, 'retrain-found-1-seed-1'), 'run.lock'),
    ];
    for (const file of locks) {
      await writeFile(file, JSON.stringify(owner));
    }
    expect((await study({ dataset, folder: own })).elsewhere).toEqual(['retrain-found-1-seed-1']);
    const long = new Date(Date.now() - 120_000);
    await utimes(locks[0], long, long);
    const { record, failed } = await study({ dataset, folder: own });
    expect(failed).toEqual([]);
    expect(measured(record)).toEqual(measured(whole.record));
  });

  it('asks for the supernet that is gone', async () => {
    const own = await carried('gone');
    await rm(resultFile(own, 'opinion-1'));
    const { failed } = await study({ dataset, folder: own });
    expect(failed[0].reason).toMatch(/expected the run of search-1, whose supernet .* bring it/);
  });
});

describe('a study refuses', () => {
  const changes: readonly (readonly [string, Partial<StudyOptions>, RegExp])[] = [
    [
      'fewer groups',
      { groups: ['found'] },
      /groups: now without random \(groups may only be added/,
    ],
    ['fewer random networks', { randomPerFound: 0 }, /randomPerFound: 1, now 0 \(more may/],
    [
      'other options of the search',
      { search: { preset: 'tiny', config: { ...TINY_SEARCH, epochs: 3 } } },
      /search.epochs: 2, now 3/,
    ],
    [
      'other options of the retraining',
      { retrain: { preset: 'tiny', config: { ...TINY_RETRAIN, steps: 3 } } },
      /retrain.steps: 2, now 3/,
    ],
    ['other seeds', { searchSeeds: [2] }, /searchSeeds: 1, now 2/],
  ];

  it.each(changes)('%s than it was begun with', async (_, change, message) => {
    await expect(run('whole', change)).rejects.toThrow(ConfigError);
    await expect(run('whole', change)).rejects.toThrow(message);
  });

  it('but not another cache, or a seed in the options', async () => {
    const own = await carried('free');
    const { record } = await study({
      dataset,
      folder: own,
      search: { preset: 'tiny', config: { ...TINY_SEARCH, cache: at('cache'), seed: 9 } },
      retrain: { config: { cache: at('cache'), historyEvery: 5 } },
    });
    expect(measured(record)).toEqual(measured(whole.record));
  });

  const wrong: readonly (readonly [string, Partial<StudyOptions>, RegExp])[] = [
    ['a split that runs see', { testSplit: 'val' }, /testSplit: expected a split that no run sees/],
    ['a split that there is not', { testSplit: 'x' }, /study testSplit: tiny: .* got "x"/],
    ['no groups', { groups: [] }, /groups: expected some of found, random/],
    ['a group twice', { groups: ['found', 'found'] }, /groups: expected each once/],
    ['a seed twice', { searchSeeds: [1, 1] }, /searchSeeds: expected each once/],
    ['no seeds', { retrainSeeds: [] }, /retrainSeeds: expected at least one/],
    ['a broken number', { randomPerFound: 1.5 }, /randomPerFound: expected a whole number/],
    ['several parts in one process', { atOnce: 2 }, /study atOnce: expected 1 .*, got 2/],
    ['unknown parts', { only: ['search-2'] }, /study only: .* got "search-2"/],
    [
      'weights to begin with',
      { retrain: { preset: 'tiny', config: { ...TINY_RETRAIN, initialWeights: 'x' } } },
      /initialWeights: expected none/,
    ],
    [
      'a search without validation',
      { search: { preset: 'tiny', config: { ...TINY_SEARCH, validationSplit: null } } },
      /study search validationSplit: expected a split/,
    ],
    [
      'unknown options',
      { search: { config: { layer: 1 } } },
      /search: expected options .* "layer"/,
    ],
  ];

  it.each(wrong)('%s, before anything is written', async (_, change, message) => {
    await expect(run('refused', change)).rejects.toThrow(ConfigError);
    await expect(run('refused', change)).rejects.toThrow(message);
    expect(existsSync(at('refused'))).toBe(false);
  });

  it('a split without label maps to be scored on, before anything is written', async () => {
    const samples = await dataset.samples('test');
    const bare = samples.map((sample) => ({ ...sample, labelFile: undefined }));
    const given: Dataset = Object.create(dataset, {
      samples: {
        value: (split: string) =>
          split === 'test' ? Promise.resolve(bare) : dataset.samples(split),
      },
    }) as Dataset;
    await expect(run('unscored', { dataset: given })).rejects.toThrow(
      /study testSplit: .*expected label maps to score against/,
    );
    expect(existsSync(at('unscored'))).toBe(false);
  });

  it('a folder with something else', async () => {
    await expect(study({ dataset, folder: at('data'), ...TINY_STUDY })).rejects.toThrow(
      /expected a new or empty folder, or that of a study/,
    );
  });

  it('a result that was edited', async () => {
    const own = await carried('edited');
    const file = resultFile(own, 'retrain-found-1-seed-1');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"meanIou": 0.', '"meanIou": 0.9'));
    await expect(study({ dataset, folder: own })).rejects.toThrow(/edited, is damaged/);
  });

  it('a result of another part, or of another study', async () => {
    const own = await carried('mixed');
    const [found, random] = TINY_PARTS.slice(2).map((id) => resultFile(own, id));
    await cp(found, random);
    await expect(study({ dataset, folder: own })).rejects.toThrow(
      /result of retrain-random-1-1-seed-1 of this study, got that of retrain-found-1-seed-1/,
    );
    const config = { ...TINY_RETRAIN, steps: 3 };
    await run('other', { only: ['search'], retrain: { preset: 'tiny', config } });
    await cp(resultFile(at('other'), 'search-1'), resultFile(own, 'search-1'));
    await expect(study({ dataset, folder: own })).rejects.toThrow(/a study with other settings/);
  });
});
