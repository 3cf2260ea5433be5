import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { ADE20K_CLASSES } from '../../../lib/dataset/ade20k/classes.js';
import { openAde20k } from '../../../lib/dataset/ade20k/ade20k.js';
import { createLoader } from '../../../lib/dataset/loading/loader.js';
import { readSample } from '../../../lib/dataset/reading/read-sample.js';
import { sizeBuckets } from '../../../lib/training/validation/size-buckets.js';
import { histogram, labelCases } from '../../helpers/label-counts.js';
import { flatGrey, flatRgb, png } from '../../helpers/png.js';
import { describeWithData } from '../../helpers/shared-data.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const folder = temporaryFolder();
const ADE = 'ADEChallengeData2016';
const image = flatRgb(4, 2, [10, 20, 30]);
const values = [0, 1, 2, 150, 7, 0, 1, 1];
const TREE = {
  [`${ADE}/images/training/ADE_train_00000001.jpg`]: image,
  [`${ADE}/images/training/ADE_train_00000002.jpg`]: image,
  [`${ADE}/annotations/training/ADE_train_00000001.png`]: png({ width: 4, height: 2, values }),
  [`${ADE}/annotations/training/ADE_train_00000002.png`]: png({
    width: 4,
    height: 2,
    values,
    colorType: 3,
    palette: Array.from({ length: 151 }, (_, i) => [i, 200 - i, 9] as const),
  }),
  [`${ADE}/images/validation/ADE_val_00000001.jpg`]: image,
  [`${ADE}/annotations/validation/ADE_val_00000001.png`]: flatGrey(4, 2, 151),
};
const root = await writeTree(path.join(folder, 'whole'), TREE);

/** `objectInfo150.txt` with some names replaced. */
function classFile(changes: Readonly<Record<number, string>> = {}): string {
  const rows = ADE20K_CLASSES.map(
    ({ name }, i) => `${i + 1}\t0.1\t10\t1\t${changes[i] ?? name}, another word`,
  );
  return ['Idx\tRatio\tTrain\tVal\tName', ...rows].join('\n');
}

describe('openAde20k', () => {
  it('finds the folder from its parent and from itself', async () => {
    for (const place of [root, path.join(root, ADE)]) {
      const dataset = await openAde20k({ root: place });
      expect([dataset.name, dataset.splits]).toEqual(['ade20k', ['train', 'val']]);
      const samples = await dataset.samples('train');
      expect(samples.map(({ id }) => id)).toEqual(['ADE_train_00000001', 'ADE_train_00000002']);
    }
  });

  it('ignores 0, and makes 1 to 150 the train ids 0 to 149, grey or palette', async () => {
    const dataset = await openAde20k({ root });
    for (const sample of await dataset.samples('train')) {
      const { labels } = await readSample(sample, dataset.labelTable);
      expect([...(labels?.data ?? [])]).toEqual([255, 0, 1, 149, 6, 255, 0, 0]);
    }
  });

  it('refuses values above 150', async () => {
    const dataset = await openAde20k({ root });
    const [sample] = await dataset.samples('val');
    await expect(readSample(sample, dataset.labelTable)).rejects.toThrow(
      /expected values out of 0-150, got 151/,
    );
  });

  it('has 150 classes of different names', () => {
    const names = ADE20K_CLASSES.map(({ name }) => name);
    expect(new Set(names).size).toBe(150);
    // numbers of the benchmark's list, from 1
    const numbered = {
      wall: 1,
      sky: 3,
      road: 7,
      person: 13,
      car: 21,
      bus: 81,
      bicycle: 128,
      flag: 150,
    };
    for (const [name, number] of Object.entries(numbered)) {
      expect(names[number - 1]).toBe(name);
    }
  });

  it('reads images of testing without label maps', async () => {
    const place = await writeTree(path.join(folder, 'testing'), {
      ...TREE,
      [`${ADE}/images/testing/ADE_test_00000001.jpg`]: image,
    });
    const dataset = await openAde20k({ root: place });
    expect(dataset.splits).toEqual(['train', 'val', 'test']);
    const [{ labelFile }] = await dataset.samples('test');
    expect(labelFile).toBeUndefined();
  });

  it('accepts the class file of the download and refuses another', async () => {
    const file = `${ADE}/objectInfo150.txt`;
    const right = await writeTree(path.join(folder, 'right'), { ...TREE, [file]: classFile() });
    expect((await openAde20k({ root: right })).classes).toHaveLength(150);
    const wrong = { ...TREE, [file]: classFile({ 4: 'palm' }) };
    const other = await writeTree(path.join(folder, 'wrong'), wrong);
    await expect(openAde20k({ root: other })).rejects.toThrow(
      /expected "tree" as class 5 in .*objectInfo150\.txt, got "palm"/,
    );
  });

  it('names what is missing and what is there instead', async () => {
    const elsewhere = await writeTree(path.join(folder, 'elsewhere'), { 'VOCdevkit/a.txt': '' });
    await expect(openAde20k({ root: elsewhere })).rejects.toThrow(
      `ade20k: expected ADEChallengeData2016 with images, annotations in ${elsewhere}, got ` +
        'VOCdevkit; pass the folder that holds ADEChallengeData2016 as the option root',
    );
    const odd = await writeTree(path.join(folder, 'odd'), {
      'images/train/a.jpg': image,
      'annotations/train/a.png': flatGrey(4, 2, 1),
    });
    await expect(openAde20k({ root: odd })).rejects.toThrow(
      /expected a folder training or validation in .*images, got train;/,
    );
    const gap = await writeTree(path.join(folder, 'gap'), {
      ...TREE,
      [`${ADE}/images/validation/ADE_val_00000002.jpg`]: image,
    });
    await expect((await openAde20k({ root: gap })).samples('val')).rejects.toThrow(
      /expected the label map .*ADE_val_00000002\.png/,
    );
  });

  it('is read with a longer side of any length, for training and evaluation', async () => {
    const dataset = await openAde20k({ root });
    const samples = await dataset.samples('train');
    const resolution = { longerSide: 6 };
    const [{ size }] = await sizeBuckets(samples, { longerSide: 513 });
    expect(size).toEqual({ height: 257, width: 513 });
    const loader = createLoader({
      dataset,
      samples,
      resolution,
      crop: { height: 4, width: 8 },
      batchSize: 2,
      seed: 1,
      augment: false,
      workers: 0,
    });
    for await (const batch of loader.epoch(0)) {
      expect(batch.sizes).toEqual([
        { height: 3, width: 6 },
        { height: 3, width: 6 },
      ]);
      // columns 0.5, 1.5, … of 6 are 0, 1, 1, 2, 3, 3 of 4: nearest, upper at a tie; then padding
      expect([...batch.labels.subarray(0, 8)]).toEqual([255, 0, 0, 1, 149, 149, 255, 255]);
    }
    await loader.close();
    const wrong = { dataset, samples, crop: 4, batchSize: 1, seed: 1 };
    expect(() => createLoader({ ...wrong, resolution: { longerSide: 0.5 } })).toThrow(
      /expected resolution\.longerSide to be an integer of at least 1, got 0\.5/,
    );
  });
});

describeWithData(`ade20k_mini/${ADE}`, 'ADE20K as downloaded', (data) => {
  it('has its images, and the classes of its class file', async () => {
    const dataset = await openAde20k({ root: data });
    const counts = await Promise.all(
      ['train', 'val'].map(async (split) => (await dataset.samples(split)).length),
    );
    expect(counts).toEqual([1, 4]);
  });

  it('has the colours that a palette of the benchmark has', async () => {
    const file = path.join(data, 'annotations/validation/ADE_val_00001086.png');
    const { palette = [] } = decode(await readFile(file));
    expect(ADE20K_CLASSES.map(({ color }) => [...color])).toEqual(
      palette.slice(1, 151).map((color) => [...color]),
    );
  });

  it.each(labelCases(`ade20k_mini/${ADE}`))(
    'reads $file (mode $mode) as another program does, whole and with a longer side of $longerSide',
    async ({ file, width, height, counts, scaled, longerSide }) => {
      const { labelTable } = await openAde20k({ root: data });
      const labelFile = path.join(data, file);
      const imageFile = labelFile.replace('annotations', 'images').replace('.png', '.jpg');
      const sample = { id: 'one', imageFile, labelFile };
      const whole = (await readSample(sample, labelTable)).labels;
      expect([whole?.width, whole?.height]).toEqual([width, height]);
      expect(histogram(whole?.data)).toEqual(asTrainIds(counts));
      const read = await readSample(sample, labelTable, { resolution: { longerSide } });
      expect([read.image.width, read.image.height]).toEqual([scaled.width, scaled.height]);
      expect(histogram(read.labels?.data)).toEqual(asTrainIds(scaled.counts));
    },
  );
});

/** Counts by label value as counts by train id. */
function asTrainIds(counts: Readonly<Record<number, number>>): Record<number, number> {
  return Object.fromEntries(
    Object.entries(counts).map(([value, count]) => [value === '0' ? 255 : +value - 1, count]),
  );
}
