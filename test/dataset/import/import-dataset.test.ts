import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeBrush } from '../../../lib/dataset/import/formats/label-studio-brush.js';
import { importDataset } from '../../../lib/dataset/import/import-dataset.js';
import type { ImportOptions } from '../../../lib/dataset/import/import-options.js';
import { toUpright } from '../../../lib/dataset/import/orientation.js';
import { describeImport, type ImportReport } from '../../../lib/dataset/import/report.js';
import { openDataset } from '../../../lib/dataset/open-dataset.js';
import { readLabelFile } from '../../../lib/dataset/reading/label-file.js';
import { ConfigError, DataError } from '../../../lib/errors.js';
import { flatGrey, flatRgb, png } from '../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const temporary = temporaryFolder();
let count = 0;
const next = (name: string): string => path.join(temporary, `${name}${count++}`);

/** Roboflow's masks of 4 × 2 pixels: 0 background, 1 crop, in the split of the path. */
async function roboflow(
  names: readonly string[],
  classes = ' background\n1, crop',
): Promise<string> {
  const files: Record<string, string | Uint8Array> = {};
  for (const [i, name] of names.entries()) {
    files[`${name}.png`] = flatRgb(4, 2, [i, i >> 8, 9]);
    files[`${name}_mask.png`] = png({ width: 4, height: 2, values: [0, 0, 1, 1, 0, 0, 1, 1] });
    files[`${path.dirname(name)}/_classes.csv`] = `Pixel Value, Class\n0,${classes}`;
  }
  return writeTree(next('export'), files);
}

const run = (folder: string, more: Partial<ImportOptions> = {}): Promise<ImportReport> =>
  importDataset({ folder, out: next('out'), ...more });

/** The ids of each split of a written dataset. */
async function splitsOf({ root }: ImportReport): Promise<Record<string, string[]>> {
  const dataset = await openDataset('folder', { root });
  const entries = dataset.splits.map(async (split): Promise<[string, string[]]> => [
    split,
    (await dataset.samples(split)).map(({ imageFile }) => path.parse(imageFile).name).sort(),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

describe('an imported dataset', () => {
  it('opens at once, with index masks in the colours of the classes', async () => {
    const report = await run(await roboflow(['train/a', 'valid/b']));
    const dataset = await openDataset('folder', { root: report.root });
    expect(dataset.classes.map(({ name }) => name)).toEqual(['background', 'crop']);
    expect(await splitsOf(report)).toEqual({ train: ['a'], val: ['b'] });
    expect(dataset.classes[0].color).toEqual([0, 0, 0]);
    const [sample] = await dataset.samples('train');
    const { data } = await readLabelFile(sample.labelFile ?? '');
    expect([...data]).toEqual([0, 0, 1, 1, 0, 0, 1, 1]);
    const shown = await sharp(sample.labelFile).raw().toBuffer(); // sharp applies the palette
    expect([...shown.subarray(6, 9)]).toEqual(dataset.classes[1].color);
    expect(report.classes.map(({ pixels }) => pixels)).toEqual([8, 8]);
    expect(JSON.parse(await readFile(path.join(report.root, 'import.json'), 'utf8'))).toEqual(
      report,
    );
    expect(describeImport(report)).toMatch(
      /format {6}roboflow-masks: train\/_classes.csv and 2 masks/,
    );
    expect(describeImport(report)).toMatch(/crop +1 .* 8 +50\.00 %/);
  });

  it('has the images as they are, copied or linked', async () => {
    const folder = await roboflow(['train/a', 'valid/b']);
    const source = path.join(folder, 'train/a.png');
    const copied = path.join((await run(folder)).root, 'images/train/a.png');
    const linked = path.join((await run(folder, { link: true })).root, 'images/train/a.png');
    expect(await readFile(copied)).toEqual(await readFile(source));
    expect((await stat(copied)).ino).not.toBe((await stat(source)).ino);
    expect((await stat(linked)).ino).toBe((await stat(source)).ino);
  });

  it('may ignore unlabelled pixels, or classes by name', async () => {
    const folder = await roboflow(['train/a', 'valid/b'], ' background\n1, crop\n2, tree');
    const unlabelled = await run(folder, { unlabelled: 'ignore' });
    expect(unlabelled.classes.map(({ name, pixels }) => [name, pixels])).toEqual([
      ['crop', 8],
      ['tree', 0],
    ]);
    expect(unlabelled.ignoredPixels).toBe(8);
    const named = await run(folder, { ignore: ['crop'] });
    expect(named.classes.map(({ name, value }) => [name, value])).toEqual([
      ['background', 0],
      ['tree', 1],
    ]);
    expect(named.ignoredPixels).toBe(8);
    await expect(run(folder, { ignore: ['sea'] })).rejects.toThrow(
      'ignore: expected classes out of background, crop, tree, got "sea"',
    );
  });

  it('is labelled upright, whichever way its images are turned', async () => {
    for (let orientation = 1; orientation <= 8; orientation++) {
      const values = Uint8Array.from({ length: 6 }, (_, i) => i + 1);
      const turned = await sharp(values, { raw: { width: 3, height: 2, channels: 1 } })
        .withMetadata({ orientation })
        .png()
        .toBuffer();
      const { data, info } = await sharp(turned)
        .autoOrient()
        .toColourspace('b-w')
        .raw()
        .toBuffer({ resolveWithObject: true });
      const upright = toUpright({ height: 2, width: 3, data: values }, orientation);
      expect({
        orientation,
        size: [upright.height, upright.width],
        data: [...upright.data],
      }).toEqual({
        orientation,
        size: [info.height, info.width],
        data: [...data],
      });
    }
    const folder = await roboflow(['train/a', 'train/b', 'valid/c']);
    const photo = sharp({ create: { width: 4, height: 2, channels: 3, background: 'red' } });
    const bytes = await photo.withMetadata({ orientation: 6 }).jpeg().toBuffer();
    await writeFile(path.join(folder, 'train/a.jpg'), bytes);
    await writeFile(path.join(folder, 'train/a.png'), 'replaced by the JPEG');
    const report = await run(folder);
    expect(report.notes.join()).toContain('labelled as stored, which EXIF data turn');
    const { height, width, data } = await readLabelFile(
      path.join(report.root, 'labels/train/a.png'),
    );
    expect({ height, width, data: [...data] }).toEqual({
      height: 4,
      width: 2,
      data: [0, 0, 0, 0, 1, 1, 1, 1],
    });
  });
});

describe('the splits', () => {
  const names = Array.from({ length: 10 }, (_, i) => `all/image${i}`);

  it('of an export without any are drawn, always the same for a seed', async () => {
    const folder = await roboflow(names);
    const first = await splitsOf(await run(folder));
    expect(first.train).toHaveLength(8);
    expect(first.val).toHaveLength(2);
    expect(await splitsOf(await run(folder))).toEqual(first);
    expect(await splitsOf(await run(folder, { seed: 2 }))).not.toEqual(first);
    const ratio = { train: 5, val: 3, test: 2 };
    const three = await splitsOf(await run(folder, { splits: { ratio } }));
    expect([three.train.length, three.val.length, three.test.length]).toEqual([5, 3, 2]);
    expect(new Set(Object.values(three).flat()).size).toBe(10);
  });

  it('may be folds: each image is validated on once', async () => {
    const report = await run(await roboflow(names), { splits: { folds: 3 } });
    const splits = await splitsOf(report);
    const parts = [1, 2, 3].map((fold) => splits[`val-${fold}`]);
    expect(parts.flat().sort()).toEqual(names.map((name) => path.basename(name)).sort());
    expect(parts.map((part) => part.length).sort()).toEqual([3, 3, 4]);
    for (const fold of [1, 2, 3]) {
      const both = [...splits[`train-${fold}`], ...splits[`val-${fold}`]];
      expect(new Set(both).size).toBe(10);
      expect(both).toHaveLength(10);
    }
    expect(report.images).toBe(10);
  });

  it('may be lists, which must not share an image', async () => {
    const folder = await roboflow(names);
    const lists = { train: ['image1.jpg', 'all/image2', 'image77'], val: ['all/image3.png'] };
    const report = await run(folder, { splits: { lists } });
    expect(await splitsOf(report)).toEqual({ train: ['image1', 'image2'], val: ['image3'] });
    expect(report.leftOut).toHaveLength(8);
    expect(report.leftOut[0]).toEqual({
      file: 'image77',
      why: 'listed in train, but not in the export',
    });
    await expect(
      run(folder, { splits: { lists: { train: ['image1'], val: ['image1.png'] } } }),
    ).rejects.toThrow('list of val: expected no image of train, got "image1.png"');
  });

  it('keep copies of one picture together', async () => {
    const hash = (i: number) => `${i}`.repeat(32);
    const copies = Array.from({ length: 5 }, (_, i) =>
      [1, 2, 3].map((copy) => `all/frame${i}_jpg.rf.${hash(copy)}`),
    ).flat();
    const splits = await splitsOf(await run(await roboflow(copies)));
    const frames = (list: readonly string[]) => new Set(list.map((name) => name.split('_')[0]));
    expect(splits.train.length + splits.val.length).toBe(15);
    expect([...frames(splits.val)].filter((frame) => frames(splits.train).has(frame))).toEqual([]);
  });

  it('of an export hold no picture twice', async () => {
    const folder = await roboflow(['train/a', 'valid/b', 'valid/c']);
    await writeFile(
      path.join(folder, 'valid/b.png'),
      await readFile(path.join(folder, 'train/a.png')),
    );
    const report = await run(folder);
    expect(await splitsOf(report)).toEqual({ train: ['a'], val: ['c'] });
    expect(report.leftOut).toEqual([
      { file: 'valid/b_mask.png', why: 'its image is in the split train too' },
    ]);
  });
});

describe('an import', () => {
  it('refuses a folder that is not empty, and one inside the export', async () => {
    const folder = await roboflow(['train/a', 'valid/b']);
    const report = await run(folder);
    await expect(importDataset({ folder, out: report.root })).rejects.toThrow(
      /expected a new or empty folder, got one with dataset.json/,
    );
    const link = next('link');
    await symlink(folder, link);
    for (const out of [folder, path.join(folder, 'new'), path.join(link, 'deep/new')]) {
      await expect(importDataset({ folder, out })).rejects.toThrow(ConfigError);
    }
    expect((await readdir(folder)).sort()).toEqual(['train', 'valid']);
    const empty = next('empty');
    await mkdir(empty);
    expect((await importDataset({ folder, out: empty })).images).toBe(2);
  });

  it('leaves nothing when it fails or is stopped, and replaces what a killed one left', async () => {
    const folder = await roboflow(['train/a', 'train/b', 'valid/c']);
    const parent = next('parent');
    const out = path.join(parent, 'data');
    const controller = new AbortController();
    const stopped = importDataset({
      folder,
      out,
      signal: controller.signal,
      onProgress(done, total) {
        expect(total).toBe(3);
        expect(existsSync(out)).toBe(false);
        if (done === 2) {
          controller.abort(new Error('stop'));
        }
      },
    });
    await expect(stopped).rejects.toThrow('stop');
    expect(await readdir(parent)).toEqual([]);
    await writeTree(path.join(parent, '.data.partial'), { 'images/old.png': 'part' });
    await importDataset({ folder, out });
    expect(await readdir(parent)).toEqual(['data']);
    expect((await readdir(path.join(out, 'images/train'))).sort()).toEqual(['a.png', 'b.png']);
  });

  it('names the value that no class has, and images that do not fit', async () => {
    const folder = await roboflow(['train/a', 'train/b', 'valid/c']);
    await writeFile(path.join(folder, 'train/b.png'), flatRgb(5, 2, [0, 0, 0]));
    expect((await run(folder)).leftOut).toEqual([
      { file: 'train/b_mask.png', why: 'the image has 5x2 pixels, its label map 4x2' },
    ]);
    await writeFile(path.join(folder, 'train/a_mask.png'), flatGrey(4, 2, 9));
    await expect(run(folder)).rejects.toThrow(/expected values out of 0, 1, got 9 for 8 pixels/);
    const error = await run(folder).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(DataError);
    const ignoring = await run(folder, { unknownColors: 'ignore' });
    expect(ignoring.leftOut.map(({ why }) => why)).toContain('all its pixels would be ignored');
  });

  it('follows the option format, or says which there are', async () => {
    const folder = await roboflow(['train/a', 'valid/b']);
    await expect(run(folder, { format: 'cocoa' })).rejects.toThrow(
      /format: expected one of cvat-masks, roboflow-masks, .*, got "cocoa"/,
    );
    await expect(run(folder, { format: 'coco' })).rejects.toThrow(/got none/);
    const bare = await writeTree(next('bare'), { 'labelmap.txt': 'a:1,2,3::' });
    await expect(run(bare)).rejects.toThrow(/Looked for cvat-masks: labelmap.txt and Segmentation/);
    await expect(run(path.join(temporary, 'absent'))).rejects.toThrow(/no such file or folder/);
  });

  it('refuses options that do not exist, or that the format does not take', async () => {
    const folder = await roboflow(['train/a', 'valid/b']);
    await expect(run(folder, { overlap: 'later' })).rejects.toThrow(
      /expected of the options .* only unknownColors, since the format is roboflow-masks, got overlap/,
    );
    for (const wrong of [
      { colour: 'red' },
      { unlabelled: 'black' },
      { seed: -1 },
      { splits: {} },
    ]) {
      const error = await run(folder, wrong as Partial<ImportOptions>).catch((one: unknown) => one);
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as Error).message).toContain(Object.keys(wrong)[0]);
    }
  });

  it('says that exports without images need them', async () => {
    const folder = await writeTree(next('bare'), {
      'labelmap.txt': 'a:1,2,3::\nb:4,5,6::',
      'SegmentationClass/x.png': flatRgb(4, 2, [1, 2, 3]),
    });
    await expect(run(folder)).rejects.toThrow(
      /got 1 without one; the first is SegmentationClass\/x.png: .*CVAT: "Save images"/,
    );
    const images = await writeTree(next('images'), { 'deep/x.png': flatRgb(4, 2, [7, 7, 7]) });
    expect((await run(folder, { images })).classes[0]).toMatchObject({ name: 'a', pixels: 8 });
  });
});

it('COCO may have images of one name in several subsets, and paths of Windows', async () => {
  const document = (color: number) => ({
    images: [{ id: 1, file_name: 'sub\\x.png', height: 2, width: 3 }],
    categories: [{ id: 7, name: 'crop' }],
    annotations: [
      {
        image_id: 1,
        category_id: 7,
        segmentation: { size: [2, 3], counts: [color, 1, 5 - color] },
      },
    ],
  });
  const folder = await writeTree(next('coco'), {
    'annotations/instances_Train.json': JSON.stringify(document(0)),
    'annotations/instances_Validation.json': JSON.stringify(document(3)),
    'images/Train/sub/x.png': flatRgb(3, 2, [1, 1, 1]),
    'images/Validation/sub/x.png': flatRgb(3, 2, [2, 2, 2]),
  });
  const report = await run(folder);
  expect(report.splits).toEqual({ train: 1, val: 1 });
  const labels = async (place: string) => [
    ...(await readLabelFile(path.join(report.root, `labels/images/${place}/sub/x.png`))).data,
  ];
  expect(await labels('Train')).toEqual([1, 0, 0, 0, 0, 0]);
  // Column by column: the fourth pixel is the second row of the second column.
  expect(await labels('Validation')).toEqual([0, 0, 0, 0, 1, 0]);
  await expect(run(folder, { splits: { ratio: { '../x': 1 } } })).rejects.toThrow(
    'splits: expected names of letters, digits, dots, hyphens and underscores, got "../x"',
  );
});

describe('masks of one channel in a colour format', () => {
  const table = 'background:0,0,0::\nsoil:10,20,30::\ncrop:40,50,60::';
  const folderWith = (mask: Uint8Array) =>
    writeTree(next('cvat'), {
      'labelmap.txt': table,
      'SegmentationClass/x.png': mask,
      'JPEGImages/x.png': flatRgb(3, 1, [9, 9, 9]),
    });
  const counts = async (mask: Uint8Array) =>
    (await run(await folderWith(mask))).classes.map(({ pixels }) => pixels);

  it('are read by their palette, else by their values', async () => {
    const palette = [
      [40, 50, 60],
      [0, 0, 0],
    ] as const;
    const values = [0, 0, 1];
    const one = { width: 3, height: 1, colorType: 3, values } as const;
    expect(await counts(png({ ...one, palette }))).toEqual([1, 0, 2]);
    const foreign = [
      [1, 1, 1],
      [2, 2, 2],
    ] as const;
    expect(await counts(png({ ...one, palette: foreign }))).toEqual([2, 1, 0]);
    expect(await counts(png({ width: 3, height: 1, values: [2, 1, 2] }))).toEqual([0, 1, 2]);
    expect(await counts(png({ width: 3, height: 1, depth: 16, values: [2, 1, 2] }))).toEqual([
      0, 1, 2,
    ]);
    await expect(counts(png({ width: 3, height: 1, values: [2, 1, 3] }))).rejects.toThrow(
      /got for 3 of 3 pixels: 2,2,2 \(1 pixels, nearest is "background"\)/,
    );
  });
});

describe('decodeBrush', () => {
  it('reads runs and single words by hand', () => {
    // 8 bytes = 2 pixels; words of 8 bits; run lengths of 4, 4, 4, 4 bits.
    const bits = [
      '00000000000000000000000000001000', // 8 bytes
      '00111', // 8 − 1
      '0011'.repeat(4), // 4 − 1
      '1' + '00' + '0010' + '00000000', // 3 zeros
      '0' + '01' + '0001' + '11111111' + '00000000', // 255, 0
      '1' + '10' + '0010' + '00000111', // 3 times 7
    ].join('');
    const bytes = (bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? []).map(
      (byte) => Number.parseInt(byte, 2),
    );
    expect(decodeBrush(bytes, 2)).toEqual(Uint8Array.of(1, 1));
    expect(decodeBrush(bytes, 3)).toBe('8 bytes for 3 pixels');
    expect(decodeBrush(bytes.slice(0, 8), 2)).toMatch(/ends after \d of 8 bytes/);
  });
});
