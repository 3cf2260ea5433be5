import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DatasetKind } from '../../lib/dataset/kind.js';
import {
  datasetKind,
  datasetNames,
  defineDataset,
  openDataset,
  presetChanges,
} from '../../lib/dataset/open-dataset.js';
import { ConfigError } from '../../lib/errors.js';
import { flatGrey, flatRgb } from '../helpers/png.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';

const root = await writeTree(path.join(temporaryFolder(), 'all'), {
  'leftImg8bit/train/bonn/bonn_1_2_leftImg8bit.png': flatRgb(4, 2, [1, 2, 3]),
  'gtFine/train/bonn/bonn_1_2_gtFine_labelIds.png': flatGrey(4, 2, 7),
  'train/a.png': flatRgb(4, 2, [1, 2, 3]),
  'trainannot/a.png': flatGrey(4, 2, 1),
  'VOC2012/ImageSets/Segmentation/train.txt': 'a\n',
  'VOC2012/JPEGImages/a.jpg': flatRgb(4, 2, [1, 2, 3]),
  'VOC2012/SegmentationClass/a.png': flatGrey(4, 2, 1),
  'ADEChallengeData2016/images/training/a.jpg': flatRgb(4, 2, [1, 2, 3]),
  'ADEChallengeData2016/annotations/training/a.png': flatGrey(4, 2, 1),
});

describe('openDataset', () => {
  it('opens each dataset by its name', async () => {
    expect(datasetNames()).toEqual(['cityscapes', 'voc', 'ade20k', 'camvid', 'folder', 'sample']);
    const folder = {
      root,
      name: 'mine',
      classes: [{ name: 'soil', id: 1 }],
      splits: { train: { images: 'train', labels: 'trainannot' } },
    };
    const opened = await Promise.all([
      openDataset('cityscapes', { root }),
      openDataset('voc', { root }),
      openDataset('ade20k', { root }),
      openDataset('camvid', { root }),
      openDataset('folder', folder),
      openDataset('sample', { root }),
    ]);
    expect(opened.map(({ name }) => name)).toEqual([
      'cityscapes',
      'voc',
      'ade20k',
      'camvid',
      'mine',
      'sample',
    ]);
    expect(opened.map(({ classes }) => classes.length)).toEqual([19, 21, 150, 11, 1, 19]);
    for (const dataset of opened) {
      expect(await dataset.samples('train')).toHaveLength(1);
    }
  });

  it('answers an unknown name with the names there are', async () => {
    const error = await openDataset('kitti', { root }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toBe(
      'dataset: expected one of cityscapes, voc, ade20k, camvid, folder, sample, got "kitti"; for ' +
        'your own images use folder, or register the kind with defineDataset',
    );
    await expect(openDataset('toString', { root })).rejects.toBeInstanceOf(ConfigError);
  });

  it('knows the kind of a dataset by the name that a run notes', () => {
    const names = ['cityscapes', 'voc', 'voc-sample', 'ade20k-sample', 'sample', 'fields'];
    const kinds = ['cityscapes', 'voc', 'voc', 'ade20k', 'sample', 'folder'];
    expect(names.map(datasetKind)).toEqual(kinds);
  });

  it('answers an unknown option and a missing root with a ConfigError', async () => {
    const unknown: Record<string, unknown> = { root, color: true };
    await expect(openDataset('camvid', unknown)).rejects.toThrow(/camvid: .*color/);
    const nothing: Record<string, unknown> = {};
    await expect(openDataset('cityscapes', nothing)).rejects.toThrow(/cityscapes: .*root/);
  });
});

describe('presetChanges', () => {
  it('are the settings that differ on a kind, by program and preset', () => {
    expect(presetChanges('voc', 'search', 'paper')).toEqual({ split: 'train_aug', resolution: 1 });
    expect(presetChanges('ade20k', 'retrain', 'tiny')).toEqual({ resolution: { longerSide: 97 } });
    expect(presetChanges('voc', 'search', 'tiny')).toEqual({});
    expect(presetChanges('cityscapes', 'retrain', 'paper')).toEqual({});
    expect(() => presetChanges('constructor', 'search', 'paper')).toThrow(ConfigError);
  });
});

describe('defineDataset', () => {
  it('makes a kind of your own open by its name, with its presets, and refuses a name twice', async () => {
    const kind: DatasetKind = {
      name: 'fields',
      summary: 'fields from above',
      check: (options) => options as { root: string },
      open: (options) => openDataset('camvid', { ...options, name: 'north' }),
      presets: { search: { laptop: { crop: 97 } } },
    };
    expect(defineDataset(kind)).toBe(kind);
    expect(datasetNames().at(-1)).toBe('fields');
    expect((await openDataset('fields', { root })).name).toBe('north');
    expect(presetChanges('fields', 'search', 'laptop')).toEqual({ crop: 97 });
    expect(() => defineDataset(kind)).toThrow(
      'defineDataset: expected a new name, got "fields", which is taken; choose another',
    );
  });
});
