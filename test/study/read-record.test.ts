import { describe, expect, it } from 'vitest';
import { publishedArchitecture } from '../../lib/architecture/published.js';
import { DataError } from '../../lib/errors.js';
import { parseStudyRecord, readStudyRecord } from '../../lib/study/read-record.js';
import type { StudyRecord } from '../../lib/study/record.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';

const RECORD: StudyRecord = {
  format: 1,
  madeBy: {
    command: 'npx autodeeplab study',
    libraryVersions: ['0.1.0'],
    commits: ['abc', 'def'],
    hardware: [{ processor: 'one', cores: 2, memory: 2 ** 33 }],
    backends: ['wasm'],
    dates: { begun: '2026-01-01T00:00:00.000Z', updated: '2026-01-01T01:00:00.000Z' },
  },
  dataset: {
    kind: 'folder',
    name: 'tiny',
    classes: ['a', 'b'],
    trainImages: 4,
    validationImages: 2,
    testImages: 2,
    testSplit: 'test',
  },
  settings: {
    search: {},
    retrain: {},
    searchSeeds: [1],
    retrainSeeds: [1],
    randomPerFound: 0,
    parameterTolerance: 0.05,
    groups: ['published'],
  },
  searches: [],
  networks: [
    {
      id: 'published',
      group: 'published',
      architecture: publishedArchitecture,
      parameters: 10,
      multiplyAdds: 100,
    },
  ],
  scores: [
    {
      id: 'retrain-published-seed-1',
      network: 'published',
      seed: 1,
      split: 'test',
      meanIou: 0.5,
      iou: [0.5, null],
      validationMeanIou: null,
      steps: 3,
      seconds: 1,
      peakMemory: 1000,
    },
  ],
  missing: [],
};

const [network] = RECORD.networks;
const [score] = RECORD.scores;

describe('readStudyRecord', () => {
  const folder = temporaryFolder();

  it('reads what was written', async () => {
    await writeTree(folder, { 'study.json': JSON.stringify(RECORD) });
    expect(await readStudyRecord(`${folder}/study.json`)).toEqual(RECORD);
    await expect(readStudyRecord(`${folder}/none.json`)).rejects.toThrow(DataError);
  });

  it.each<readonly [string, unknown, RegExp]>([
    [
      'another document',
      { version: 1 },
      /x.json: expected what a study has measured, format 1, got format/,
    ],
    ['another format', { ...RECORD, format: 2 }, /got format/],
    ['a score above 1', { ...RECORD, scores: [{ ...score, meanIou: 50 }] }, /scores.0.meanIou/],
    ['another group', { ...RECORD, networks: [{ ...network, group: 'x' }] }, /networks.0.group/],
    [
      'a broken architecture',
      { ...RECORD, networks: [{ ...network, architecture: { path: [0] } }] },
      /networks.0.architecture: architecture: /,
    ],
    [
      'a network of no search',
      { ...RECORD, networks: [{ ...network, search: 'search-9' }] },
      /network published of search-9, which is not among the searches/,
    ],
    [
      'a score of no network',
      { ...RECORD, scores: [{ ...score, network: 'found-1' }] },
      /score retrain-published-seed-1 of found-1, which is not among the networks/,
    ],
    [
      'a score with too few classes',
      { ...RECORD, scores: [{ ...score, iou: [0.5] }] },
      /score retrain-published-seed-1 with 1 classes/,
    ],
  ])('refuses %s', (_, value, message) => {
    expect(() => parseStudyRecord(value, 'x.json')).toThrow(DataError);
    expect(() => parseStudyRecord(value, 'x.json')).toThrow(message);
  });
});
