import { rm } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCityscapes } from '../../../lib/dataset/cityscapes/cityscapes.js';
import { restoreHalves, splitHalves } from '../../../lib/dataset/halves.js';
import { checkDataset } from '../../../lib/dataset/inspection/check-dataset.js';
import { createLoader } from '../../../lib/dataset/loading/loader.js';
import { flatGrey, flatRgb } from '../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';
import { FULL_TREES, writeFullTree } from '../../bench/full-trees.js';
import { timed, writeEmptyFiles } from '../full-trees.js';

const folder = temporaryFolder();
const image = flatRgb(4, 2, [1, 2, 3]);

const tree = (name: string, coding: string) =>
  writeTree(path.join(folder, name), {
    'leftImg8bit/train/bonn/bonn_1_2_leftImg8bit.png': image,
    'leftImg8bit/train_extra/augsburg/augsburg_3_4_leftImg8bit.png': image,
    [`gtFine/train/bonn/bonn_1_2_gtFine_${coding}.png`]: flatGrey(4, 2, 7),
    [`gtCoarse/train/bonn/bonn_1_2_gtCoarse_${coding}.png`]: flatGrey(4, 2, 8),
    [`gtCoarse/train_extra/augsburg/augsburg_3_4_gtCoarse_${coding}.png`]: flatGrey(4, 2, 8),
  });

describe('coarse annotations of Cityscapes', () => {
  it.each(['labelIds', 'labelTrainIds'])('are those of train_extra, from %s', async (coding) => {
    const root = await tree(coding, coding);
    const dataset = await openCityscapes({ root });
    expect(dataset.splits).toEqual(['train', 'train_extra', 'train+train_extra']);
    const labels = async (split: string) =>
      (await dataset.samples(split)).map(({ labelFile = '' }) => path.relative(root, labelFile));
    const fine = `gtFine/train/bonn/bonn_1_2_gtFine_${coding}.png`;
    const coarse = `gtCoarse/train_extra/augsburg/augsburg_3_4_gtCoarse_${coding}.png`;
    expect(await labels('train')).toEqual([fine]);
    expect(await labels('train_extra')).toEqual([coarse]);
    expect(await labels('train+train_extra')).toEqual([fine, coarse]);
  });

  it('are found by themselves where there is nothing else', async () => {
    const root = await writeTree(path.join(folder, 'only'), {
      'leftImg8bit/train_extra/augsburg/augsburg_3_4_leftImg8bit.png': image,
      'gtCoarse/train_extra/augsburg/augsburg_3_4_gtCoarse_labelTrainIds.png': flatGrey(4, 2, 8),
    });
    const dataset = await openCityscapes({ root });
    expect(dataset.splits).toEqual(['train_extra']);
    expect(dataset.description.options).toEqual({ labels: 'labelTrainIds' });
  });

  it('must be there if the images are', async () => {
    const root = await writeTree(path.join(folder, 'missing'), {
      'leftImg8bit/train_extra/augsburg/augsburg_3_4_leftImg8bit.png': image,
    });
    await expect((await openCityscapes({ root })).samples('train_extra')).rejects.toThrow(
      /expected the label map .*gtCoarse_labelIds\.png .* unpack gtCoarse beside leftImg8bit/,
    );
  });
});

describe('the whole of Cityscapes', () => {
  const root = path.join(folder, 'full');
  const { splits } = FULL_TREES.cityscapes;

  beforeAll(() => {
    writeFullTree(root, FULL_TREES.cityscapes, { image, labels: flatGrey(4, 2, 7) });
  });

  it('has the images that its authors count, listed within seconds', async () => {
    const dataset = await openCityscapes({ root });
    const found = await Promise.all(
      Object.keys(splits).map(async (split) => (await dataset.samples(split)).length),
    );
    expect(found).toEqual(Object.values(splits));
    const [joined, seconds] = await timed(() => dataset.samples('train+train_extra'));
    expect(joined).toHaveLength(22_973);
    expect(new Set(joined.map(({ labelFile }) => labelFile)).size).toBe(22_973);
    expect(seconds).toBeLessThan(5);
  });

  it('is counted and paired within seconds', async () => {
    const dataset = await openCityscapes({ root });
    const [check, seconds] = await timed(() => checkDataset(dataset, { read: 'nothing' }));
    expect(check.findings).toEqual([
      {
        severity: 'note',
        topic: 'pairs',
        text: 'cityscapes, test: no label maps, as in test splits: it is not scored',
      },
    ]);
    expect(check.splits.map(({ images, whole, samples }) => [images, whole, samples])).toEqual(
      Object.values(splits).map((n) => [n, n, n]),
    );
    expect(seconds).toBeLessThan(5);
  });

  it('is sampled within seconds: halves, the order of an epoch, some batches', async () => {
    const dataset = await openCityscapes({ root });
    const samples = await dataset.samples('train+train_extra');
    const [ids, seconds] = await timed(async () => {
      restoreHalves(samples, splitHalves(samples, 1));
      const loader = createLoader({ dataset, samples, crop: 3, batchSize: 1, seed: 1, workers: 0 });
      const read: string[] = [];
      for await (const batch of loader.epoch(0, { startStep: samples.length - 4 })) {
        read.push(...batch.ids);
      }
      await loader.close();
      return read;
    });
    expect(new Set(ids).size).toBe(4);
    expect(seconds).toBeLessThan(5);
  });

  it('finds one lost label map and one lost image among all', async () => {
    const lost = 'gtFine/val/city1/val_000004_gtFine_labelIds.png';
    const image = 'leftImg8bit/train_extra/city2/train_extra_000025_leftImg8bit.png';
    await rm(path.join(root, lost));
    await rm(path.join(root, image));
    const check = await checkDataset(await openCityscapes({ root }), { read: 'nothing' });
    const errors = check.findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ topic }) => topic)).toEqual(['pairs', 'counts', 'counts']);
    expect(errors[0].text).toMatch(/cityscapes, val: .* got 1 image without:\n.*val_000004/);
    expect(errors[1].text).toMatch(/train_extra: expected 19998 images in .*, got 19997/);
    expect(check.files.map(({ file }) => path.basename(file))).toEqual(
      expect.arrayContaining([
        'val_000004_gtFine_labelIds.png',
        'train_extra_000025_gtCoarse_labelIds.png',
      ]),
    );
    await writeTree(root, { [lost]: '', [image]: '' });
  });

  it('is refused if images of a whole split are missing or too many', async () => {
    writeEmptyFiles(root, [
      'leftImg8bit/val/city0/more_leftImg8bit.png',
      'gtFine/val/city0/more_gtFine_labelIds.png',
    ]);
    const dataset = await openCityscapes({ root });
    await expect(dataset.samples('val')).rejects.toThrow(
      /split val: expected 500 images in .*val, got 501; unpack the whole download, or leave out/,
    );
  });
});
