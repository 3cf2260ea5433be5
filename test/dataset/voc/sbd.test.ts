import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readLabelFile } from '../../../lib/dataset/reading/label-file.js';
import { checkDataset } from '../../../lib/dataset/inspection/check-dataset.js';
import { readSample } from '../../../lib/dataset/reading/read-sample.js';
import { openDataset, reopenDataset } from '../../../lib/dataset/open-dataset.js';
import { openVoc } from '../../../lib/dataset/voc/voc.js';
import { DataError } from '../../../lib/errors.js';
import { flatGrey, flatRgb } from '../../helpers/png.js';
import { describeWithData } from '../../helpers/shared-data.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';
import { ids, timed, writeEmptyFiles } from '../full-trees.js';

const folder = temporaryFolder();
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/mat/${name}`, import.meta.url));
const mat = await readFile(fixture('compressed.mat'));
const otherVariables = await readFile(fixture('small-doubles.mat'));

const VOC = 'VOCdevkit/VOC2012';
const LISTS = `${VOC}/ImageSets/Segmentation`;
const SBD = 'benchmark_RELEASE/dataset';
const image = flatRgb(4, 5, [1, 2, 3]);

/** VOC trains on a and b and validates on c; SBD has c and d in its train, b and e in its val. */
const VOC_TREE = {
  [`${LISTS}/train.txt`]: 'b\na\n',
  [`${LISTS}/val.txt`]: 'c\n',
  ...Object.fromEntries(['a', 'b', 'c', 'd'].map((id) => [`${VOC}/JPEGImages/${id}.jpg`, image])),
  ...Object.fromEntries(
    ['a', 'b', 'c'].map((id) => [`${VOC}/SegmentationClass/${id}.png`, flatGrey(4, 5, 1)]),
  ),
};
const SBD_TREE = {
  [`${SBD}/train.txt`]: 'c\nd\n',
  [`${SBD}/val.txt`]: 'e\r\nb\r\n',
  [`${SBD}/img/e.jpg`]: image,
  ...Object.fromEntries(['b', 'c', 'd', 'e'].map((id) => [`${SBD}/cls/${id}.mat`, mat])),
};

const within = (root: string, files: readonly (string | undefined)[]) =>
  files.map((file) => file && path.relative(root, file));

describe('train_aug of VOC and SBD', () => {
  it('has VOC’s train and SBD without VOC’s val, with VOC’s labels where there are', async () => {
    for (const place of ['', 'SBD/', 'VOCdevkit/', `${VOC}/`]) {
      const sbd = Object.entries(SBD_TREE).map(([name, content]) => [`${place}${name}`, content]);
      const tree = { ...VOC_TREE, ...(Object.fromEntries(sbd) as typeof SBD_TREE) };
      const root = await writeTree(path.join(folder, `beside${place.replaceAll('/', '-')}`), tree);
      const dataset = await openVoc({ root });
      expect(dataset.splits).toEqual(['train', 'val', 'train_aug']);
      const samples = await dataset.samples('train_aug');
      expect(samples.map(({ id }) => id)).toEqual(['a', 'b', 'd', 'e']);
      expect(
        within(
          root,
          samples.map(({ labelFile }) => labelFile),
        ),
      ).toEqual([
        `${VOC}/SegmentationClass/a.png`,
        `${VOC}/SegmentationClass/b.png`,
        `${place}${SBD}/cls/d.mat`,
        `${place}${SBD}/cls/e.mat`,
      ]);
      expect(
        within(
          root,
          samples.map(({ imageFile }) => imageFile),
        ),
      ).toEqual([
        ...['a', 'b', 'd'].map((id) => `${VOC}/JPEGImages/${id}.jpg`),
        `${place}${SBD}/img/e.jpg`,
      ]);
    }
  });

  it('reads the label map of a .mat file as SciPy does, row by row', async () => {
    const expected = JSON.parse(await readFile(fixture('expected.json'), 'utf8')) as {
      GTcls: { fields: { Segmentation: [{ shape: [number, number]; data: string[] }] } };
    };
    const [{ shape, data }] = expected.GTcls.fields.Segmentation;
    const [height, width] = shape;
    const root = await writeTree(path.join(folder, 'read'), { ...VOC_TREE, ...SBD_TREE });
    const dataset = await openVoc({ root });
    const sample = (await dataset.samples('train_aug'))[2];
    const { labels } = await readSample(sample, dataset.labelTable);
    expect([labels?.height, labels?.width]).toEqual([height, width]);
    for (let y = 0; y < height; y++) {
      const row = Array.from({ length: width }, (_, x) => Number(data[x * height + y]));
      expect([...(labels?.data.subarray(y * width, (y + 1) * width) ?? [])]).toEqual(row);
    }
  });

  it('takes SBD from another folder, also when a run opens its data again', async () => {
    const root = await writeTree(path.join(folder, 'alone'), VOC_TREE);
    const elsewhere = await writeTree(path.join(folder, 'elsewhere'), SBD_TREE);
    for (const place of ['', 'benchmark_RELEASE', SBD]) {
      const dataset = await openDataset('voc', { root, sbd: path.join(elsewhere, place) });
      const again = await reopenDataset(dataset.description);
      expect(await again.samples('train_aug')).toEqual(await dataset.samples('train_aug'));
      expect(await again.samples('train_aug')).toHaveLength(4);
    }
    await expect(openVoc({ root, sbd: root })).rejects.toThrow(
      /expected benchmark_RELEASE.dataset with cls, .* got not all of them; unpack benchmark\.tgz/,
    );
  });

  it('names the file that is missing', async () => {
    const root = await writeTree(path.join(folder, 'incomplete'), { ...VOC_TREE, ...SBD_TREE });
    await rm(path.join(root, SBD, 'cls/d.mat'));
    await expect((await openVoc({ root })).samples('train_aug')).rejects.toThrow(
      /split train_aug: expected .*d\.mat for d, got no such file; unpack the whole downloads/,
    );
  });
});

describe('a label map in a .mat file', () => {
  it.each([
    ['damaged', mat.subarray(0, 300), /MATLAB file .*: expected a complete file, got/],
    [
      'of other variables',
      otherVariables,
      /expected a matrix GTcls\.Segmentation, got variables tiny; take the folder cls/,
    ],
  ])('that is %s is refused', async (name, content, message) => {
    const root = await writeTree(folder, { [`${name}.mat`]: content });
    const error = await readLabelFile(path.join(root, `${name}.mat`)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toMatch(message);
  });

  it('that is too large is refused', async () => {
    await expect(readLabelFile(fixture('little.mat'), 19)).rejects.toThrow(
      /expected at most 19 pixels, got 4x5/,
    );
  });
});

describe('the whole downloads', () => {
  const root = path.join(folder, 'full');
  const train = ids('train', 1464);
  const val = ids('val', 1449);
  // VOC and SBD have 12,031 images together, so 2,237 of SBD's 11,355 are in VOC's lists too.
  const shared = [...train.slice(0, 1000), ...val.slice(0, 1237)];
  const sbd = [...shared, ...ids('sbd', 11_355 - shared.length)];

  beforeAll(async () => {
    await writeTree(root, {
      [`${LISTS}/train.txt`]: train.join('\n'),
      [`${LISTS}/val.txt`]: val.join('\n'),
      [`${SBD}/train.txt`]: sbd.slice(0, 8498).join('\n'),
      [`${SBD}/val.txt`]: sbd.slice(8498).join('\n'),
    });
    writeEmptyFiles(root, [
      ...new Set([...train, ...val, ...sbd].map((id) => `${VOC}/JPEGImages/${id}.jpg`)),
      ...[...train, ...val].map((id) => `${VOC}/SegmentationClass/${id}.png`),
      ...sbd.map((id) => `${SBD}/cls/${id}.mat`),
    ]);
  });

  it('have the 10,582 images of the paper, listed within seconds', async () => {
    const [samples, seconds] = await timed(async () =>
      (await openVoc({ root })).samples('train_aug'),
    );
    expect(samples).toHaveLength(10_582);
    const left = new Set(val);
    expect(samples.filter(({ id }) => left.has(id))).toEqual([]);
    expect(samples.filter(({ labelFile }) => labelFile?.endsWith('.png'))).toHaveLength(1464);
    expect(seconds).toBeLessThan(5);
  });

  it('are counted and paired within seconds, and none of val is in train_aug', async () => {
    const dataset = await openVoc({ root });
    const [check, more] = await timed(() => checkDataset(dataset, { read: 'nothing' }));
    expect(check.findings).toEqual([]);
    expect(check.splits.map(({ images }) => images)).toEqual([1464, 1449, 10_582]);
    expect(more).toBeLessThan(5);
  });

  it('are refused where images of val would be trained on', async () => {
    await writeTree(root, { [`${LISTS}/val.txt`]: val.slice(1).join('\n') });
    await expect((await openVoc({ root })).samples('train_aug')).rejects.toThrow(
      /expected the 1449 images of VOC's val\.txt, .* got 1448; restore ImageSets/,
    );
    await writeTree(root, {
      [`${LISTS}/val.txt`]: val.join('\n'),
      [`${LISTS}/train.txt`]: train.slice(0, 1463).join('\n'),
    });
    await expect((await openVoc({ root })).samples('train_aug')).rejects.toThrow(
      /expected 10582 images in train_aug of VOC 2012 and SBD, got 10581; restore train\.txt/,
    );
  });
});

describeWithData('voc2012_mini', 'VOC 2012 and SBD as downloaded', (root) => {
  it('has the label maps of SBD that others made of the same files', async () => {
    const sbd = path.join(root, 'SBD');
    const dataset = await openVoc({ root, sbd });
    const samples = await dataset.samples('train_aug');
    const ofSbd = samples.filter(({ labelFile }) => labelFile?.endsWith('.mat'));
    expect(samples).toHaveLength(156);
    expect(ofSbd).toHaveLength(6);
    for (const sample of ofSbd) {
      const { labels } = await readSample(sample, dataset.labelTable);
      const png = path.join(root, VOC, 'SegmentationClassAug', `${sample.id}.png`);
      const { data, height, width } = await readLabelFile(png);
      expect([labels?.height, labels?.width]).toEqual([height, width]);
      expect(Buffer.compare(labels?.data ?? Buffer.of(), data)).toBe(0);
    }
  });
});
