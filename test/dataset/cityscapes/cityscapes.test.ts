import { rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { classFrequency } from '../../../lib/dataset/inspection/class-frequency.js';
import { cityscapesClasses } from '../../../lib/dataset/cityscapes/classes.js';
import { openCityscapes } from '../../../lib/dataset/cityscapes/cityscapes.js';
import { readLabelFile, toTrainIds } from '../../../lib/dataset/reading/label-file.js';
import { readSample } from '../../../lib/dataset/reading/read-sample.js';
import { ConfigError, DataError } from '../../../lib/errors.js';
import { flatGrey, flatRgb } from '../../helpers/png.js';
import { describeWithData } from '../../helpers/shared-data.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const folder = temporaryFolder();
const image = flatRgb(4, 2, [10, 20, 30]);

/** A tree with two cities in train, one in val and one in test. */
async function tree(name: string, coding = 'labelIds'): Promise<string> {
  return writeTree(path.join(folder, name), {
    'leftImg8bit/train/bonn/bonn_000001_000019_leftImg8bit.png': image,
    'leftImg8bit/train/bonn/._bonn_000001_000019_leftImg8bit.png': 'left behind by a file manager',
    'leftImg8bit/train/aachen/aachen_000000_000019_leftImg8bit.png': image,
    'leftImg8bit/val/ulm/ulm_000002_000019_leftImg8bit.png': image,
    'leftImg8bit/test/mainz/mainz_000003_000019_leftImg8bit.png': image,
    [`gtFine/train/bonn/bonn_000001_000019_gtFine_${coding}.png`]: flatGrey(4, 2, 7),
    [`gtFine/train/aachen/aachen_000000_000019_gtFine_${coding}.png`]: flatGrey(4, 2, 8),
    [`gtFine/train/aachen/aachen_000009_000019_gtFine_${coding}.png`]: flatGrey(4, 2, 8),
    [`gtFine/val/ulm/ulm_000002_000019_gtFine_${coding}.png`]: flatGrey(4, 2, 11),
    [`gtFine/test/mainz/mainz_000003_000019_gtFine_${coding}.png`]: flatGrey(4, 2, 0),
  });
}

describe('the classes of Cityscapes', () => {
  it('are 19, with the published names and colours', () => {
    const classes = cityscapesClasses('labelIds');
    expect(classes.map(({ trainId }) => trainId)).toEqual([...Array(19).keys()]);
    expect(classes[0]).toEqual({
      name: 'road',
      trainId: 0,
      color: [128, 64, 128],
      labelValues: [7],
    });
    expect(classes[18]).toEqual({
      name: 'bicycle',
      trainId: 18,
      color: [119, 11, 32],
      labelValues: [33],
    });
    expect(new Set(classes.map(({ color }) => color.join())).size).toBe(19);
  });

  it('map the label ids 0 to 33 as the dataset defines them, and refuse 34 to 254', async () => {
    const { labelTable } = await openCityscapes({ root: await tree('table') });
    const ignored = 255;
    // Written out from the label definition of the dataset, label id 0 to 33.
    const expected = [
      [ignored, ignored, ignored, ignored, ignored, ignored, ignored, 0, 1, ignored],
      [ignored, 2, 3, 4, ignored, ignored, ignored, 5, ignored, 6],
      [7, 8, 9, 10, 11, 12, 13, 14, 15, ignored],
      [ignored, 16, 17, 18],
    ].flat();
    expect([...labelTable.trainIds.subarray(0, 34)]).toEqual(expected);
    expect(labelTable.trainIds[255]).toBe(ignored); // license plate, -1
    expect(labelTable.unknownValues).toEqual([...Array(255).keys()].slice(34));
  });

  it('accept 0 to 18 and 255 in label maps of train ids', async () => {
    const { labelTable } = await openCityscapes({ root: await tree('ids', 'labelTrainIds') });
    expect([...labelTable.trainIds.subarray(0, 19)]).toEqual([...Array(19).keys()]);
    expect(labelTable.unknownValues).toEqual([...Array(255).keys()].slice(19));
  });
});

describe('openCityscapes', () => {
  it('lists the images of a split by city and frame, each with its label map', async () => {
    const root = await tree('list');
    const dataset = await openCityscapes({ root });
    expect(dataset.splits).toEqual(['train', 'val', 'test']);
    expect(await dataset.samples('train')).toEqual([
      {
        id: 'aachen_000000_000019',
        imageFile: path.join(root, 'leftImg8bit/train/aachen/aachen_000000_000019_leftImg8bit.png'),
        labelFile: path.join(root, 'gtFine/train/aachen/aachen_000000_000019_gtFine_labelIds.png'),
      },
      {
        id: 'bonn_000001_000019',
        imageFile: path.join(root, 'leftImg8bit/train/bonn/bonn_000001_000019_leftImg8bit.png'),
        labelFile: path.join(root, 'gtFine/train/bonn/bonn_000001_000019_gtFine_labelIds.png'),
      },
    ]);
  });

  it('gives no label maps for the test split, even where the download has empty ones', async () => {
    const dataset = await openCityscapes({ root: await tree('test-split') });
    const samples = await dataset.samples('test');
    expect(samples.map(({ id, labelFile }) => [id, labelFile])).toEqual([
      ['mainz_000003_000019', undefined],
    ]);
  });

  it('takes labelTrainIds where there are no labelIds', async () => {
    const dataset = await openCityscapes({ root: await tree('detect', 'labelTrainIds') });
    const [sample] = await dataset.samples('val');
    expect(sample.labelFile).toMatch(/_gtFine_labelTrainIds\.png$/);
  });

  it('names image and label map where a label map is missing', async () => {
    const root = await tree('missing-label');
    const label = path.join(root, 'gtFine/train/bonn/bonn_000001_000019_gtFine_labelIds.png');
    await rm(label);
    const dataset = await openCityscapes({ root });
    const error = await dataset.samples('train').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataError);
    expect((error as DataError).file).toBe(label);
    expect((error as DataError).message).toContain(`expected the label map ${label} for `);
    expect((error as DataError).message).toContain('bonn_000001_000019_leftImg8bit.png');
  });

  it('refuses a root without leftImg8bit, an empty one and a split without images', async () => {
    const absent = path.join(folder, 'absent');
    await expect(openCityscapes({ root: absent })).rejects.toThrow(
      `cityscapes: expected the folder ${path.join(absent, 'leftImg8bit')}, got no such file or ` +
        'folder; pass the folder that holds leftImg8bit and gtFine as the option root',
    );
    const empty = await writeTree(path.join(folder, 'empty'), { 'leftImg8bit/README': '' });
    await expect(openCityscapes({ root: empty })).rejects.toThrow(/expected a folder train/);
    const noImages = await writeTree(path.join(folder, 'no-images'), {
      'leftImg8bit/train/bonn/other.png': image,
    });
    const dataset = await openCityscapes({ root: noImages });
    await expect(dataset.samples('train')).rejects.toThrow(/expected images .*got none/);
    await expect(dataset.samples('val')).rejects.toBeInstanceOf(ConfigError);
  });
});

describeWithData('cityscapes_mini', 'Cityscapes as downloaded', (root) => {
  it('has 8 frames of train and 1 of val, and no sample for label maps without image', async () => {
    const dataset = await openCityscapes({ root });
    expect(await dataset.samples('train')).toHaveLength(8);
    expect((await dataset.samples('val')).map(({ id }) => id)).toEqual(['frankfurt_000000_000294']);
  });

  it('gives the train ids from labelIds that the labelTrainIds file beside it has', async () => {
    const maps = await Promise.all(
      (['labelIds', 'labelTrainIds'] as const).map(async (labels) => {
        const dataset = await openCityscapes({ root, labels });
        const [{ labelFile = '' }] = await dataset.samples('val');
        const { data } = toTrainIds(await readLabelFile(labelFile), dataset.labelTable, labelFile);
        return data;
      }),
    );
    // The two files of this frame were scaled down apart from each other: a few border pixels differ.
    const equal = maps[0].filter((trainId, i) => trainId === maps[1][i]).length;
    expect(equal / maps[0].length).toBeGreaterThan(0.995);
    expect(new Set(maps[0]).size).toBeGreaterThan(8);
  });

  it('reads a frame at half resolution as 512x1024', async () => {
    const dataset = await openCityscapes({ root });
    const [sample] = await dataset.samples('train');
    const { image: half, labels } = await readSample(sample, dataset.labelTable, {
      resolution: 0.5,
    });
    expect([half.height, half.width, half.data.length]).toEqual([512, 1024, 512 * 1024 * 3]);
    expect([labels?.height, labels?.width]).toEqual([512, 1024]);
  });

  it('has only known label values, and road as the most frequent class', async () => {
    const dataset = await openCityscapes({ root });
    const samples = await dataset.samples('train');
    const { counts, ignored } = await classFrequency(dataset, samples);
    expect(counts.reduce((sum, count) => sum + count, ignored)).toBe(8 * 2048 * 1024);
    expect(counts.indexOf(Math.max(...counts))).toBe(0);
  });
});
