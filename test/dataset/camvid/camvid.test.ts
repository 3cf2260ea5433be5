import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCamvid } from '../../../lib/dataset/camvid/camvid.js';
import { classFrequency } from '../../../lib/dataset/inspection/class-frequency.js';
import { classNames } from '../../../lib/dataset/dataset.js';
import { readSample } from '../../../lib/dataset/reading/read-sample.js';
import { flatGrey, flatRgb } from '../../helpers/png.js';
import { describeWithData } from '../../helpers/shared-data.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const folder = temporaryFolder();
const image = flatRgb(4, 2, [10, 20, 30]);
const label = flatGrey(4, 2, 11);

describe('openCamvid', () => {
  it('takes the lists where there are some, re-rooted, with the images that exist', async () => {
    const line = (name: string) =>
      `/SegNet/CamVid/train/${name} /SegNet/CamVid/trainannot/${name}\n`;
    const root = await writeTree(path.join(folder, 'lists'), {
      'train.txt': line('b.png') + line('gone.png') + line('a.png'),
      'train/a.png': image,
      'train/b.png': image,
      'train/unlisted.png': image,
      'trainannot/a.png': label,
      'trainannot/b.png': label,
      'trainannot/gone.png': label,
    });
    const dataset = await openCamvid({ root });
    expect(dataset.splits).toEqual(['train']);
    const samples = await dataset.samples('train');
    expect(samples.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(samples[0].labelFile).toBe(path.join(root, 'trainannot/b.png'));
    expect(dataset.labelTable.trainIds[11]).toBe(255);
  });

  it('takes the folders where there is no list, and misses no label map silently', async () => {
    const root = await writeTree(path.join(folder, 'folders'), {
      'val/a.png': image,
      'valannot/a.png': label,
      'test/b.png': image,
      'testannot/c.png': label,
    });
    const dataset = await openCamvid({ root });
    expect(dataset.splits).toEqual(['val', 'test']);
    expect(await dataset.samples('val')).toHaveLength(1);
    await expect(dataset.samples('test')).rejects.toThrow(
      `expected the label map ${path.join(root, 'testannot/b.png')}`,
    );
  });

  it('refuses folders without a split', async () => {
    await expect(openCamvid({ root: path.join(folder, 'absent') })).rejects.toThrow(
      /camvid: expected the folder .* got no such file or folder/,
    );
    const root = await writeTree(path.join(folder, 'other'), { 'photos/a.png': image });
    await expect(openCamvid({ root })).rejects.toThrow(
      /camvid: expected train\.txt or a folder train/,
    );
  });
});

describeWithData('camvid/CamVid', 'CamVid as downloaded', (root) => {
  it('has 184, 51 and 59 samples of 480x360 pixels in 11 classes', async () => {
    const dataset = await openCamvid({ root });
    const counts = await Promise.all(
      ['train', 'val', 'test'].map(async (split) => (await dataset.samples(split)).length),
    );
    expect(counts).toEqual([184, 51, 59]);
    expect(classNames(dataset)).toHaveLength(11);
    const [sample] = await dataset.samples('train');
    const { image: pixels, labels } = await readSample(sample, dataset.labelTable);
    expect([pixels.height, pixels.width, pixels.data.length]).toEqual([360, 480, 360 * 480 * 3]);
    expect(labels?.data).toHaveLength(360 * 480);
  });

  it('has road or building as the most frequent class and little that is ignored', async () => {
    const dataset = await openCamvid({ root });
    const samples = (await dataset.samples('val')).slice(0, 8);
    const { counts, ignored, labelMaps } = await classFrequency(dataset, samples);
    expect(labelMaps).toBe(8);
    expect(['building', 'road']).toContain(
      classNames(dataset)[counts.indexOf(Math.max(...counts))],
    );
    expect(ignored).toBeLessThan(0.2 * 8 * 360 * 480);
  });
});
