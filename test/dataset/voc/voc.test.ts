import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { classFrequency } from '../../../lib/dataset/inspection/class-frequency.js';
import { classNames } from '../../../lib/dataset/dataset.js';
import { readSample } from '../../../lib/dataset/reading/read-sample.js';
import { vocColor } from '../../../lib/dataset/color-map.js';
import { openVoc } from '../../../lib/dataset/voc/voc.js';
import { ConfigError, DataError } from '../../../lib/errors.js';
import { sizeBuckets } from '../../../lib/training/validation/size-buckets.js';
import { flatGrey, flatRgb, png } from '../../helpers/png.js';
import { histogram, labelCases, splitCounts } from '../../helpers/label-counts.js';
import { describeWithData } from '../../helpers/shared-data.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const folder = temporaryFolder();
const image = flatRgb(4, 2, [10, 20, 30]);
const label = flatGrey(4, 2, 15);

/** Index 1 in a colour that is not VOC's: only the index may count. */
const paletted = png({
  width: 4,
  height: 2,
  colorType: 3,
  values: [0, 1, 1, 20, 255, 255, 0, 0],
  palette: Array.from({ length: 256 }, (_, i) => [255 - i, i, 77] as const),
});

const VOC = 'VOCdevkit/VOC2012';
const TREE = {
  [`${VOC}/ImageSets/Segmentation/train.txt`]: '2007_b\n2007_a\n',
  [`${VOC}/ImageSets/Segmentation/val.txt`]: '2007_c\r\n\r\n',
  [`${VOC}/JPEGImages/2007_a.jpg`]: image,
  [`${VOC}/JPEGImages/2007_b.jpg`]: image,
  [`${VOC}/JPEGImages/2007_c.jpg`]: image,
  [`${VOC}/JPEGImages/2008_d.jpg`]: image,
  [`${VOC}/SegmentationClass/2007_a.png`]: label,
  [`${VOC}/SegmentationClass/2007_b.png`]: paletted,
  [`${VOC}/SegmentationClass/2007_c.png`]: label,
};

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as Error,
  );

describe('openVoc', () => {
  it('finds the folder from its parent, from VOCdevkit and from itself', async () => {
    const root = await writeTree(path.join(folder, 'whole'), TREE);
    for (const place of ['', 'VOCdevkit', VOC]) {
      const dataset = await openVoc({ root: path.join(root, place) });
      expect([dataset.name, dataset.splits]).toEqual(['voc', ['train', 'val']]);
      const samples = await dataset.samples('train');
      expect(samples.map(({ id }) => id)).toEqual(['2007_b', '2007_a']);
      expect(samples[1].labelFile).toBe(path.join(root, VOC, 'SegmentationClass/2007_a.png'));
    }
  });

  it('has the 21 classes with the colours of the development kit', async () => {
    const { classes } = await openVoc({ root: await writeTree(path.join(folder, 'whole'), TREE) });
    expect(classes).toHaveLength(21);
    const named = Object.fromEntries(classes.map(({ name, color }) => [name, color]));
    expect(named).toMatchObject({
      background: [0, 0, 0],
      aeroplane: [128, 0, 0],
      bicycle: [0, 128, 0],
      person: [192, 128, 128],
      train: [128, 192, 0],
      tvmonitor: [0, 64, 128],
    });
    expect(vocColor(255)).toEqual([224, 224, 192]);
  });

  it('reads the indices of a palette, not its colours, and ignores 255', async () => {
    const dataset = await openVoc({ root: await writeTree(path.join(folder, 'whole'), TREE) });
    const [sample] = await dataset.samples('train');
    const { labels } = await readSample(sample, dataset.labelTable);
    expect([...(labels?.data ?? [])]).toEqual([0, 1, 1, 20, 255, 255, 0, 0]);
  });

  it('refuses a label value between 20 and 255', async () => {
    const root = await writeTree(path.join(folder, 'value'), {
      ...TREE,
      [`${VOC}/SegmentationClass/2007_c.png`]: flatGrey(4, 2, 21),
    });
    const dataset = await openVoc({ root });
    const [sample] = await dataset.samples('val');
    await expect(readSample(sample, dataset.labelTable)).rejects.toThrow(
      /expected values out of 0-20, 255, got 21 at row 0, column 0/,
    );
  });

  it('has train_aug where both the list and the folder are, by ids or by paths', async () => {
    const root = await writeTree(path.join(folder, 'augmented'), {
      ...TREE,
      [`${VOC}/ImageSets/Segmentation/trainaug.txt`]:
        '/JPEGImages/2008_d.jpg /SegmentationClassAug/2008_d.png\n2007_a\n',
      [`${VOC}/ImageSets/Segmentation/test.txt`]: '2008_d\n',
      [`${VOC}/SegmentationClassAug/2008_d.png`]: label,
      [`${VOC}/SegmentationClassAug/2007_a.png`]: label,
    });
    const dataset = await openVoc({ root });
    expect(dataset.splits).toEqual(['train', 'val', 'test', 'train_aug']);
    const samples = await dataset.samples('train_aug');
    expect(samples.map(({ id }) => id)).toEqual(['2008_d', '2007_a']);
    expect(samples[1].labelFile).toBe(path.join(root, VOC, 'SegmentationClassAug/2007_a.png'));
    const [unlabelled] = await dataset.samples('test');
    expect(unlabelled.labelFile).toBeUndefined();
  });

  it('says what train_aug lacks', async () => {
    const whole = await openVoc({ root: await writeTree(path.join(folder, 'whole'), TREE) });
    const both = await failure(whole.samples('train_aug'));
    expect(both).toBeInstanceOf(ConfigError);
    expect(both?.message).toMatch(
      /train_aug\.txt and the folder SegmentationClassAug in .*VOC2012/,
    );
    const root = await writeTree(path.join(folder, 'half'), {
      ...TREE,
      [`${VOC}/ImageSets/Segmentation/train_aug.txt`]: '2007_a\n',
    });
    const half = await failure((await openVoc({ root })).samples('train_aug'));
    expect(half?.message).toMatch(
      /expected benchmark_RELEASE of SBD beside VOCdevkit, or the folder SegmentationClassAug in .* such as { sbd: '\/data\/SBD' }/,
    );
    await expect(whole.samples('valid')).rejects.toThrow(/a split out of train, val, got "valid"/);
  });

  it('names the missing folder and what is there instead', async () => {
    const elsewhere = await writeTree(path.join(folder, 'elsewhere'), {
      'leftImg8bit/readme.txt': '',
      'gtFine/readme.txt': '',
    });
    const error = await failure(openVoc({ root: elsewhere }));
    expect(error).toBeInstanceOf(DataError);
    expect(error?.message).toBe(
      `voc: expected VOCdevkit/VOC2012 with ImageSets, JPEGImages, SegmentationClass in ${elsewhere}, ` +
        'got gtFine, leftImg8bit; pass the folder that holds VOCdevkit/VOC2012 as the option root',
    );
    const partly = await writeTree(path.join(folder, 'partly'), {
      [`${VOC}/JPEGImages/a.jpg`]: image,
      [`${VOC}/ImageSets/Segmentation/train.txt`]: 'a\n',
    });
    expect((await failure(openVoc({ root: partly })))?.message).toBe(
      `voc: expected the folders ImageSets, JPEGImages, SegmentationClass in ${path.join(partly, VOC)}, ` +
        'got none called SegmentationClass; unpack the whole download there',
    );
    await expect(openVoc({ root: path.join(folder, 'absent') })).rejects.toThrow(
      /expected the folder .*absent, got no such file or folder/,
    );
  });

  it.each([
    [
      'an image that is not there',
      'train.txt',
      '2007_a\ngone\n',
      /train\.txt, line 2: expected .*gone\.jpg, got no such/,
    ],
    [
      'a label map that is not there',
      'val.txt',
      '2008_d\n',
      /val\.txt, line 1: expected .*SegmentationClass.2008_d\.png/,
    ],
    [
      'an id that comes twice',
      'train.txt',
      '2007_a\n2007_a\n',
      /line 2: expected each image once, got 2007_a/,
    ],
    [
      'an empty list',
      'train.txt',
      '\n',
      /expected ids of images in .*train\.txt, got an empty list/,
    ],
  ])('names %s', async (title, list, lines, message) => {
    const root = await writeTree(path.join(folder, title), {
      ...TREE,
      [`${VOC}/ImageSets/Segmentation/${list}`]: lines,
    });
    const dataset = await openVoc({ root });
    await expect(dataset.samples(list.slice(0, -4))).rejects.toThrow(message);
  });
});

describeWithData('voc2012_mini/VOCdevkit/VOC2012', 'VOC 2012 as downloaded', (root) => {
  it('has the splits of the lists', async () => {
    const dataset = await openVoc({ root });
    expect(dataset.splits).toEqual(['train', 'val', 'trainval', 'train_aug']);
    const counts = await Promise.all(
      dataset.splits.map(async (split) => (await dataset.samples(split)).length),
    );
    expect(counts).toEqual([150, 100, 250, 380]);
  });

  it('has the palette of the files', async () => {
    const file = await readFile(path.join(root, 'SegmentationClass/2007_000032.png'));
    const { palette } = decode(file);
    expect(palette?.map((color) => [...color])).toEqual(
      Array.from({ length: 256 }, (_, index) => vocColor(index)),
    );
  });

  it.each(labelCases('voc2012_mini/VOCdevkit/VOC2012'))(
    'reads $file as another program does, whole and with a longer side of $longerSide',
    async ({ file, width, height, counts, scaled, longerSide }) => {
      const { labelTable } = await openVoc({ root });
      const id = path.basename(file, '.png');
      const sample = {
        id,
        imageFile: path.join(root, 'JPEGImages', `${id}.jpg`),
        labelFile: path.join(root, file),
      };
      const whole = (await readSample(sample, labelTable)).labels;
      expect([whole?.width, whole?.height]).toEqual([width, height]);
      expect(histogram(whole?.data)).toEqual(counts);
      const read = await readSample(sample, labelTable, { resolution: { longerSide } });
      expect([read.image.width, read.image.height]).toEqual([scaled.width, scaled.height]);
      expect(histogram(read.labels?.data)).toEqual(scaled.counts);
    },
  );

  it('counts as many pixels of each class in val as another program', async () => {
    const dataset = await openVoc({ root });
    const { counts, images } = splitCounts();
    const found = await classFrequency(dataset, await dataset.samples('val'));
    const expected = classNames(dataset).map((_, value) => counts[value] ?? 0);
    expect([found.counts, found.ignored, found.labelMaps]).toEqual([expected, counts[255], images]);
  });

  it('is evaluated at many sizes of at most 513x513: its images have at most 500 pixels', async () => {
    const samples = await (await openVoc({ root })).samples('val');
    const buckets = await sizeBuckets(samples, 1);
    expect(buckets.length).toBeGreaterThan(1);
    for (const { size } of buckets) {
      expect(Math.max(size.height, size.width)).toBeLessThanOrEqual(513);
    }
    const indices = buckets.flatMap((bucket) => bucket.indices);
    expect(indices.sort((a, b) => a - b)).toEqual([...samples.keys()]);
  });
});
