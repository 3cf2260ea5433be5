/** Sizes and outlines that annotations state, which must not take memory or time without end. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { blankMap, checkOutline } from '../../../lib/dataset/import/blank-map.js';
import { MisfitError } from '../../../lib/dataset/import/format.js';
import { importDataset } from '../../../lib/dataset/import/import-dataset.js';
import { DataError } from '../../../lib/errors.js';
import { flatRgb } from '../../helpers/png.js';
import { temporaryFolder, writeTree } from '../../helpers/temporary-folder.js';

const temporary = temporaryFolder();
const image = flatRgb(4, 2, [1, 2, 3]);
let count = 0;

/** Imports an export; each is in a folder of its own. */
async function importing(files: Readonly<Record<string, string>>): Promise<unknown> {
  const folder = path.join(temporary, `export${count++}`);
  await writeTree(folder, { ...files, 'a.png': image, 'set/img/a.png': image });
  return importDataset({ folder, out: `${folder}-out` });
}

const HUGE = { height: 60_000, width: 60_000 };
const SMALL = { height: 2, width: 4 };

const coco = (size: object, segmentation: unknown) => ({
  'coco.json': JSON.stringify({
    images: [{ id: 1, file_name: 'a.png', ...size }],
    categories: [{ id: 1, name: 'road' }],
    annotations: [{ id: 1, image_id: 1, category_id: 1, segmentation }],
  }),
});

const labelme = ({ height, width }: typeof SMALL, shape: object) => ({
  'a.json': JSON.stringify({
    shapes: [{ label: 'road', ...shape }],
    imagePath: 'a.png',
    imageHeight: height,
    imageWidth: width,
  }),
});

const supervisely = (size: object) => ({
  'meta.json': JSON.stringify({ classes: [{ title: 'road' }] }),
  'set/ann/a.png.json': JSON.stringify({ size, objects: [] }),
});

const labelStudio = ({ height, width }: typeof SMALL, value: object) => ({
  'project.json': JSON.stringify([
    {
      data: { image: 'a.png' },
      annotations: [
        {
          result: [
            {
              type: 'polygonlabels',
              from_name: 'label',
              original_width: width,
              original_height: height,
              value: { labels: ['road'], ...value },
            },
          ],
        },
      ],
    },
  ]),
});

const outline = [[0, 0, 3, 0, 3, 1]];
const corners = [
  [0, 0],
  [3, 0],
  [3, 1],
];
const far = (points: readonly (readonly number[])[]) => [...points.slice(1), [1e9, 1]];

describe('annotations of a size beyond that of images', () => {
  it.each([
    ['COCO', coco(HUGE, outline)],
    ['labelme', labelme(HUGE, { points: corners })],
    ['Supervisely', supervisely(HUGE)],
    ['Label Studio', labelStudio(HUGE, { points: corners })],
  ])('are refused: %s', async (_, files) => {
    const refused = importing(files);
    await expect(refused).rejects.toThrow(DataError);
    await expect(refused).rejects.toThrow(
      /expected at most 67108864 pixels, got 60000x60000; correct the size/,
    );
  });
});

describe('outlines far outside of their image', () => {
  it.each([
    ['COCO', coco(SMALL, [[0, 0, 1e9, 0, 3, 1]])],
    ['labelme, polygon', labelme(SMALL, { points: far(corners) })],
    ['labelme, circle', labelme(SMALL, { shape_type: 'circle', points: far(corners.slice(1)) })],
    ['Label Studio, polygon', labelStudio(SMALL, { points: [...corners, [1e12, 0]] })],
    ['Label Studio, rectangle', labelStudio(SMALL, { x: 0, y: 0, width: 1e12, height: 50 })],
  ])('are refused: %s', async (_, files) => {
    const refused = importing(files);
    await expect(refused).rejects.toThrow(DataError);
    await expect(refused).rejects.toThrow(/expected points in an image of 4x2, got \d+; correct/);
  });

  it('may reach as far outside as the longer side twice', () => {
    checkOutline([-8, 0, 8, 8], SMALL, 'x');
    expect(() => {
      checkOutline([0, 0, 8.5, 0], SMALL, 'x');
    }).toThrow(/got 8.5/);
  });
});

describe('blankMap', () => {
  it('is unlabelled throughout', () => {
    const image = { upright: SMALL, stored: SMALL };
    expect(blankMap(SMALL, image, 'x').data).toEqual(new Uint8Array(8).fill(254));
  });

  it('has the size of its image, upright or as stored; others take no memory', () => {
    const image = { upright: { height: 4, width: 2 }, stored: SMALL };
    expect(blankMap(SMALL, image, 'x')).toMatchObject(SMALL);
    expect(blankMap(image.upright, image, 'x')).toMatchObject(image.upright);
    const before = process.memoryUsage().arrayBuffers;
    expect(() => blankMap({ height: 7, width: 9_000_000 }, image, 'x')).toThrow(
      new MisfitError(image, { height: 7, width: 9_000_000 }),
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });
});
