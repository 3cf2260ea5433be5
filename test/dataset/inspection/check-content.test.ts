import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { jpegWithOrientation } from '../../helpers/exif.js';
import { flatGrey, flatRgb, png } from '../../helpers/png.js';
import { checkOf, said, two } from './checked-folders.js';
import { BOTH, CLASSES, image, split, SPLITS, type Files } from './small-folders.js';

describe('files', () => {
  it('that cannot be read are all named with the reason', async () => {
    const cut = (bytes: Buffer) => bytes.subarray(0, bytes.length - 20);
    const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * i) % 251);
    const jpeg = await sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
      .jpeg()
      .toBuffer();
    const files = {
      ...split(
        'train',
        Array.from({ length: 5 }, () => cut(BOTH)),
      ),
      ...split('val', [BOTH]),
      'val/val0.png': jpeg.subarray(0, jpeg.length / 2),
      'val_labels/val0.png': flatGrey(64, 64, 1),
      'train/train4.png': 'text',
    };
    const check = await checkOf(files);
    const errors = said(check).filter((text) => text.startsWith('error, files'));
    expect(errors).toEqual([
      expect.stringMatching(/^error, files: fields, train: .* got 5 of 5 that cannot:\n/),
      expect.stringMatching(/^error, files: fields, val: .*\n {2}image .*val0\.png: .*JPEG/),
    ]);
    const reasons = check.files.map(({ file, text }) => [path.basename(file), text]);
    expect(reasons).toHaveLength(7); // of train4 both files
    expect(reasons).toContainEqual([
      'train4.png',
      expect.stringMatching(/^image .* got 4 bytes of another kind/),
    ]);
    // Damage behind the header of an image is not seen without reading it.
    const labels = await checkOf(files, {}, { read: 'labels' });
    expect(labels.files).toHaveLength(6);
  });

  it('of an image and a label map of other sizes are an error', async () => {
    const check = await checkOf({ ...two(), 'train_labels/train1.png': flatGrey(3, 2, 0) });
    expect(said(check)).toContainEqual(
      expect.stringMatching(
        /^error, sizes: fields, train: expected label maps of the size of their images, got 1 of 2 that differ:\n.* expected the size 2x2 .* got 3x2/,
      ),
    );
    expect(check.examples).toMatchObject([{ topic: 'sizes', sample: { id: 'train1' } }]);
  });

  it('of one size per split, but not the same, are a warning', async () => {
    const files = {
      ...two(),
      'val/val0.png': flatRgb(4, 4, [9, 9, 9]),
      'val_labels/val0.png': png({
        width: 4,
        height: 4,
        values: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
      }),
    };
    expect(said(await checkOf(files))).toEqual([
      expect.stringMatching(/^warning, sizes: fields: images of 2x2 in train, 4x4 in val;/),
    ]);
  });
});

describe('orientation', () => {
  const photo = async (width: number, height: number, orientation: number) =>
    jpegWithOrientation(
      await sharp({ create: { width, height, channels: 3, background: '#456' } })
        .jpeg()
        .toBuffer(),
      orientation,
    );
  const labels = (width: number, height: number) =>
    png({ width, height, values: Array.from({ length: width * height }, (_, i) => i % 2) });

  it('by EXIF data is noted where label maps fit, and an error where they lie on stored pixels', async () => {
    const files = {
      ...split('val', [BOTH]),
      'train/a.jpg': await photo(4, 2, 6),
      'train_labels/a.png': labels(2, 4),
      'train/b.jpg': await photo(4, 2, 8),
      'train_labels/b.png': labels(4, 2),
    };
    for (const read of ['all', 'labels'] as const) {
      const check = await checkOf(files, {}, { read });
      const found = said(check).filter((text) => /orientation|sizes: fields, /.test(text));
      expect(found).toEqual([
        expect.stringMatching(
          /^error, sizes: .*b\.png: expected the size 2x4 .* EXIF orientation 8/s,
        ),
        expect.stringMatching(/^error, orientation: fields, train: 1 label map .* such as b;/),
        'note, orientation: fields, train: 1 image turned by EXIF data, read upright; the sizes of label maps fit',
      ]);
      expect(check.splits[0].sizes).toEqual([{ height: 4, width: 2, images: 2 }]);
    }
  });

  it('that sizes cannot show is a warning', async () => {
    const files = {
      ...split('val', [BOTH]),
      'train/half.jpg': await photo(4, 2, 3),
      'train_labels/half.png': labels(4, 2),
      'train/square.jpg': await photo(2, 2, 6),
      'train_labels/square.png': labels(2, 2),
    };
    const check = await checkOf(files);
    expect(said(check)).toContainEqual(
      expect.stringMatching(/^warning, orientation: .* 2 images turned .* such as half, square;/),
    );
    expect(check.examples.map(({ sample }) => sample.id)).toEqual(['half', 'square']);
  });
});

describe('label maps', () => {
  it('with unknown values are an error that names every file', async () => {
    const check = await checkOf({
      ...split('train', [BOTH, [0, 7, 7, 9]]),
      ...split('val', [BOTH]),
    });
    expect(said(check)).toEqual([
      expect.stringMatching(/^error, values: fields, train: expected label values out of 0-1, 255/),
    ]);
    expect(check.files).toMatchObject([
      {
        split: 'train',
        topic: 'values',
        text: expect.stringMatching(/unknown values 7, 9$/) as string,
      },
    ]);
  });

  it('with much that is ignored, or nothing else, are a warning', async () => {
    const files = {
      ...split('train', [
        [0, 1, 255, 255],
        [255, 255, 255, 255],
      ]),
      ...split('val', [BOTH]),
    };
    expect(said(await checkOf(files))).toEqual([
      expect.stringMatching(/^warning, classes: fields, train: every pixel is ignored in 1 of 2/),
      expect.stringMatching(/^warning, values: fields, train: 75\.0 % of the labelled pixels/),
    ]);
  });

  it('that lack classes are told of: everywhere, in training, in validation', async () => {
    const classes = [
      ...CLASSES,
      { name: 'weed', id: 2 },
      { name: 'tree', id: 3 },
      { name: 'path', id: 4 },
    ];
    const files = { ...split('train', [[0, 1, 2, 2]]), ...split('val', [[0, 1, 3, 3]]) };
    expect(said(await checkOf(files, { classes }))).toEqual([
      expect.stringMatching(
        /^warning, classes: fields: none of the label maps holds path \(1 of 5/,
      ),
      expect.stringMatching(/^warning, classes: fields: train lacks tree, found in val/),
      'note, classes: fields, val: no pixel of weed: not scored there',
    ]);
  });
});

describe('images in two splits', () => {
  it('are an error between training and validation, also as other files of the same pixels', async () => {
    const files = two();
    const copy = { ...files, 'val/val0.png': files['train/train1.png'] };
    const again = await sharp(files['train/train1.png'] as Buffer)
      .png({ compressionLevel: 0 })
      .toBuffer();
    for (const [tree, ...reads] of [
      [copy, 'all', 'labels'],
      [{ ...files, 'val/val0.png': again }, 'all'],
    ] as const) {
      for (const read of reads) {
        expect(said(await checkOf(tree, {}, { read }))).toEqual([
          expect.stringMatching(
            /^error, overlaps: fields: 1 of 1 images of val are in train too, such as train1 = val0; the validation scores/,
          ),
        ]);
      }
    }
  });

  it('are a warning between validation and test', async () => {
    const files = { ...two(), ...split('test', [BOTH]) };
    const tree = { ...files, 'test/test0.png': files['val/val0.png'] };
    const splits = { ...SPLITS, test: { images: 'test', labels: 'test_labels' } };
    expect(said(await checkOf(tree, { splits }))).toEqual([
      expect.stringMatching(/^warning, overlaps: fields: 1 of 1 images of test are in val too/),
    ]);
  });

  it('are noted if only the names of their files are equal', async () => {
    const files: Files = {
      'train/1.png': image(),
      'train_labels/1.png': BOTH,
      'val/1.png': image(),
      'val_labels/1.png': BOTH,
    };
    expect(said(await checkOf(files))).toEqual([
      expect.stringMatching(
        /^note, overlaps: fields: 1 of 1 images of val have the name .* 1\.png;/,
      ),
    ]);
  });

  it('are all right between folds, and between a split and one that is made of it', async () => {
    const lines = (...ids: number[]) =>
      ids.map((i) => `all/all${i}.png all_labels/all${i}.png\n`).join('');
    const files = {
      ...split('all', [BOTH, BOTH]),
      'a.txt': lines(0),
      'b.txt': lines(1),
      'both.txt': lines(0, 1),
    };
    const [a, b, both] = ['a', 'b', 'both'].map((name) => ({ list: `${name}.txt` }));
    const folds = { 'train-1': a, 'val-1': b, 'train-2': b, 'val-2': a, trainval: both };
    expect(said(await checkOf(files, { splits: folds }))).toEqual([]);
    expect(said(await checkOf(files, { splits: { 'train-1': both, 'val-1': b } }))).toEqual([
      expect.stringMatching(/^error, overlaps: fields: 1 of 1 images of val-1 are in train-1 too/),
    ]);
  });
});
