import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openCityscapes } from '../../../lib/dataset/cityscapes/cityscapes.js';
import { openFolder } from '../../../lib/dataset/folder/folder.js';
import {
  describePart,
  inspectData,
  SAMPLED_LABEL_MAPS,
} from '../../../lib/dataset/inspection/inspect.js';
import type { DataPart } from '../../../lib/dataset/inspection/summary.js';
import { openDataset } from '../../../lib/dataset/open-dataset.js';
import { splitCounts } from '../../helpers/label-counts.js';
import { flatGrey, png } from '../../helpers/png.js';
import { describeWithData } from '../../helpers/shared-data.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

import { BOTH, CLASSES, findingsOf, image, partsOf, split, SPLITS } from './small-folders.js';

const root = temporaryFolder();
describe('inspectData', () => {
  it('counts pixels and images of classes and values', async () => {
    const files = { ...split('train', [BOTH, [1, 1, 255, 255], [3, 3, 3, 255]]) };
    const folder = await writeTree(path.join(root, 'counts'), files);
    const dataset = await openFolder({
      root: folder,
      classes: [...CLASSES, { name: 'weed', id: 2 }, { name: 'unclear', id: 3, ignore: true }],
      splits: { train: SPLITS.train },
    });
    const seen: string[] = [];
    const { parts } = await inspectData(dataset, await partsOf(dataset, ['train']), {
      onProgress: (done, total) => seen.push(`${done}/${total}`),
    });
    expect(seen).toEqual(['1/3', '2/3', '3/3']);
    expect(parts).toEqual([
      {
        name: 'train',
        role: 'training',
        images: 3,
        lookedAt: 3,
        labelMaps: 3,
        classes: [
          { name: 'soil', pixels: 3, images: 1 },
          { name: 'crop', pixels: 3, images: 2 },
          { name: 'weed', pixels: 0, images: 0 },
        ],
        ignoredPixels: 6,
        values: { 0: 3, 1: 3, 3: 3, 255: 3 },
        unknownValues: {},
        withoutLabels: { images: 0, examples: [] },
        ignoredOnly: { images: 1, examples: ['train2'] },
        byColor: { images: 0, examples: [] },
        problems: { images: 0, examples: [] },
        misfits: { images: 0, examples: [] },
      },
    ]);
    expect(describePart(parts[0])).toBe(
      'train, 3 label maps: soil 50.0 %, crop 50.0 %; 1 absent; 50.0 % ignored',
    );
  });

  it('finds nothing where nothing is wrong', async () => {
    const files = { ...split('train', [BOTH, BOTH]), ...split('val', [BOTH]) };
    expect(await findingsOf(path.join(root, 'fine'), files)).toEqual([]);
  });

  it('stops when it is aborted', async () => {
    const files = { ...split('train', [BOTH, BOTH]), ...split('val', [BOTH]) };
    const folder = await writeTree(path.join(root, 'aborted'), files);
    const dataset = await openFolder({ root: folder, classes: CLASSES, splits: SPLITS });
    const controller = new AbortController();
    const work = inspectData(dataset, await partsOf(dataset), {
      signal: controller.signal,
      onProgress: () => {
        controller.abort(new Error('enough'));
      },
    });
    await expect(work).rejects.toThrow('enough');
  });
});

describe('what the labels hold', () => {
  it('is an error where training has a single class', async () => {
    const files = { ...split('train', [[1, 1, 1, 1]]), ...split('val', [BOTH]) };
    const [first, ...others] = await findingsOf(path.join(root, 'single'), files);
    expect(first).toMatch(
      /^error: fields, train: expected pixels of several classes, got only "crop" in 1 label map; the label maps hold the values 1:/,
    );
    expect(others).toEqual([
      expect.stringMatching(/^warning: fields: train lacks soil, found in val:/),
    ]);
  });

  it('is an error where all is ignored', async () => {
    const files = { ...split('train', [BOTH]), ...split('val', [[3, 3, 3, 3]]) };
    const classes = [...CLASSES, { name: 'void', id: 3, ignore: true }];
    expect(await findingsOf(path.join(root, 'void'), files, { classes })).toContainEqual(
      expect.stringMatching(
        /^error: fields, val: expected pixels of classes, got 1 label map in which every pixel is ignored; the label maps hold the values 3/,
      ),
    );
  });

  it('is an error where 255 of a binary mask counts as ignore', async () => {
    const masks = { ...split('train', [[0, 255, 0, 0]]), ...split('val', [[0, 255, 255, 0]]) };
    const found = await findingsOf(path.join(root, 'binary'), masks);
    expect(found[0]).toMatch(
      /^error: .* got only "soil" .* the value 255 \(25\.0 % of the pixels\) is ignored: if it is a class, .* \{ "name": "object", "id": 255 \}/,
    );
    const classes = [CLASSES[0], { name: 'object', id: 255 }];
    expect(await findingsOf(path.join(root, 'binary-fixed'), masks, { classes })).toEqual([]);
  });

  it('is an error where values lie outside the class list', async () => {
    const files = {
      ...split('train', [BOTH, [0, 1, 7, 7], [0, 1, 9, 7]]),
      ...split('val', [BOTH]),
    };
    expect(await findingsOf(path.join(root, 'outside'), files)).toEqual([
      expect.stringMatching(
        /^error: fields, train: expected label values out of 0-1, 255, got in 3 label maps 7 in 2 \(such as .*train1\.png\), 9 in 1 \(such as .*train2\.png\); give these values classes/,
      ),
    ]);
  });

  it('is a warning where classes are never seen, or only in validation', async () => {
    const files = { ...split('train', [BOTH]), ...split('val', [[0, 1, 2, 2]]) };
    const classes = [...CLASSES, { name: 'weed', id: 2 }, { name: 'tree', id: 3 }];
    expect(await findingsOf(path.join(root, 'unseen'), files, { classes })).toEqual([
      expect.stringMatching(
        /^warning: fields: none of the label maps holds tree \(1 of 4 classes\)/,
      ),
      expect.stringMatching(/^warning: fields: train lacks weed, found in val: a class that/),
    ]);
  });

  it('is a warning where label maps are ignored as a whole', async () => {
    const files = { ...split('train', [BOTH, [255, 255, 255, 255]]), ...split('val', [BOTH]) };
    expect(await findingsOf(path.join(root, 'partly-void'), files)).toEqual([
      expect.stringMatching(/^warning: fields, train: every pixel is ignored in 1 of 2 label maps/),
    ]);
  });

  it('tells of the halves of a search which class half A lacks', async () => {
    const files = split('train', [
      [0, 0, 1, 1],
      [0, 0, 2, 1],
    ]);
    const dataset = await openFolder({
      root: await writeTree(path.join(root, 'halves'), files),
      name: 'fields',
      classes: [...CLASSES, { name: 'weed', id: 2 }],
      splits: { train: SPLITS.train },
    });
    const [a, b] = await dataset.samples('train');
    const { findings } = await inspectData(dataset, [
      { name: 'half A', role: 'training', samples: [a] },
      { name: 'half B', role: 'training', samples: [b] },
    ]);
    expect(findings.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^fields: half A lacks weed, found in half B:/),
    ]);
  });

  it.each([
    ['with 255', [0, 1, 255, 13]],
    ['without 255', [0, 1, 2, 13]],
  ])('is an error where label ids of Cityscapes are train ids, %s', async (name, values) => {
    const folder = await writeTree(path.join(root, `cityscapes ${name}`), {
      'leftImg8bit/train/bonn/bonn_1_2_leftImg8bit.png': image(),
      'gtFine/train/bonn/bonn_1_2_gtFine_labelIds.png': png({ width: 2, height: 2, values }),
    });
    const dataset = await openCityscapes({ root: folder });
    const { findings } = await inspectData(dataset, await partsOf(dataset, ['train']));
    expect(findings).toContainEqual({
      severity: 'error',
      topic: 'values',
      text: expect.stringMatching(
        /^cityscapes, train: expected label ids from 0 to 33 .* which are train ids .* rename them/,
      ) as string,
    });
  });
});

describe('files', () => {
  const cut = (file: Buffer) => file.subarray(0, file.length - 20);

  it('of validation are read as a whole, those of training up to the header of the image', async () => {
    const files = { ...split('train', [BOTH, BOTH]), ...split('val', [BOTH, BOTH]) };
    const jpeg = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#123' } })
      .jpeg()
      .toBuffer();
    const broken = { ...files, 'val/val1.png': jpeg.subarray(0, jpeg.length - 30) };
    expect(await findingsOf(path.join(root, 'broken-image'), broken)).toEqual([
      expect.stringMatching(
        /^error: fields, val: expected samples that can be read, got 1 of 2 that cannot:\n {2}image .*val1\.png: expected a complete JPEG file/,
      ),
    ]);
    const label = { ...files, 'train_labels/train0.png': cut(BOTH) };
    expect(await findingsOf(path.join(root, 'broken-label'), label)).toEqual([
      expect.stringMatching(/^error: fields, train: .*\n {2}label map .*train0\.png: .* cut off/),
    ]);
    const text = { ...files, 'train/train1.png': 'no image' };
    expect(await findingsOf(path.join(root, 'no-image'), text)).toEqual([
      expect.stringMatching(
        /^error: fields, train: .*\n {2}image .*train1\.png: .* of another kind/,
      ),
    ]);
  });

  it('that do not fit in size are an error', async () => {
    const files = { ...split('train', [BOTH, flatGrey(3, 2, 0)]), ...split('val', [BOTH]) };
    expect(await findingsOf(path.join(root, 'sizes'), files)).toEqual([
      expect.stringMatching(
        /^error: fields, train: .*\n.*train1\.png: expected the size 2x2 .* got 3x2/,
      ),
    ]);
  });

  it('of a split without label maps are an error, also where some lack them', async () => {
    const files = { ...split('train', [BOTH]), ...split('val', [BOTH, BOTH]) };
    const splits = { train: SPLITS.train, val: { images: 'val' } };
    expect(await findingsOf(path.join(root, 'unlabelled'), files, { splits })).toEqual([
      expect.stringMatching(/^error: fields, val: expected label maps, got none; choose a split/),
    ]);
    const list = { ...files, 'val.txt': 'val/val0.png val_labels/val0.png\nval/val1.png\n' };
    const half = { train: SPLITS.train, val: { list: 'val.txt' } };
    expect(await findingsOf(path.join(root, 'half-labelled'), list, { splits: half })).toEqual([
      expect.stringMatching(/^warning: fields, val: .* got none for 1 of 2, such as val1;/),
    ]);
  });

  it('whose palettes are read by colour are counted', async () => {
    const palette = [
      [1, 2, 200],
      [9, 99, 9],
    ] as const;
    const indexed = png({ width: 2, height: 2, colorType: 3, values: [0, 0, 0, 1], palette });
    const dataset = await openFolder({
      root: await writeTree(path.join(root, 'palettes'), split('train', [indexed])),
      classes: [
        { name: 'soil', id: 0, color: [...palette[1]] },
        { name: 'crop', id: 1, color: [...palette[0]] },
      ],
      splits: { train: SPLITS.train },
    });
    const { parts, findings } = await inspectData(dataset, await partsOf(dataset, ['train']));
    expect(findings).toEqual([]);
    expect(parts[0].classes.map(({ pixels }) => pixels)).toEqual([1, 3]);
    expect(describePart(parts[0])).toMatch(/; 1 read by the colours of the palette$/);
  });
});

it('looks at a sample of a large split, spread evenly', async () => {
  const label = path.join(await writeTree(path.join(root, 'large'), { 'l.png': BOTH }), 'l.png');
  const picture = path.join(
    await writeTree(path.join(root, 'large'), { 'i.png': image() }),
    'i.png',
  );
  const samples = Array.from({ length: 2 * SAMPLED_LABEL_MAPS }, (_, i) => ({
    id: `${i}`,
    imageFile: picture,
    labelFile: i % 2 === 0 ? label : 'absent.png',
  }));
  const dataset = await openFolder({ root, classes: CLASSES, splits: { train: { images: '.' } } });
  const parts: DataPart[] = [{ name: 'train', role: 'training', samples }];
  const { parts: found, findings } = await inspectData(dataset, parts, { labelCheck: 'sample' });
  expect(findings).toEqual([]);
  expect(found[0].classes[1]).toEqual({
    name: 'crop',
    pixels: SAMPLED_LABEL_MAPS,
    images: SAMPLED_LABEL_MAPS,
  });
  expect(describePart(found[0])).toMatch(/^train, 500 of 1000 label maps: soil 75\.0 %/);
});

describeWithData('voc2012_mini', 'real label maps of VOC', (folder) => {
  it('have the pixels of each value that Pillow counts, and nothing wrong', async () => {
    const dataset = await openDataset('voc', { root: folder });
    const samples = await dataset.samples('val');
    // As training: label maps and headers only, which is faster.
    const parts: DataPart[] = [{ name: 'val', role: 'training', samples }];
    const { parts: found, findings } = await inspectData(dataset, parts);
    const { images, counts } = splitCounts();
    expect(found[0].labelMaps).toBe(images);
    expect(found[0].values).toEqual(counts);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describeWithData('camvid/CamVid', 'the real CamVid', (folder) => {
  it('has nothing wrong', async () => {
    const dataset = await openDataset('camvid', { root: folder });
    const { findings } = await inspectData(dataset, await partsOf(dataset));
    expect(findings).toEqual([]);
  });
});

describeWithData('cityscapes_mini', 'the real Cityscapes', (folder) => {
  it('lacks classes in so few images, and has nothing else wrong', async () => {
    const dataset = await openDataset('cityscapes', { root: folder });
    const { findings } = await inspectData(dataset, await partsOf(dataset));
    expect(findings).toEqual([
      {
        severity: 'warning',
        topic: 'classes',
        text: expect.stringMatching(
          /none of the label maps holds truck, bus, train \(3 of 19/,
        ) as string,
      },
    ]);
  });
});
