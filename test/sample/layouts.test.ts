import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { ADE20K_CLASSES } from '../../lib/dataset/ade20k/classes.js';
import { classNames } from '../../lib/dataset/dataset.js';
import { openDataset } from '../../lib/dataset/open-dataset.js';
import { readSample } from '../../lib/dataset/reading/read-sample.js';
import { ade20kLabelValue } from '../../lib/sample/ade20k-labels.js';
import { SURFACE_KINDS } from '../../lib/sample/kinds.js';
import { renderSample, type Rendering } from '../../lib/sample/render.js';
import { vocLabels, vocLabelValue } from '../../lib/sample/voc-labels.js';
import { writeSample, type WriteSampleOptions } from '../../lib/sample/write-sample.js';
import { vocColor } from '../../lib/dataset/color-map.js';
import { ConfigError, DataError } from '../../lib/errors.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';

const folder = temporaryFolder();
const counts = { train: 4, val: 1, test: 1 };

const write = (name: string, options: Partial<WriteSampleOptions> = {}) =>
  writeSample({
    root: path.join(folder, name),
    seed: 5,
    width: 64,
    height: 48,
    counts,
    ...options,
  });

/** The paths of all files below a folder, sorted. */
async function files(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** A rendering of hand-made surfaces; every number is the index of a surface. */
function rendering(
  rows: readonly (readonly number[])[],
  surfaces: Rendering['surfaces'],
): Rendering {
  const [height, width] = [rows.length, rows[0].length];
  const rgb = new Uint8Array(height * width * 3);
  return { height, width, rgb, surface: Uint16Array.from(rows.flat()), surfaces };
}

describe('the sample in the layout of VOC', () => {
  it('has the folders, lists and formats of VOC', async () => {
    const { root, rendered } = await write('voc', { layout: 'voc' });
    expect(rendered).toBe(6);
    const voc = path.join(root, 'VOCdevkit/VOC2012');
    const list = async (split: string) =>
      (await readFile(path.join(voc, `ImageSets/Segmentation/${split}.txt`), 'utf8')).split('\n');
    expect(await list('val')).toEqual(['rendered_val_000000', '']);
    expect(await list('trainval')).toHaveLength(4 + 1 + 1);
    expect((await readdir(path.join(voc, 'JPEGImages'))).length).toBe(6);
    expect((await readdir(path.join(voc, 'SegmentationClass'))).length).toBe(5); // none for test
    const label = decode(
      await readFile(path.join(voc, 'SegmentationClass/rendered_val_000000.png')),
    );
    expect(label.palette?.map((color) => [...color])).toEqual(
      Array.from({ length: 256 }, (_, index) => vocColor(index)),
    );
    const photo = await readFile(path.join(voc, 'JPEGImages/rendered_val_000000.jpg'));
    expect(photo.subarray(0, 3).toString('hex')).toBe('ffd8ff');
  });

  it('is read by the loader of VOC, under a name of its own', async () => {
    const { root } = await write('voc', { layout: 'voc' });
    const dataset = await openDataset('voc', { root });
    expect([dataset.name, dataset.splits]).toEqual([
      'voc-sample',
      ['train', 'val', 'trainval', 'test'],
    ]);
    const samples = await dataset.samples('train');
    for (const [index, sample] of samples.entries()) {
      const { image, labels } = await readSample(sample, dataset.labelTable);
      // every fourth picture is upright
      const size = index === 3 ? { width: 48, height: 64 } : { width: 64, height: 48 };
      const picture = renderSample({ seed: 5, index, ...size });
      expect({ width: image.width, height: image.height }).toEqual(size);
      expect(labels?.data).toEqual(vocLabels(picture));
      const difference = image.data.reduce((sum, v, i) => sum + Math.abs(v - picture.rgb[i]), 0);
      expect(difference / image.data.length).toBeLessThan(3); // JPEG
    }
  });

  it('puts a void border of about five pixels around objects, at 500 pixels', () => {
    const [width, height] = [500, 12];
    // road, one car, a second car that touches it, road
    const row = Array.from({ length: width }, (_, x) =>
      x < 100 ? 1 : x < 200 ? 2 : x < 300 ? 3 : 1,
    );
    const labels = vocLabels(
      rendering(
        Array.from({ length: height }, () => row),
        [
          { kind: 'nothing', instance: 0 },
          { kind: 'road', instance: 0 },
          { kind: 'car', instance: 1 },
          { kind: 'car', instance: 2 },
        ],
      ),
    );
    const middle = [...labels.subarray(6 * width, 7 * width)];
    const voids = middle.flatMap((value, x) => (value === 255 ? [x] : []));
    const around = (edge: number) => Array.from({ length: 6 }, (_, i) => edge - 3 + i);
    expect(voids).toEqual([...around(100), ...around(200), ...around(300)]);
    expect([middle[90], middle[150], middle[250], middle[310]]).toEqual([0, 7, 7, 0]);
  });

  it('puts no border between kinds of background', () => {
    const surfaces = (['nothing', 'road', 'sky', 'truck'] as const).map((kind) => ({
      kind,
      instance: 0,
    }));
    const labels = vocLabels(rendering([[1, 2, 3, 2], [1, 1, 1, 0]], surfaces)); // oxfmt-ignore
    expect([...labels]).toEqual([0, 0, 0, 0, 0, 0, 0, 255]);
  });

  it('translates kinds into the classes of VOC', () => {
    const value = Object.fromEntries(SURFACE_KINDS.map((kind) => [kind, vocLabelValue(kind)]));
    expect(value).toMatchObject({ sky: 0, truck: 0, tree: 0, 'own car': 255, nothing: 255 });
    expect(value).toMatchObject({ bicycle: 2, bus: 6, car: 7, van: 7, motorcycle: 14, animal: 12 });
    expect(value).toMatchObject({ person: 15, rider: 15, tram: 19 });
  });
});

describe('the sample in the layout of ADE20K', () => {
  it('is read by the loader of ADE20K, under a name of its own', async () => {
    const { root } = await write('ade', { layout: 'ade20k' });
    expect(await files(root)).toContain(
      path.normalize('ADEChallengeData2016/images/training/rendered_train_00000003.jpg'),
    );
    const dataset = await openDataset('ade20k', { root });
    expect([dataset.name, dataset.splits]).toEqual(['ade20k-sample', ['train', 'val', 'test']]);
    const [sample] = await dataset.samples('val');
    const { labels } = await readSample(sample, dataset.labelTable);
    const picture = renderSample({ seed: 5, index: 1_000_000, width: 64, height: 48 });
    const names = classNames(dataset);
    const shown = Array.from(labels?.data ?? [], (label) => names[label]);
    const kinds = Array.from(picture.surface, (index) => picture.surfaces[index].kind);
    for (const kind of ['sky', 'road', 'building', 'person', 'bus'] as const) {
      const places = kinds.flatMap((other, i) => (other === kind ? [i] : []));
      expect(places.every((i) => shown[i] === kind)).toBe(true);
    }
    expect(shown.filter((name) => name === 'road').length).toBeGreaterThan(100);
  });

  it('translates kinds into classes that there are, or into other', () => {
    const name = (kind: (typeof SURFACE_KINDS)[number]) =>
      ADE20K_CLASSES[ade20kLabelValue(kind) - 1]?.name;
    expect(name('pavement')).toBe('sidewalk');
    expect(name('motorcycle')).toBe('minibike');
    expect(name('street lamp')).toBe('streetlight');
    const others = SURFACE_KINDS.filter((kind) => ade20kLabelValue(kind) === 0);
    expect(others).toEqual([
      ...['nothing', 'rail track', 'tram', 'trailer', 'street furniture', 'movable object'],
      'image border',
    ]);
  });
});

describe('layouts', () => {
  it('have sizes of their own', async () => {
    const { root } = await writeSample({
      root: path.join(folder, 'size'),
      layout: 'voc',
      counts: { train: 1, val: 0 },
    });
    const dataset = await openDataset('voc', { root });
    const [sample] = await dataset.samples('train');
    const { image } = await readSample(sample, dataset.labelTable);
    expect([image.width, image.height]).toEqual([500, 375]);
  });

  it('replace each other in one folder, and leave nothing of the other', async () => {
    const { root } = await write('change', { layout: 'voc' });
    const before = await files(root);
    expect((await write('change', { layout: 'voc' })).rendered).toBe(0);
    await write('change', { layout: 'cityscapes' });
    expect(
      (await files(root)).filter((file) => !/gtFine|leftImg8bit|sample\.json/.test(file)),
    ).toEqual([]);
    await expect(stat(path.join(root, 'VOCdevkit'))).rejects.toThrow(/ENOENT/);
    await write('change', { layout: 'voc' });
    expect(await files(root)).toEqual(before);
  });

  it('list fewer or more pictures when the counts change', async () => {
    const { root } = await write('counts', { layout: 'voc' });
    await write('counts', { layout: 'voc', counts: { train: 2, val: 1 } });
    const dataset = await openDataset('voc', { root });
    expect(dataset.splits).toEqual(['train', 'val', 'trainval']);
    expect(await dataset.samples('train')).toHaveLength(2);
    expect((await files(root)).filter((file) => file.endsWith('.jpg'))).toHaveLength(3);
  });

  it('are refused where real data lies, and if unknown', async () => {
    const root = await writeTree(path.join(folder, 'real'), { 'VOCdevkit/VOC2012/a.txt': 'x' });
    await expect(writeSample({ root, layout: 'voc' })).rejects.toThrow(DataError);
    const layout = 'coco' as 'voc';
    await expect(write('never', { layout })).rejects.toThrow(ConfigError);
    await expect(write('never', { layout })).rejects.toThrow(
      /layout to be one of cityscapes, voc, ade20k, got "coco"/,
    );
  });
});
