import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ImageFinder } from '../../../lib/dataset/import/image-finder.js';
import { importDataset } from '../../../lib/dataset/import/import-dataset.js';
import type { ImportOptions } from '../../../lib/dataset/import/import-options.js';
import { flatRgb } from '../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const temporary = temporaryFolder();
let count = 0;
const next = (): string => path.join(temporary, `${count++}`);

const TABLE = { 'class_dict.csv': 'name,r,g,b\ncar,200,0,0\nroad,1,2,3\n' };
const CAR = flatRgb(4, 2, [200, 0, 0]);
const ROAD = flatRgb(4, 2, [1, 2, 3]);
const picture = (i: number): Buffer => flatRgb(4, 2, [i, 9, 9]);

/** What an import takes: the pixels of each class, and the reason for each file left out. */
async function imported(
  files: Readonly<Record<string, string | Uint8Array>>,
  more: Partial<ImportOptions> = {},
) {
  const folder = await writeTree(next(), files);
  const { classes, leftOut } = await importDataset({ folder, out: next(), ...more });
  return {
    pixels: Object.fromEntries(classes.map(({ name, pixels }) => [name, pixels])),
    leftOut: Object.fromEntries(leftOut.map(({ file, why }) => [file, why])),
  };
}

const finderOf = (...files: string[]): ImageFinder => ImageFinder.of([{ root: '/export', files }]);

describe('an image that a path does not name', () => {
  it('is taken if all images lie in one folder, or it shares a folder that others lack', () => {
    const one = finderOf('pictures/x.png', 'pictures/y.png');
    expect(one.find(['JPEGImages/x.jpg'])).toMatchObject({ file: '/export/pictures/x.png' });
    const two = finderOf('data/north/JPEGImages/1.png', 'data/south/JPEGImages/2.png');
    expect(two.find(['data/north/1'])).toMatchObject({ fit: 'below' });
    expect(two.find(['masks/north/1'])).toMatchObject({ fit: 'elsewhere' });
    expect(two.find(['1'])).toMatchObject({ fit: 'below' });
  });

  it('is another one if it lies in other folders, also where all paths have some in common', () => {
    const finder = finderOf('data/north/JPEGImages/1.png', 'data/south/JPEGImages/2.png');
    for (const wanted of ['data/west/JPEGImages/1.jpg', 'data/west/1', 'west/1.png']) {
      expect(finder.find([wanted])).toBe(
        `there is no image ${wanted}, only images of that name in other folders`,
      );
    }
    expect(finder.find(['data/west/3'])).toBe('there is no image data/west/3');
  });
});

describe('an import takes no image of another folder', () => {
  const NORTH = { 'north/images/1.png': picture(1), 'north/images/2.png': picture(2) };
  const why = 'the image of its name belongs to label maps of another folder';

  it('for masks with a colour table', async () => {
    for (const south of ['south', 'a']) {
      const masks = { 'north/masks/1.png': CAR, [`${south}/masks/1.png`]: ROAD };
      const { pixels, leftOut } = await imported({ ...TABLE, ...NORTH, ...masks });
      expect(pixels).toEqual({ car: 8, road: 0 });
      expect(leftOut).toEqual({ [`${south}/masks/1.png`]: why });
    }
    const masks = { 'north/masks/1.png': CAR, 'south/masks/2.png': ROAD };
    const others = { 'west/images/3.png': picture(3), 'west/masks/3.png': CAR };
    const { leftOut } = await imported({ ...TABLE, ...NORTH, ...others, ...masks });
    expect(leftOut['south/masks/2.png']).toMatch(/there is no image south\/2, only images/);
  });

  it("for CVAT's masks", async () => {
    const { pixels, leftOut } = await imported({
      'labelmap.txt': 'car:200,0,0::\nroad:1,2,3::\n',
      'a/SegmentationClass/1.png': ROAD,
      'b/SegmentationClass/1.png': CAR,
      'b/JPEGImages/1.png': picture(1),
    });
    expect(pixels).toEqual({ car: 8, road: 0 });
    expect(leftOut).toEqual({ 'a/SegmentationClass/1.png': why });
  });

  it('for labelme, which may hold the image itself', async () => {
    const document = (label: string, imageData: string | null) =>
      JSON.stringify({
        shapes: [
          {
            label,
            shape_type: 'rectangle',
            points: [
              [0, 0],
              [4, 2],
            ],
          },
        ],
        imagePath: '1.png',
        imageData,
      });
    const files = {
      'a/1.json': document('road', null),
      'b/1.json': document('car', null),
      'b/1.png': picture(1),
    };
    const { pixels, leftOut } = await imported(files);
    expect(pixels).toEqual({ background: 0, car: 8, road: 0 });
    expect(leftOut).toEqual({ 'a/1.json': why });
    const whole = document('road', picture(2).toString('base64'));
    expect((await imported({ ...files, 'a/1.json': whole })).pixels).toEqual({
      background: 0,
      car: 8,
      road: 8,
    });
  });

  it('but of a folder that the user names', async () => {
    const images = await writeTree(next(), { 'deep/1.png': picture(1), 'deep/2.png': picture(2) });
    const masks = { 'north/masks/1.png': CAR, 'south/masks/2.png': ROAD };
    const { pixels } = await imported({ ...TABLE, ...masks }, { images });
    expect(pixels).toEqual({ car: 8, road: 8 });
  });
});

describe('an image with two label maps has the first one', () => {
  const why = 'its image has another label map; the first one counts';

  it('of masks in two folders', async () => {
    const { pixels, leftOut } = await imported({
      ...TABLE,
      'images/1.png': picture(1),
      'masks/1.png': CAR,
      'old_masks/1.png': ROAD,
      'labels/1.png': ROAD,
    });
    expect(pixels).toEqual({ car: 0, road: 8 });
    expect(leftOut['masks/1.png']).toBe(why);
  });

  it('of two tasks of Label Studio', async () => {
    const task = (id: number, label: string) => ({
      id,
      data: { image: '/data/upload/7/0123abcd-1.png' },
      annotations: [
        {
          result: [
            {
              type: 'rectanglelabels',
              from_name: 'label',
              to_name: 'image',
              original_width: 4,
              original_height: 2,
              value: { x: 0, y: 0, width: 100, height: 100, rectanglelabels: [label] },
            },
          ],
        },
      ],
    });
    const { pixels, leftOut } = await imported({
      'tasks.json': JSON.stringify([task(5, 'car'), task(6, 'road')]),
      'images/1.png': picture(1),
    });
    expect(pixels).toEqual({ background: 0, car: 8, road: 0 });
    expect(leftOut).toEqual({ 'tasks.json, task 6': why });
  });

  it('of a COCO file that lists it twice', async () => {
    const image = (id: number) => ({ id, file_name: '1.png', height: 2, width: 4 });
    const segmentation = { size: [2, 4], counts: [0, 8] };
    const document = {
      images: [image(1), image(2)],
      categories: [{ id: 1, name: 'car' }],
      annotations: [{ image_id: 1, category_id: 1, segmentation }],
    };
    const { pixels, leftOut } = await imported({
      'train/_annotations.coco.json': JSON.stringify(document),
      'train/1.png': picture(1),
    });
    expect(pixels).toEqual({ background: 0, car: 8 });
    expect(leftOut).toEqual({ '1.png': why });
  });
});
