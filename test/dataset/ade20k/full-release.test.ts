import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openAde20k } from '../../../lib/dataset/ade20k/ade20k.js';
import { ADE20K_CLASSES } from '../../../lib/dataset/ade20k/classes.js';
import { VALUE_OF_OBJECT } from '../../../lib/dataset/ade20k/full-index.js';
import { readObjectLabels } from '../../../lib/dataset/ade20k/prepare.js';
import { prepareDataset } from '../../../lib/dataset/open-dataset.js';
import { resizeLabels } from '../../../lib/dataset/reading/geometry.js';
import { readLabelFile } from '../../../lib/dataset/reading/label-file.js';
import { readSample } from '../../../lib/dataset/reading/read-sample.js';
import { checkDataset } from '../../../lib/dataset/inspection/check-dataset.js';
import { ConfigError, DataError } from '../../../lib/errors.js';
import { flatRgb, png } from '../../helpers/png.js';
import { describeWithData } from '../../helpers/shared-data.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';
import { ids, timed, writeEmptyFiles } from '../full-trees.js';

const folder = temporaryFolder();
const image = flatRgb(3, 2, [1, 2, 3]);

/** wall 2978, door 774, double door 783, flag 954; 0 and 3688 are no class; blue is the instance. */
const OBJECTS = [2978, 774, 783, 954, 0, 3688];
const VALUES = [1, 15, 15, 150, 0, 0];
const objects = png({
  width: 3,
  height: 2,
  colorType: 2,
  values: OBJECTS.flatMap((number, i) => [Math.floor(number / 256) * 10, number % 256, i]),
});

const release = (images: string, name: string) => ({
  [`${images}/training/a/abbey/${name}_00000002.jpg`]: image,
  [`${images}/training/a/abbey/${name}_00000002_seg.png`]: objects,
  [`${images}/training/a/abbey/${name}_00000002_parts_1.png`]: objects,
  [`${images}/training/outliers/x/y/${name}_00000001.jpg`]: image,
  [`${images}/training/outliers/x/y/${name}_00000001_seg.png`]: objects,
  [`${images}/training/outliers/x/y/${name}_00000001/instance_000.jpg`]: image,
  [`${images}/validation/b/${name}_00000003.jpg`]: image,
  [`${images}/validation/b/${name}_00000003_seg.png`]: objects,
});

describe('a full release of ADE20K', () => {
  it.each([
    ['ADE20K_2016_07_26', 'images'],
    ['ADE20K_2021_17_01', 'images/ADE'],
  ])('%s opens with the 150 classes once it is prepared', async (name, images) => {
    const root = path.join(folder, name, name);
    await writeTree(root, release(images, 'ADE_train'));
    const before = await openAde20k({ root });
    await expect(before.samples('train')).rejects.toThrow(
      /expected the label map .*annotations_150.* got no such file; make it by `npx autodeeplab data/,
    );
    const report = await prepareDataset('ade20k', { root });
    expect([report.written, report.kept]).toEqual([3, 0]);
    expect(report.remarks[0]).toBe(
      'training: 2 of 2 label maps made, 0 were there; 33.3 % of their pixels are no class',
    );
    const dataset = await openAde20k({ root: path.join(root, '..') });
    expect([dataset.name, dataset.splits]).toEqual(['ade20k', ['train', 'val']]);
    const samples = await dataset.samples('train');
    expect(samples.map(({ id }) => id)).toEqual(['ADE_train_00000001', 'ADE_train_00000002']);
    expect([...(await readLabelFile(samples[0].labelFile ?? '')).data]).toEqual(VALUES);
    const { labels } = await readSample(samples[1], dataset.labelTable);
    expect([...(labels?.data ?? [])]).toEqual([0, 14, 14, 149, 255, 255]);
  });

  it('keeps label maps that are made, and makes them again only to verify them', async () => {
    const root = await writeTree(path.join(folder, 'again'), release('images', 'ADE_train'));
    await prepareDataset('ade20k', { root });
    const target = path.join(root, 'annotations_150/training/ADE_train_00000001.png');
    const good = await readFile(target);
    await writeTree(root, {
      'annotations_150/training/ADE_train_00000001.png': flatRgb(1, 1, [0, 0, 0]),
    });
    expect(await prepareDataset('ade20k', { root })).toMatchObject({ written: 0, kept: 3 });
    const report = await prepareDataset('ade20k', { root, verify: true });
    expect(report).toMatchObject({ written: 1, kept: 2 });
    expect(await readFile(target)).toEqual(good);
    expect(await readdir(path.join(root, 'annotations_150/training'))).toHaveLength(2);
  });

  it('stops when it is interrupted', async () => {
    const root = await writeTree(path.join(folder, 'stopped'), release('images', 'ADE_train'));
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(prepareDataset('ade20k', { root, signal })).rejects.toThrow('enough');
  });

  it.each<[string, Record<string, Buffer>, RegExp]>([
    [
      'label maps in another coding',
      {
        'images/training/a/x.jpg': image,
        'images/training/a/x_seg.png': flatRgb(2, 2, [15, 0, 0]),
      },
      /expected red in steps of 10, got 15 at row 0, column 0; take the _seg\.png/,
    ],
    [
      'an image without label map',
      { 'images/training/a/x.jpg': image },
      /image .*x_seg\.png: expected a readable file, got no such file/,
    ],
    [
      'two images of one name',
      { 'images/training/a/x.jpg': image, 'images/training/b/x.jpg': image },
      /expected each image once, got x in two folders/,
    ],
    [
      'a split without images',
      { 'images/training/a/x.png': image },
      /expected images in .*training/,
    ],
    [
      'the form of the benchmark',
      { 'images/training/x.jpg': image, 'annotations/training/x.png': image },
      /got neither; ADEChallengeData2016 needs no preparation, open it/,
    ],
  ])('refuses %s', async (title, tree, message) => {
    const root = await writeTree(path.join(folder, title.replaceAll(' ', '-')), tree);
    const error = await prepareDataset('ade20k', { root }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toMatch(message);
  });

  it('must be one of them', async () => {
    const root = path.join(folder, 'both');
    await writeTree(path.join(root, 'ADE20K_2016_07_26'), release('images', 'a'));
    await writeTree(path.join(root, 'ADE20K_2021_17_01'), release('images/ADE', 'a'));
    const error = await openAde20k({ root }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toMatch(/expected one release in .*both, got ADE20K_2016/);
  });
});

describe('the whole downloads', () => {
  const benchmark = path.join(folder, 'ADEChallengeData2016');
  const full = path.join(folder, 'ADE20K_2021_17_01-whole');
  const names = ids('ADE_train', 25_574, 1);

  beforeAll(() => {
    writeEmptyFiles(benchmark, [
      ...names.slice(0, 2000).map((id) => `images/validation/${id}.jpg`),
      ...names.slice(0, 2000).map((id) => `annotations/validation/${id}.png`),
    ]);
    writeEmptyFiles(full, [
      ...names.map((id, i) => `images/ADE/training/scene${i % 300}/${id}.jpg`),
      ...names.map((id) => `annotations_150/training/${id}.png`),
    ]);
  });

  it('are listed within seconds', async () => {
    const [few, seconds] = await timed(async () =>
      (await openAde20k({ root: benchmark })).samples('val'),
    );
    expect(few).toHaveLength(2000);
    expect(seconds).toBeLessThan(5);
    const [many, more] = await timed(async () =>
      (await openAde20k({ root: full })).samples('train'),
    );
    expect(many).toHaveLength(25_574);
    expect(more).toBeLessThan(5);
    const whole = await openAde20k({ root: full });
    const [check, checked] = await timed(() => checkDataset(whole, { read: 'nothing' }));
    expect([check.findings, check.splits[0].images]).toEqual([[], 25_574]);
    expect(checked).toBeLessThan(5);
  });

  it('are refused if an image is missing or too many', async () => {
    writeEmptyFiles(benchmark, ['images/validation/x.jpg', 'annotations/validation/x.png']);
    await expect((await openAde20k({ root: benchmark })).samples('val')).rejects.toThrow(
      /split val: expected 2000 images in .*validation, got 2001; unpack the whole download/,
    );
  });
});

const FULL = 'label_exports/ade20k_full';
describeWithData(FULL, 'full releases of ADE20K as downloaded', (root) => {
  const pairs: [string, string][] = [
    ['training/a/aiport_terminal/ADE_train_00000001', 'training/ADE_train_00000001'],
    ['validation/a/abbey/ADE_val_00000001', 'validation/ADE_val_00000001'],
  ];
  it.each(pairs)('2016: %s is what the benchmark made of it', async (from, to) => {
    const mseg = path.join(root, 'mseg_tests');
    const made = await readObjectLabels(
      path.join(mseg, 'ADE20K_2016_07_26/images', `${from}_seg.png`),
    );
    const benchmark = await readLabelFile(
      path.join(mseg, 'ADEChallengeData2016/annotations', `${to}.png`),
    );
    const scaled = resizeLabels(made, benchmark);
    const differing = scaled.data.filter((value, i) => value !== benchmark.data[i]).length;
    // Pixels at borders, which the benchmark's scaling rounds to the other side.
    expect(differing / scaled.data.length).toBeLessThan(0.001);
  });

  it.each(['ADE_train_00016869', 'ADE_train_00016964'])(
    '2021: the objects of %s are of the class of their name',
    async (id) => {
      const place = path.join(root, 'ADE20K_2021_17_01/images/ADE/training/urban/street', id);
      const { annotation } = JSON.parse(await readFile(`${place}.json`, 'utf8')) as {
        annotation: { object: { name: string; name_ndx: number; parts: { part_level: number } }[] };
      };
      const classes = new Map(ADE20K_CLASSES.map(({ name }, i) => [name, i + 1]));
      const whole = annotation.object.filter(({ parts }) => parts.part_level === 0);
      expect(whole.length).toBeGreaterThan(10);
      for (const { name, name_ndx } of whole) {
        expect([name, VALUE_OF_OBJECT[name_ndx]]).toEqual([
          name,
          classes.get(name.split(',')[0]) ?? 0,
        ]);
      }
      const { data } = await readObjectLabels(`${place}_seg.png`);
      expect(new Set(data).size).toBeGreaterThan(5);
    },
  );
});
