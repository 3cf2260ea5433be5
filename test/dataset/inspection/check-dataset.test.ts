import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../lib/dataset/dataset.js';
import { checkDataset } from '../../../lib/dataset/inspection/check-dataset.js';
import { describeCheck } from '../../../lib/dataset/inspection/describe-check.js';
import { openDataset } from '../../../lib/dataset/open-dataset.js';
import { DataError } from '../../../lib/errors.js';
import { flatGrey } from '../../helpers/png.js';
import { describeWithData } from '../../helpers/shared-data.js';
import { writeTree } from '../../helpers/temporary-folder.js';
import { checkOf, open, root, said, two, without } from './checked-folders.js';
import { BOTH, image, split, SPLITS, type Files } from './small-folders.js';

describe('checkDataset', () => {
  it('counts, pairs and measures a dataset in which nothing is wrong', async () => {
    const check = await checkOf(two());
    expect(said(check)).toEqual([]);
    expect(check).toMatchObject({ dataset: 'fields', kind: 'folder', read: 'all', files: [] });
    expect(check.splits).toMatchObject([
      {
        name: 'train',
        role: 'training',
        images: 2,
        samples: 2,
        labelMapsWithoutImage: 0,
        sizes: [{ height: 2, width: 2, images: 2 }],
        content: {
          classes: [
            { name: 'soil', pixels: 6, images: 2 },
            { pixels: 2, images: 2 },
          ],
        },
      },
      { name: 'val', role: 'validation', images: 1, samples: 1 },
    ]);
    expect(JSON.parse(JSON.stringify(check))).toEqual(JSON.parse(JSON.stringify({ ...check })));
  });

  it('reads each file once, whatever splits it is in, and reports how far it is', async () => {
    const lists = {
      ...split('all', [BOTH, BOTH, BOTH]),
      'train.txt': 'all/all0.png all_labels/all0.png\nall/all1.png all_labels/all1.png\n',
      'val.txt': 'all/all2.png all_labels/all2.png\n',
      'trainval.txt': [0, 1, 2].map((i) => `all/all${i}.png all_labels/all${i}.png`).join('\n'),
    };
    const splits = {
      train: { list: 'train.txt' },
      val: { list: 'val.txt' },
      trainval: { list: 'trainval.txt' },
    };
    const seen: string[] = [];
    const check = await checkOf(
      lists,
      { splits },
      {
        onProgress: (done, total) => seen.push(`${done}/${total}`),
      },
    );
    expect(seen).toEqual(['1/3', '2/3', '3/3']);
    expect(check.splits.map(({ content }) => content?.labelMaps)).toEqual([2, 1, 3]);
    expect(said(check)).toEqual([]); // trainval holds val by design
  });

  it('stops when it is aborted, and refuses what there is not', async () => {
    const dataset = await open(two());
    const controller = new AbortController();
    const onProgress = () => {
      controller.abort(new Error('enough'));
    };
    const { signal } = controller;
    await expect(checkDataset(dataset, { signal, onProgress })).rejects.toThrow('enough');
    await expect(checkDataset(dataset, { splits: ['test'] })).rejects.toThrow(
      'fields: expected a split out of train, val, got "test"',
    );
    await expect(checkDataset(dataset, { read: 'some' as 'all' })).rejects.toThrow(
      /checkDataset: expected valid options, got read/,
    );
  });

  it('checks the splits that are named only', async () => {
    const files = without(two(), 'val_labels/val0.png');
    const check = await checkOf(files, {}, { splits: ['train'] });
    expect(check.splits.map(({ name }) => name)).toEqual(['train']);
    expect(said(check)).toEqual([]);
  });

  it('reads no file if only names are to be compared', async () => {
    const broken = { ...two(), 'train_labels/train0.png': 'text', 'val/val0.png': 'text' };
    const check = await checkOf(broken, {}, { read: 'nothing' });
    expect(said(check)).toEqual([]);
    expect(check.splits[0]).toMatchObject({ images: 2, content: undefined, sizes: [] });
  });
});

describe('counts and pairs', () => {
  it('name every image without a label map, and go on', async () => {
    const files = without(two(), 'train_labels/train0.png', 'train_labels/train1.png');
    const check = await checkOf({ ...files, ...split('train2', []), 'train_labels/.keep': '' });
    expect(said(check)).toContainEqual(
      expect.stringMatching(
        /^error, pairs: fields, train: expected a label map for every image, got 2 images without:\n {2}fields, split train: expected the label map .*train0\.png/,
      ),
    );
    expect(check.splits[0]).toMatchObject({ images: 2, samples: 0 });
    expect(check.splits[1].content?.labelMaps).toBe(1);
    expect(check.files.map(({ topic, file }) => [topic, path.basename(file)])).toEqual([
      ['pairs', 'train0.png'],
      ['pairs', 'train1.png'],
    ]);
  });

  it('name label maps without an image, also where patterns name them', async () => {
    const check = await checkOf(without(two(), 'train/train1.png'));
    expect(said(check)).toEqual([
      expect.stringMatching(
        /^warning, pairs: fields, train: 1 label map without an image, such as .*train_labels.train1\.png;/,
      ),
    ]);
    expect(check.splits[0]).toMatchObject({ images: 1, samples: 1, labelMapsWithoutImage: 1 });
    const nested: Files = {
      'photos/a/1_rgb.png': image(),
      'masks/a/1_mask.png': BOTH,
      'masks/a/1_colors.png': BOTH,
      'masks/b/2_mask.png': BOTH,
    };
    const splits = { train: { images: 'photos/*/*_rgb.png', labels: 'masks/*/*_mask.png' } };
    expect(
      (await checkOf(nested, { splits })).files.map(({ file }) => path.basename(file)),
    ).toEqual(['2_mask.png']);
  });

  it('name lines of lists that are missing, twice or of another form', async () => {
    const lines = [
      'train/train0.png train_labels/train0.png',
      'train/gone.png train_labels/train0.png',
      'train/train0.png train_labels/train1.png',
      'train/train1.png a b c',
      'train/train1.png train_labels/train1.png',
    ];
    const splits = { train: { list: 'train.txt' }, val: SPLITS.val };
    const check = await checkOf({ ...two(), 'train.txt': lines.join('\n') }, { splits });
    expect(said(check)).toEqual([
      expect.stringMatching(
        /^error, pairs: .* all listed images, got 1 of them missing:\n.*line 2/,
      ),
      expect.stringMatching(/^error, pairs: .* one sample per file and id, got 1 file in doubt:\n/),
      expect.stringMatching(/^error, pairs: .* got 1 line of another form:\n.*line 4/),
    ]);
    expect(check.splits[0].samples).toBe(2);
  });

  it('tell a part of a benchmark from a whole that lacks images or has too many', async () => {
    const files: Files = { ...split('train', [BOTH, BOTH]) };
    const dataset = await open(files, { splits: { train: SPLITS.train } });
    const counted = (images: number) => ({ ...dataset, whole: { train: { images } } });
    expect(said(await checkDataset(counted(2)))).toEqual([]);
    expect(said(await checkDataset(counted(3)))).toEqual([
      'note, counts: fields, train: 2 of the 3 images of the whole benchmark',
    ]);
    expect(said(await checkDataset(counted(1)))).toEqual([
      expect.stringMatching(
        /^warning, counts: fields, train: expected at most the 1 images .* got 2/,
      ),
    ]);
  });

  it('note listed images that may be absent', async () => {
    const camvid = await writeTree(path.join(root, 'camvid'), {
      'train/a.png': image(),
      'trainannot/a.png': BOTH,
      'train.txt': ['a', 'b']
        .map((id) => `/SegNet/CamVid/train/${id}.png /SegNet/CamVid/trainannot/${id}.png\n`)
        .join(''),
    });
    const check = await checkDataset(await openDataset('camvid', { root: camvid }));
    expect(said(check)).toContainEqual(
      expect.stringMatching(/^note, counts: camvid, train: 1 listed image not there.*:\n.*b\.png/),
    );
    expect(said(check)).toContain(
      'note, counts: camvid, train: 1 of the 367 images of the whole benchmark',
    );
  });

  it('say of a split that cannot be listed why, and check the others', async () => {
    const check = await checkOf(without(two(), 'train/train0.png', 'train/train1.png'));
    expect(said(check)[0]).toMatch(
      /^error, pairs: fields, split train: expected the folder|expected PNG/,
    );
    expect(check.splits[1].content?.labelMaps).toBe(1);
  });

  it('say of a test split that it has no label maps, and of others that they should', async () => {
    const files = { ...two(), 'test/test0.png': image(), 'more/more0.png': image() };
    const splits = { ...SPLITS, test: { images: 'test' }, more: { images: 'more' } };
    expect(said(await checkOf(files, { splits }))).toEqual([
      expect.stringMatching(/^error, pairs: fields, more: expected label maps, got none/),
      'note, pairs: fields, test: no label maps, as in test splits: it is not scored',
    ]);
  });
});

describe('describeCheck', () => {
  it('shows splits, classes and findings, the worst first', async () => {
    const files = { ...split('train', [BOTH, [0, 7, 7, 1]]), ...split('val', [BOTH]) };
    const text = describeCheck(
      await checkOf({ ...files, 'val/val0.png': files['train/train0.png'] }),
    );
    expect(text).toMatch(/^fields: 2 splits, every file read, /);
    expect(text).toMatch(/^train +2 +- +2 +0 +2x2 +25\.0 %$/m);
    expect(text).toMatch(/^soil +66\.67 % +2 +75\.00 % +1$/m);
    expect(text).toMatch(/2 errors \(would spoil a training or its scores\):\n {2}fields, train:/);
    expect(describeCheck(await checkOf(two()))).toMatch(/nothing wrong was found$/);
  });
});

describe('other kinds of dataset', () => {
  it('are listed with what is wrong with them', async () => {
    const city = await writeTree(path.join(root, 'cityscapes'), {
      'leftImg8bit/train/bonn/bonn_1_2_leftImg8bit.png': image(),
      'leftImg8bit/train/bonn/bonn_1_3_leftImg8bit.png': image(),
      'leftImg8bit/test/berlin/berlin_1_2_leftImg8bit.png': image(),
      'gtFine/train/bonn/bonn_1_2_gtFine_labelIds.png': flatGrey(2, 2, 7),
      'gtFine/train/bonn/bonn_1_2_gtFine_instanceIds.png': flatGrey(2, 2, 7),
      'gtFine/train/ulm/ulm_1_2_gtFine_labelIds.png': flatGrey(2, 2, 8),
    });
    const check = await checkDataset(await openDataset('cityscapes', { root: city }));
    expect(check.splits).toMatchObject([
      { name: 'train', images: 2, whole: 2975, samples: 1, labelMapsWithoutImage: 1 },
      { name: 'test', images: 1, whole: 1525, samples: 1, labelMapsWithoutImage: 0 },
    ]);
    expect(check.files.map(({ file }) => path.basename(file))).toEqual([
      'bonn_1_3_gtFine_labelIds.png',
      'ulm_1_2_gtFine_labelIds.png',
    ]);
  });

  it('are VOC with ids listed twice, missing images and label maps', async () => {
    const lists = 'VOC2012/ImageSets/Segmentation';
    const voc = await writeTree(path.join(root, 'voc'), {
      [`${lists}/train.txt`]: 'a\na\nb\nc\n',
      'VOC2012/JPEGImages/a.jpg': image(),
      'VOC2012/JPEGImages/b.jpg': image(),
      'VOC2012/JPEGImages/unlisted.jpg': image(),
      'VOC2012/SegmentationClass/a.png': BOTH,
      'VOC2012/SegmentationClass/c.png': BOTH,
      'VOC2012/SegmentationClass/unlisted.png': BOTH,
    });
    const { files, splits } = await checkDataset(await openDataset('voc', { root: voc }));
    expect(splits).toMatchObject([{ images: 2, whole: 1464, samples: 1 }]);
    expect(files.map(({ file }) => path.basename(file))).toEqual([
      'train.txt',
      'b.png',
      'c.jpg',
      'c.png',
    ]);
  });

  it('are ADE20K and COCO, whose images all count', async () => {
    const ade = await writeTree(path.join(root, 'ade'), {
      'images/training/a.jpg': image(),
      'images/training/b.jpg': image(),
      'annotations/training/a.png': BOTH,
    });
    const adeCheck = await checkDataset(await openDataset('ade20k', { root: path.join(ade) }));
    expect(adeCheck.splits).toMatchObject([{ images: 2, whole: 20_210, samples: 1 }]);
    const coco = await writeTree(path.join(root, 'coco'), {
      'train2017/a.jpg': image(),
      'train2017/b.jpg': image(),
      'annotations_voc/train2017.txt': 'a.jpg\ngone.jpg\n',
      'annotations_voc/train2017/a.png': BOTH,
    });
    const cocoCheck = await checkDataset(await openDataset('coco', { root: coco }));
    expect(cocoCheck.splits).toMatchObject([{ images: 2, whole: 118_287, samples: 1 }]);
    expect(cocoCheck.files).toMatchObject([
      { topic: 'pairs', file: path.join(coco, 'train2017/gone.jpg') },
    ]);
  });

  it('are those whose listing knows nothing of this: the first error is the finding', async () => {
    const dataset = await open(two());
    const own: Dataset = {
      ...dataset,
      labelFiles: undefined,
      samples: (name) =>
        name === 'val'
          ? Promise.reject(new DataError('own: expected the disk, got none', root))
          : dataset.samples(name),
    };
    expect(said(await checkDataset(own))).toEqual([
      'error, pairs: own: expected the disk, got none',
    ]);
    await writeFile(path.join(dataset.description.root, 'train_labels', 'more.png'), BOTH);
    await rm(path.join(dataset.description.root, 'train/train1.png'));
    expect(said(await checkDataset(own))).toContainEqual(
      expect.stringMatching(/^warning, pairs: fields, train: 2 label maps without an image/),
    );
  });
});

describeWithData('cityscapes_mini', 'the real Cityscapes', (folder) => {
  it('is a part, with a validation image of another size', async () => {
    const dataset = await openDataset('cityscapes', { root: folder });
    const check = await checkDataset(dataset, { read: 'labels' });
    expect(check.files).toEqual([]);
    expect(said(check)).toEqual([
      expect.stringMatching(/^warning, sizes: .* 2048x1024 in train, 256x128 in val/),
      expect.stringMatching(/^warning, classes: .* holds truck, bus, train \(3 of 19/),
      'note, counts: cityscapes, train: 8 of the 2975 images of the whole benchmark',
      'note, counts: cityscapes, val: 1 of the 500 images of the whole benchmark',
      expect.stringMatching(/^note, classes: cityscapes, val: no pixel of wall, traffic light/),
    ]);
  });
});

describeWithData('ade20k_mini', 'the real ADE20K', (folder) => {
  it('is a part that lacks classes, and has nothing else wrong', async () => {
    const check = await checkDataset(await openDataset('ade20k', { root: folder }));
    expect(check.files).toEqual([]);
    expect(check.findings.map(({ severity, topic }) => `${severity}, ${topic}`)).toEqual([
      ...['warning, classes', 'warning, classes', 'note, counts', 'note, counts', 'note, classes'],
    ]);
  });
});

describeWithData('voc2012_mini', 'the real VOC', (folder) => {
  it('is a part whose files are paired, train_aug apart from val', async () => {
    const check = await checkDataset(await openDataset('voc', { root: folder }), {
      read: 'nothing',
    });
    expect(check.files).toEqual([]);
    expect(check.splits.map(({ name, images }) => [name, images])).toEqual([
      ['train', 150],
      ['val', 100],
      ['trainval', 250],
      ['train_aug', 380],
    ]);
    expect(check.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});
