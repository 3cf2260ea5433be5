import path from 'node:path';
import { writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { RunDirectory } from '../../lib/run/directory.js';
import { backends, useBackend } from '../helpers/backends.js';
import { flatGrey } from '../helpers/png.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { tinyDataset } from '../training/tiny-dataset.js';
import { tinyRuns } from './tiny-runs.js';

const folder = temporaryFolder();
let dataset: Dataset;
const rare = { rareClassTemperature: 0.05, steps: 6, labelCheck: 'all' } as const;
const { run, losses, document, folderOf } = tinyRuns(folder, () => dataset);

beforeAll(async () => {
  await useBackend(backends[0]);
  dataset = await tinyDataset(path.join(folder, 'data'), { train: 4 });
});

describe('retrain with rareClassTemperature', () => {
  it('draws by the classes, keeps their counts and resumes exactly', async () => {
    const { notes } = await run('whole', rare);
    expect(notes).toMatch(
      /rareClassTemperature: images of train are drawn for classes, from \w+ \([\d.]+ %\) to \w+ \(/,
    );
    const { images } = (await document('whole', 'class-counts')) as {
      images: Record<string, Record<string, number>>;
    };
    const samples = await dataset.samples('train');
    expect(Object.keys(images).sort()).toEqual(samples.map(({ id }) => id).sort());
    const pixels = Object.values(images).map((one) => Object.values(one).reduce((a, b) => a + b));
    expect(pixels).toEqual([1760, 1760, 1760, 1760]);
    await run('stopped', rare, { stopAt: 3 });
    await run('stopped', rare, { resume: true });
    expect(await losses('stopped')).toEqual(await losses('whole'));
    expect((await run('plain', { ...rare, rareClassTemperature: null })).warnings).toBe('');
    expect(await losses('plain')).not.toEqual(await losses('whole'));
  });

  it('takes the counts of the run when it is resumed', async () => {
    await run('kept', rare, { stopAt: 2 });
    const samples = await dataset.samples('train');
    // As if only the last image held a class: every draw is that image.
    const images = Object.fromEntries(samples.map(({ id }, i) => [id, i === 3 ? { 1: 9 } : {}]));
    const kept = await RunDirectory.resume(folderOf('kept'));
    await kept.write('class-counts', { images });
    await kept.close();
    const { notes } = await run('kept', rare, { resume: true });
    expect(notes).toContain('3 images without enough of a class: never drawn');
  });
});

describe('steps without a pixel that counts', () => {
  it('are told while they happen', async () => {
    const ignored = path.join(folder, 'ignored.png');
    await writeFile(ignored, flatGrey(44, 40, 255));
    const blank: Dataset = {
      ...dataset,
      samples: async (split) =>
        (await dataset.samples(split)).map((sample) => ({ ...sample, labelFile: ignored })),
    };
    const { warnings } = await run('blank', { steps: 5 }, { dataset: blank });
    expect(warnings.match(/no pixel of the last \d steps \(to step \d\)/g)).toEqual([
      'no pixel of the last 2 steps (to step 2)',
      'no pixel of the last 4 steps (to step 4)',
    ]);
    await writeFile(ignored, flatGrey(44, 40, 0));
    const options = { steps: 2, classWeights: { [dataset.classes[0].name]: 0 } };
    const weightless = await run('weightless', options, { dataset: blank });
    expect(weightless.warnings).toContain('no pixel of the last 2 steps');
  });
});
