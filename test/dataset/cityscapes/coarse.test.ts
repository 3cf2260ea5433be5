import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCityscapes } from '../../../lib/dataset/cityscapes/cityscapes.js';
import { flatGrey, flatRgb } from '../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';
import { ids, timed, writeEmptyFiles } from '../full-trees.js';

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
  const cities = { train: 18, val: 3, test: 6, train_extra: 23 };
  const counts = { train: 2975, val: 500, test: 1525, train_extra: 19_998 };
  type Split = keyof typeof counts;

  beforeAll(() => {
    for (const split of Object.keys(counts) as Split[]) {
      const annotation = split === 'train_extra' ? 'gtCoarse' : 'gtFine';
      const frames = ids('frame', counts[split]);
      const place = (i: number) => `${split}/city${i % cities[split]}`;
      writeEmptyFiles(root, [
        ...frames.map((id, i) => `leftImg8bit/${place(i)}/${id}_leftImg8bit.png`),
        ...frames.map((id, i) => `${annotation}/${place(i)}/${id}_${annotation}_labelIds.png`),
      ]);
    }
  });

  it('has the images that its authors count, listed within seconds', async () => {
    const dataset = await openCityscapes({ root });
    const found = await Promise.all(
      Object.keys(counts).map(async (split) => (await dataset.samples(split)).length),
    );
    expect(found).toEqual(Object.values(counts));
    const [joined, seconds] = await timed(() => dataset.samples('train+train_extra'));
    expect(joined).toHaveLength(22_973);
    expect(new Set(joined.map(({ labelFile }) => labelFile)).size).toBe(22_973);
    expect(seconds).toBeLessThan(5);
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
