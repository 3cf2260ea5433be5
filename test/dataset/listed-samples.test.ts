import path from 'node:path';
import { writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCamvid } from '../../lib/dataset/camvid/camvid.js';
import type { Dataset } from '../../lib/dataset/dataset.js';
import { listedSamples } from '../../lib/dataset/listed-samples.js';
import { openDataset } from '../../lib/dataset/open-dataset.js';
import { evaluate } from '../../lib/evaluate/evaluate.js';
import { retrain } from '../../lib/retrain/retrain.js';
import { search } from '../../lib/search/search.js';
import type { ProgressEvent } from '../../lib/training/events.js';
import { backends, useBackend } from '../helpers/backends.js';
import { flatGrey, flatRgb } from '../helpers/png.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';
import { TINY_SEARCH } from '../search/tiny-search.js';
import { TINY_ARCHITECTURE } from '../training/tiny-architecture.js';
import { DESCRIPTION, writeTinyDataset } from '../training/tiny-dataset.js';
import { TINY_CONFIG } from '../training/train-tiny.js';
import { writeUntrainedRun } from '../training/untrained-run.js';

const folder = temporaryFolder();
const at = (...names: string[]) => path.join(folder, ...names);

describe('listedSamples', () => {
  it('counts the images of a list of CamVid that are not there', async () => {
    const line = (name: string) => `/SegNet/CamVid/val/${name} /SegNet/CamVid/valannot/${name}\n`;
    const root = await writeTree(at('camvid'), {
      'val.txt': ['x.png', 'a.png', 'y.png'].map(line).join(''),
      'test.txt': line('a.png'),
      'val/a.png': flatRgb(4, 2, [1, 2, 3]),
      'valannot/a.png': flatGrey(4, 2, 0),
    });
    const dataset = await openCamvid({ root });
    const { samples, ...rest } = await listedSamples(dataset, 'val');
    expect(samples.map(({ id }) => id)).toEqual(['a']);
    expect(rest).toEqual({
      listed: 3,
      warning:
        'camvid, split val: 2 of 3 images that val.txt lists are not there, such as ' +
        `${path.join(root, 'val/x.png')}; the others are used`,
    });
    expect(await listedSamples(dataset, 'test')).toMatchObject({ listed: 1, warning: undefined });
  });
});

describe('a part of the listed images', () => {
  const absent = (split: string, listed: number) =>
    `tiny, split ${split}: 1 of ${listed} images that ${split}.txt lists is not there, such as ` +
    `${at('data', split, 'gone.png')}; the others are used`;
  let dataset: Dataset;
  let warnings: string[];
  const onProgress = (event: ProgressEvent) => {
    warnings.push(
      ...(event.kind === 'warning' && event.text.includes('lists') ? [event.text] : []),
    );
  };

  beforeAll(async () => {
    await useBackend(backends[0]);
    const root = await writeTinyDataset(at('data'), { train: 6, val: 2 });
    const splits: Record<string, object> = {};
    for (const [split, images] of Object.entries({ train: 6, val: 2 })) {
      const names = [...Array.from({ length: images }, (_, i) => `${i}.png`), 'gone.png'];
      const lines = names.map((name) => `${split}/${name} ${split}_labels/${name}\n`);
      await writeFile(path.join(root, `${split}.txt`), lines.join(''));
      splits[split] = { list: `${split}.txt`, missing: 'skip' };
    }
    dataset = await openDataset('folder', { root, ...DESCRIPTION, splits });
  });

  it('is said by search and retrain, once for each split', async () => {
    const request = { dataset, folder: at('none'), preset: 'tiny', estimate: 'only' } as const;
    warnings = [];
    await search({ ...request, config: TINY_SEARCH, onProgress });
    expect(warnings).toEqual([absent('train', 7), absent('val', 3)]);
    warnings = [];
    const architecture = TINY_ARCHITECTURE;
    await retrain({ ...request, architecture, config: { ...TINY_CONFIG, epochs: 1 }, onProgress });
    expect(warnings).toEqual([absent('train', 7), absent('val', 3)]);
  });

  it('is said by evaluate, whose report counts all that are listed', async () => {
    await writeUntrainedRun(dataset, at('run'));
    warnings = [];
    const report = await evaluate({ dataset, folder: at('run'), workers: 0, onProgress });
    expect(warnings).toEqual([absent('val', 3)]);
    expect(report).toMatchObject({ images: 2, imagesOfSplit: 3 });
  });
});
