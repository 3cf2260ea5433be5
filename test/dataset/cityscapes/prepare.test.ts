import { readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset, prepareDataset } from '../../../lib/dataset/open-dataset.js';
import { readSample } from '../../../lib/dataset/reading/read-sample.js';
import { ConfigError, DataError } from '../../../lib/errors.js';
import { flatGrey, flatRgb } from '../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';
import { zip } from '../../helpers/zip.js';

const folder = temporaryFolder();
const image = flatRgb(4, 2, [1, 2, 3]);
const members = (files: Readonly<Record<string, Buffer | string>>) =>
  zip(Object.entries(files).map(([name, content]) => ({ name, content })));

const frame = 'bonn/bonn_000001_000019';
const PACKAGES = {
  'leftImg8bit_trainvaltest.zip': members({
    README: 'about',
    [`leftImg8bit/train/${frame}_leftImg8bit.png`]: image,
    [`leftImg8bit/test/${frame}_leftImg8bit.png`]: image,
  }),
  'gtFine_trainvaltest.zip': members({
    'license.txt': 'terms',
    [`gtFine/train/${frame}_gtFine_labelIds.png`]: flatGrey(4, 2, 7),
    [`gtFine/train/${frame}_gtFine_instanceIds.png`]: flatGrey(4, 2, 7),
    [`gtFine/train/${frame}_gtFine_color.png`]: image,
    [`gtFine/train/${frame}_gtFine_polygons.json`]: '{}',
    [`gtFine/test/${frame}_gtFine_labelIds.png`]: flatGrey(4, 2, 0),
  }),
  'leftImg8bit_trainextra.zip': members({
    'leftImg8bit/train_extra/ulm/ulm_2_3_leftImg8bit.png': image,
  }),
  'gtCoarse.zip': members({
    'gtCoarse/train_extra/ulm/ulm_2_3_gtCoarse_labelIds.png': flatGrey(4, 2, 8),
    'gtCoarse/train_extra/ulm/..png': 'a name that is none',
  }),
  'camera_trainvaltest.zip': 'not looked at',
};

describe('preparing Cityscapes', () => {
  it('unpacks what the library reads, so that the dataset opens', async () => {
    const root = await writeTree(path.join(folder, 'whole'), PACKAGES);
    const seen = new Set<string>();
    const report = await prepareDataset('cityscapes', {
      root,
      onProgress: ({ what }) => seen.add(what),
    });
    expect([report.written, report.kept]).toEqual([6, 0]);
    expect([...seen].sort()).toEqual(Object.keys(PACKAGES).slice(0, 4).sort());
    expect(report.remarks).toContain(
      'gtFine_trainvaltest.zip: 2 files unpacked, 0 were there, 4 members are not needed',
    );
    expect((await readdir(path.join(root, 'gtFine'), { recursive: true })).sort()).toEqual([
      'train',
      'train/bonn',
      `train/${frame}_gtFine_instanceIds.png`,
      `train/${frame}_gtFine_labelIds.png`,
    ]);
    const dataset = await openDataset('cityscapes', { root });
    expect(dataset.splits).toEqual(['train', 'test', 'train_extra', 'train+train_extra']);
    const [fine, coarse] = await dataset.samples('train+train_extra');
    for (const [sample, trainId] of [
      [fine, 0],
      [coarse, 1],
    ] as const) {
      const { labels } = await readSample(sample, dataset.labelTable);
      expect([...(labels?.data ?? [])]).toEqual(Array(8).fill(trainId));
    }
    const [unlabelled] = await dataset.samples('test');
    expect(unlabelled.labelFile).toBeUndefined();
    expect(await readFile(unlabelled.imageFile)).toEqual(image);
  });

  it('does only what is not done yet', async () => {
    const root = path.join(folder, 'whole');
    await rm(path.join(root, `gtFine/train/${frame}_gtFine_labelIds.png`));
    expect(await prepareDataset('cityscapes', { root })).toMatchObject({ written: 1, kept: 5 });
  });

  it('refuses a folder without packages, and a package without images', async () => {
    const empty = await writeTree(path.join(folder, 'empty'), { 'voc.tar': '' });
    const error = await prepareDataset('cityscapes', { root: empty }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toMatch(
      /expected zip files such as leftImg8bit_trainvaltest\.zip in .*empty, got voc\.tar/,
    );
    const other = await writeTree(path.join(folder, 'other'), {
      'gtFine.zip': members({ '../gtFine/train/a/a_gtFine_labelIds.png': image }),
      'leftImg8bit_demo.zip': members({ 'demo.png': image }),
    });
    await expect(prepareDataset('cityscapes', { root: other })).rejects.toThrow(
      /gtFine\.zip: expected a complete one, got "invalid relative path/,
    );
    await rm(path.join(other, 'gtFine.zip'));
    await expect(prepareDataset('cityscapes', { root: other })).rejects.toThrow(
      /expected images or label maps in leftImg8bit_demo\.zip, got 1 members of other names/,
    );
  });

  it('is for the kinds that need it', async () => {
    const error = await prepareDataset('voc', { root: folder }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toMatch(
      /prepare: expected one of cityscapes.*, got "voc", which opens as its download unpacks/,
    );
  });
});
