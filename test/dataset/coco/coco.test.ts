import { readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRunLengths, runArea } from '../../../lib/dataset/reading/masks/rle.js';
import { readCocoAnnotations } from '../../../lib/dataset/coco/annotations.js';
import { openDataset, prepareDataset, presetChanges } from '../../../lib/dataset/open-dataset.js';
import { readSample } from '../../../lib/dataset/reading/read-sample.js';
import { DataError } from '../../../lib/errors.js';
import { flatRgb } from '../../helpers/png.js';
import { describeWithData } from '../../helpers/shared-data.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';
import { timed } from '../full-trees.js';

const folder = temporaryFolder();
const image = flatRgb(4, 2, [1, 2, 3]);

const CATEGORIES = [
  { id: 1, name: 'person' },
  { id: 5, name: 'airplane' },
  { id: 13, name: 'stop sign' },
  { id: 72, name: 'tv' },
];
const images = [3, 1, 2].map((id) => ({ id, file_name: `00${id}.jpg`, height: 2, width: 4 }));
/** The left half of the picture. */
const LEFT = [[0, 0, 2, 0, 2, 2, 0, 2]];
const RIGHT = { size: [2, 4], counts: [4, 4] };

const instances = (annotations: readonly object[], parts: object = {}) =>
  JSON.stringify(Object.assign({ images, annotations, categories: CATEGORIES }, parts));
const annotation = (fields: object) =>
  Object.assign({ id: 9, image_id: 1, category_id: 1, area: 2000, iscrowd: 0 }, fields);

const TREE = {
  'annotations/instances_train2017.json': instances([
    annotation({ category_id: 72, segmentation: LEFT }),
    annotation({ category_id: 1, segmentation: RIGHT, iscrowd: 1 }),
    annotation({ image_id: 2, category_id: 13, segmentation: LEFT }),
    annotation({ image_id: 3, area: 1000, segmentation: LEFT }),
  ]),
  'annotations/instances_val2017.json': instances([
    annotation({ image_id: 2, category_id: 13, segmentation: LEFT }),
    annotation({ image_id: 2, category_id: 5, segmentation: RIGHT }),
  ]),
  ...Object.fromEntries(
    ['train', 'val'].flatMap((split) =>
      [1, 2, 3].map((id) => [`${split}2017/00${id}.jpg`, image] as const),
    ),
  ),
};

describe('COCO with VOC’s classes', () => {
  it('opens once it is prepared; train has images with more than 1000 pixels of the classes', async () => {
    const root = await writeTree(path.join(folder, 'whole'), TREE);
    await expect(openDataset('coco', { root })).rejects.toThrow(
      /expected label maps with VOC's classes in .* make them by `npx autodeeplab data prepare coco/,
    );
    const report = await prepareDataset('coco', { root });
    expect(report).toMatchObject({ written: 4, kept: 0 });
    expect(report.remarks).toEqual([
      "train2017: 1 label maps made, 0 were there; 2 images with at most 1000 pixels of VOC's classes left out",
      'val2017: 3 label maps made, 0 were there',
    ]);
    const dataset = await openDataset('coco', { root });
    expect([dataset.name, dataset.splits, dataset.classes.length]).toEqual([
      'coco',
      ['train', 'val'],
      21,
    ]);
    const labels = async (split: string) =>
      Promise.all(
        (await dataset.samples(split)).map(async (sample) => [
          sample.id,
          [...((await readSample(sample, dataset.labelTable)).labels?.data ?? [])],
        ]),
      );
    const tv = 20;
    const aeroplane = 1;
    expect(await labels('train')).toEqual([['001', [tv, tv, 255, 255, tv, tv, 255, 255]]]);
    expect(await labels('val')).toEqual([
      ['001', Array(8).fill(0)],
      ['002', [0, 0, aeroplane, aeroplane, 0, 0, aeroplane, aeroplane]],
      ['003', Array(8).fill(0)],
    ]);
    expect(presetChanges('coco', 'retrain', 'paper')).toMatchObject({ steps: 4_000_000 });
  });

  it('is not open before all label maps are made, and is completed by a second call', async () => {
    const root = await writeTree(path.join(folder, 'interrupted'), TREE);
    const controller = new AbortController();
    const work = prepareDataset('coco', {
      root,
      signal: controller.signal,
      onProgress: ({ what }) => {
        if (what === 'val2017') {
          controller.abort(new Error('enough'));
        }
      },
    });
    await expect(work).rejects.toThrow('enough');
    expect((await openDataset('coco', { root })).splits).toEqual(['train']);
    const made = (await readdir(path.join(root, 'annotations_voc'), { recursive: true })).filter(
      (name) => name.endsWith('.png'),
    ).length;
    expect(await prepareDataset('coco', { root })).toMatchObject({ written: 4 - made, kept: made });
    expect(await (await openDataset('coco', { root })).samples('val')).toHaveLength(3);
  });

  it('names an image that is not there', async () => {
    const root = await writeTree(path.join(folder, 'missing'), TREE);
    await prepareDataset('coco', { root });
    await rm(path.join(root, 'train2017/001.jpg'));
    await expect((await openDataset('coco', { root })).samples('train')).rejects.toThrow(
      /split train: expected .*001\.jpg, got no such file; unpack the whole download/,
    );
  });

  it.each<[string, string, RegExp]>([
    ['no polygon', instances([annotation({ segmentation: [[1, 2, 3]] })]), /expected id, image_id/],
    [
      'no number',
      instances([annotation({ segmentation: [[1, 2, 3, 4, 5, null]] })]),
      /expected id/,
    ],
    [
      'an unknown category',
      instances([annotation({ category_id: 999, segmentation: LEFT })]),
      /expected a known image and category in "annotations", got \{"id":9,"image":1,"category":999/,
    ],
    [
      'a file name that leads elsewhere',
      instances([], { images: [{ id: 1, file_name: '../1.jpg', height: 1, width: 1 }] }),
      /file_name without folders/,
    ],
    [
      'an image larger than those that are read',
      instances([], { images: [{ id: 1, file_name: '1.jpg', height: 60_000, width: 60_000 }] }),
      /expected at most 67108864 pixels in "images", got \{"id":1/,
    ],
    [
      'a height that is no whole number',
      instances([], { images: [{ id: 1, file_name: '1.jpg', height: 1.5, width: 1 }] }),
      /file_name without folders, height and width/,
    ],
    ['no images', instances([], { images: [] }), /expected images and categories/],
    ['other JSON', '[1, 2, 3]', /expected images and categories/],
    ['a file that is cut off', instances([]).slice(0, -9), /expected complete JSON/],
  ])('refuses %s', async (title, text, message) => {
    const root = await writeTree(path.join(folder, title.replaceAll(' ', '-')), {
      'annotations/instances_val2017.json': text,
    });
    const error = await prepareDataset('coco', { root }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toMatch(message);
  });

  it('counts the images of annotations that seem to be whole', async () => {
    const many = Array.from({ length: 4990 }, (_, id) => ({
      id,
      file_name: `${id}.jpg`,
      height: 2,
      width: 4,
    }));
    const root = await writeTree(path.join(folder, 'count'), {
      'annotations/instances_val2017.json': instances([], { images: many }),
    });
    await expect(prepareDataset('coco', { root })).rejects.toThrow(
      /split val: expected 5000 images in .*instances_val2017\.json, got 4990/,
    );
  });

  it('reads 100,000 annotations within seconds', async () => {
    const file = path.join(folder, 'large.json');
    const points = Array.from({ length: 60 }, (_, i) => (i % 3) + 0.25);
    const annotations = Array.from({ length: 100_000 }, (_, id) =>
      annotation({ id, segmentation: [points] }),
    );
    await writeTree(folder, { 'large.json': instances(annotations) });
    const [found, seconds] = await timed(() => readCocoAnnotations(file));
    expect(found.find(({ name }) => name === '001.jpg')?.objects).toHaveLength(100_000);
    expect(seconds).toBeLessThan(15);
  });
});

describeWithData('label_exports/coco/results_fakesegm100', 'results of the COCO API', (root) => {
  it('have the areas that an independent reader found', async () => {
    const [name] = (await readdir(root, { recursive: true })).filter((n) => n.endsWith('.json'));
    const results = JSON.parse(await readFile(path.join(root, name), 'utf8')) as {
      segmentation: { size: [number, number]; counts: string };
    }[];
    const areas = results.map(({ segmentation: { size, counts } }) => {
      const [height, width] = size;
      const runs = readRunLengths({ height, width }, counts);
      return typeof runs === 'string' ? runs : runArea(runs);
    });
    expect(areas.slice(0, 3)).toEqual([53_487, 167_619, 52_665]);
    expect(areas).toHaveLength(734);
    expect(areas.filter((area) => typeof area === 'string')).toEqual([]);
  });
});
