import { describe, expect, it } from 'vitest';
import { checkDataset } from '../../../lib/dataset/inspection/check-dataset.js';
import { ConfigError } from '../../../lib/errors.js';
import { classFrequencyFigure } from '../../../lib/plot/data/class-frequency.js';
import { foundProblemsFigure } from '../../../lib/plot/data/found-problems.js';
import { imageSizesFigure } from '../../../lib/plot/data/image-sizes.js';
import type { Layout } from '../../../lib/plot/figure.js';
import { open, two } from '../../dataset/inspection/checked-folders.js';
import { BOTH, CLASSES, split } from '../../dataset/inspection/small-folders.js';
import { flatGrey, flatRgb } from '../../helpers/png.js';

const classes = [...CLASSES, { name: 'weed', id: 2 }, { name: 'tree', id: 3 }];
const dataset = await open(
  {
    ...split('train', [BOTH, [1, 1, 1, 2], [0, 9, 255, 1], BOTH]),
    ...split('val', [BOTH]),
    'train/train3.png': flatRgb(4, 2, [1, 2, 3]),
    'val/val0.png': flatRgb(6, 3, [4, 5, 6]),
    'val_labels/val0.png': flatGrey(6, 3, 0),
  },
  { classes },
);
const check = await checkDataset(dataset);
const named = await checkDataset(dataset, { read: 'nothing' });

describe('classFrequencyFigure', () => {
  it('shows the shares of the pixels by split, the most frequent class first', () => {
    const { data, layout } = classFrequencyFigure(check);
    expect(data.map(({ name }) => name)).toEqual(['train', 'val']);
    // Of train 14 pixels count: 7 of soil, 6 of crop and 1 of weed; the unknown one and 255 do not.
    expect((layout.yaxis as Layout).ticktext).toEqual(['soil', 'crop', 'weed']);
    expect(data[0].x).toEqual([7 / 14, 6 / 14, 1 / 14]);
    expect(data[1].x).toEqual([1, null, null]);
    expect((data[0].customdata as string[])[1]).toBe(
      'crop: 42.857 % of the pixels, 4 of 4 label maps',
    );
    expect(JSON.stringify(layout.title)).toContain('1 of 4 classes occur nowhere');
  });

  it('refuses a check that read no label maps', () => {
    expect(() => classFrequencyFigure(named)).toThrow(ConfigError);
  });
});

describe('imageSizesFigure', () => {
  it('has a mark per size, larger for more images', () => {
    const { data } = imageSizesFigure(check);
    expect(data[0]).toMatchObject({ name: 'train', x: [2, 4], y: [2, 2] });
    expect(data[0].text).toEqual(['2 x 2: 3 images', '4 x 2: 1 image']);
    const [many, one] = (data[0].marker as { size: number[] }).size;
    expect(many ** 2 / one ** 2).toBeCloseTo(3, 5);
    expect(data[1]).toMatchObject({ name: 'val', x: [6], y: [3] });
  });

  it('refuses a check that read no images', () => {
    expect(() => imageSizesFigure(named)).toThrow(ConfigError);
  });
});

describe('foundProblemsFigure', () => {
  it('shows image and label map of each example, and what is unknown', async () => {
    const { data, layout } = await foundProblemsFigure(check, dataset);
    const titles = (layout.annotations as Layout[]).map(({ text }) => text);
    expect(titles).toEqual([
      'image',
      'label map',
      'train, train3: image and label map differ in size',
      'train, train2: unknown values 9',
    ]);
    // Of other sizes: image and label map apart; else the label map lies on the image.
    expect(layout.images).toHaveLength(2 + 3);
    const words = data.flatMap(({ text }) => (text as string[][] | undefined) ?? []);
    expect(words.flat()).toEqual(
      expect.arrayContaining(['9: unknown value', '255: ignored', '1: crop']),
    );
  });

  it('refuses a check that found nothing to show', async () => {
    const fine = await open(two());
    await expect(foundProblemsFigure(await checkDataset(fine), fine)).rejects.toThrow(ConfigError);
  });
});
