/** A study that gets more seeds, groups and random networks after it is done. */
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { runPart } from '../../lib/study/run-part.js';
import { study, type StudyOptions, type StudyResult } from '../../lib/study/run-study.js';
import { useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { studyDataset, TINY_STUDY } from './tiny-study.js';

const folder = temporaryFolder();
const at = (...names: string[]) => path.join(folder, ...names);
let dataset: Dataset;
let whole: StudyResult;

/** Goes on with the results of the study alone, under another name, and lists the parts that begin. */
async function goOn(name: string, options: Partial<StudyOptions>) {
  await cp(at('whole', 'results'), at(name, 'results'), { recursive: true });
  const begun: string[] = [];
  const { record } = await study({
    dataset,
    folder: at(name),
    startPart: (request, part) => {
      begun.push(part.id);
      return runPart(request, part);
    },
    ...options,
  });
  return { record, begun };
}

beforeAll(async () => {
  await useBackend('wasm');
  dataset = await studyDataset(at('data'));
  whole = await study({ dataset, folder: at('whole'), ...TINY_STUDY });
});

describe('a study that is done', () => {
  it('takes more seeds, and does only what they add', async () => {
    const more = { retrainSeeds: [1, 5], only: ['retrain-found-*'] };
    const { record, begun } = await goOn('seeds', more);
    expect(begun).toEqual(['retrain-found-1-seed-5']);
    expect(record.missing).toEqual(['retrain-random-1-1-seed-5']);
    expect(record.scores.map(({ seed }) => seed)).toEqual([1, 1, 5]);
    await expect(study({ dataset, folder: at('seeds'), retrainSeeds: [1] })).rejects.toThrow(
      /retrainSeeds: 1,5, now 1 \(seeds may only be added\)/,
    );
  });

  it('takes more groups and random networks, and does only what they add', async () => {
    const { record, begun } = await goOn('groups', {
      randomPerFound: 2,
      groups: ['found', 'random', 'fixed-path-found-cell'],
    });
    const added = ['random-1-2', 'fixed-path-found-cell-1'];
    expect(begun).toEqual(added.map((id) => `retrain-${id}-seed-1`));
    const [found, random, second, fixed] = record.networks;
    expect([found, random]).toEqual(whole.record.networks);
    expect([second.id, fixed.id]).toEqual(added);
    expect(second.architecture).not.toEqual(random.architecture);
    expect(fixed.architecture.genotype).toEqual(found.architecture.genotype);
    for (const { logProbability, supernetMeanIou } of [second, fixed]) {
      expect(logProbability).toBeLessThan(0);
      expect(supernetMeanIou).toBeUndefined();
    }
    const again = await study({ dataset, folder: at('groups') });
    expect(again.record.networks).toEqual(record.networks);
  });
});
