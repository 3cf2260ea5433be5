import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Dataset, DatasetDescription } from '../../lib/dataset/dataset.js';
import type { DatasetKind } from '../../lib/dataset/kind.js';
import {
  datasetKinds,
  datasetNames,
  defineDataset,
  openDataset,
  presetChanges,
  reopenDataset,
} from '../../lib/dataset/open-dataset.js';
import { ConfigError, DataError } from '../../lib/errors.js';
import { writeSample } from '../../lib/sample/write-sample.js';
import { temporaryFolder, writeTree } from '../helpers/temporary-folder.js';
import { ALL_KINDS } from './trees.js';

const folder = temporaryFolder();
const root = await writeTree(path.join(folder, 'all'), ALL_KINDS);

/** A rendered sample of two small pictures. */
async function sample(name: string, layout: 'cityscapes' | 'voc' | 'ade20k'): Promise<string> {
  const size = { width: 48, height: 32, counts: { train: 1, val: 1 } };
  return (await writeSample({ root: path.join(folder, name), layout, ...size })).root;
}

/** Everything that two copies of a dataset must have in common. */
async function contents(dataset: Dataset) {
  const { name, classes, labelTable, splits } = dataset;
  const lists = await Promise.all(splits.map((split) => dataset.samples(split)));
  return { name, classes, labelTable, splits, lists };
}

describe('openDataset', () => {
  it('opens each kind by its name', async () => {
    const names = ['cityscapes', 'voc', 'ade20k', 'coco', 'camvid'];
    expect(datasetNames()).toEqual([...names, 'folder', 'sample']);
    expect(datasetKinds().map(({ name }) => name)).toEqual(datasetNames());
    const opened = await Promise.all(names.map((name) => openDataset(name, { root })));
    expect(opened.map(({ name }) => name)).toEqual(names);
    expect(opened.map(({ description }) => description.kind)).toEqual(names);
    expect(opened.map(({ classes }) => classes.length)).toEqual([19, 21, 150, 21, 11]);
    for (const dataset of opened) {
      expect(await dataset.samples('train')).toHaveLength(1);
    }
  });

  it('answers an unknown name with the names there are', async () => {
    const error = await openDataset('kitti', { root }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toBe(
      'dataset: expected one of cityscapes, voc, ade20k, coco, camvid, folder, sample, got "kitti"; for ' +
        'your own images use folder, or register the kind with defineDataset, on the command line ' +
        'in a module that --import loads',
    );
    await expect(openDataset('toString', { root })).rejects.toBeInstanceOf(ConfigError);
  });

  it('answers an unknown option and a missing root with a ConfigError', async () => {
    const unknown: Record<string, unknown> = { root, color: true };
    await expect(openDataset('camvid', unknown)).rejects.toThrow(/camvid: .*color/);
    const nothing: Record<string, unknown> = {};
    await expect(openDataset('cityscapes', nothing)).rejects.toThrow(/cityscapes: .*root/);
    const coding = { root, labels: 'colors' } as object as { root: string };
    await expect(openDataset('cityscapes', coding)).rejects.toThrow(/cityscapes: .*labels/);
  });
});

describe('a rendered sample', () => {
  it('opens as the kind that it is laid out as, under a name of its own', async () => {
    for (const layout of ['cityscapes', 'voc', 'ade20k'] as const) {
      const dataset = await openDataset('sample', { root: await sample(layout, layout) });
      expect([dataset.name, dataset.description.kind]).toEqual([`${layout}-sample`, layout]);
      expect(await dataset.samples('val')).toHaveLength(1);
      const same = await openDataset(layout, { root: dataset.description.root });
      expect(await contents(same)).toEqual(await contents(dataset));
    }
  });

  it('must have its marker', async () => {
    const error = await openDataset('sample', { root }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toMatch(
      /sample: expected a sample\.json .* got no rendered sample; write one with writeSample/,
    );
  });
});

const rendered = await sample('again', 'voc');

describe('reopenDataset', () => {
  const fields = {
    root: path.join(root, 'fields'),
    name: 'north',
    classes: 'classes.json',
    splits: { train: { list: 'list.txt', stripPrefix: '/old/', missing: 'skip' } },
  };

  it.each([
    ['cityscapes', { root, name: 'towns', labels: 'labelTrainIds' }],
    ['voc', { root: path.join(root, 'VOC2012'), name: 'objects' }],
    ['ade20k', { root, name: 'scenes' }],
    ['camvid', { root, name: 'streets' }],
    ['folder', fields],
    ['sample', { root: rendered, name: 'pictures' }],
  ])(
    'opens %s with all its options from what JSON kept of its description',
    async (kind, options) => {
      const first = await openDataset(kind, options);
      const stored = JSON.parse(JSON.stringify(first.description)) as DatasetDescription;
      expect(stored).toEqual(first.description);
      const again = await reopenDataset(stored);
      expect(again.description).toEqual(first.description);
      expect(await contents(again)).toEqual(await contents(first));
      expect(again.name).toBe(options.name);
    },
  );

  it('describes a dataset by its absolute folder', async () => {
    const relative = path.relative(process.cwd(), root);
    const { description } = await openDataset('camvid', { root: relative });
    expect(description).toEqual({ kind: 'camvid', name: 'camvid', root, options: {} });
    const voc = await openDataset('voc', { root: relative }); // the folder itself, not one above
    expect(voc.description.root).toBe(path.join(root, 'VOC2012'));
  });

  it('keeps the classes of a class file that has changed since, and follows a moved folder', async () => {
    const before = await writeTree(path.join(folder, 'before'), {
      ...ALL_KINDS,
      'fields/dataset.json': JSON.stringify({ ...fields, root: undefined, name: 'south' }),
    });
    const { description, classes } = await openDataset('folder', { root: `${before}/fields` });
    const after = path.join(folder, 'after');
    await rename(before, after);
    await rm(`${after}/fields/classes.json`);
    const moved = await reopenDataset(description, { root: `${after}/fields` });
    expect([moved.name, moved.classes]).toEqual(['south', classes]);
    const [{ imageFile }] = await moved.samples('train');
    expect(imageFile).toBe(path.join(after, 'fields/pictures/b.png'));
  });

  it('names what an incomplete description lacks', async () => {
    const part = { name: 'towns', root } as DatasetDescription;
    await expect(reopenDataset(part)).rejects.toThrow(ConfigError);
    await expect(reopenDataset(part)).rejects.toThrow(/description of a dataset: .* kind/);
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
      open: async (options) => {
        const dataset = await openDataset('camvid', { name: 'north', ...options });
        return { ...dataset, description: { ...dataset.description, kind: 'fields' } };
      },
      presets: { search: { laptop: { crop: 97 } } },
    };
    expect(defineDataset(kind)).toBe(kind);
    expect(datasetNames().at(-1)).toBe('fields');
    const dataset = await openDataset('fields', { root });
    expect(dataset.name).toBe('north');
    expect(await contents(await reopenDataset(dataset.description))).toEqual(
      await contents(dataset),
    );
    expect(presetChanges('fields', 'search', 'laptop')).toEqual({ crop: 97 });
    expect(() => defineDataset(kind)).toThrow(
      'defineDataset: expected a new name, got "fields", which is taken; choose another',
    );
  });
});
