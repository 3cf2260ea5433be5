import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CocoImage, CocoObject } from '../../../lib/dataset/coco/annotations.js';
import { paintLabels } from '../../../lib/dataset/coco/paint.js';
import { polygonRuns } from '../../../lib/dataset/reading/masks/polygon.js';
import { readRunLengths } from '../../../lib/dataset/reading/masks/rle.js';
import { DataError } from '../../../lib/errors.js';

/** What pycocotools makes of polygons and runs; see test/reference/coco_masks.py. */
const fixture = JSON.parse(
  readFileSync(new URL('../../fixtures/coco.json', import.meta.url), 'utf8'),
) as {
  polygons: { size: [number, number]; points: number[]; lengths: number[] }[];
  texts: { size: [number, number]; text: string; lengths: number[] }[];
  scenes: (CocoImage & { labels: number[] })[];
};

/** A mask, column by column, from lengths, outside first. */
const maskOfLengths = (lengths: readonly number[]) =>
  lengths.flatMap((length, i) => Array<number>(length).fill(i % 2));

describe('polygons of COCO', () => {
  it('cover exactly the pixels that pycocotools finds', () => {
    expect(fixture.polygons).toHaveLength(300);
    for (const { size, points, lengths } of fixture.polygons) {
      const [height, width] = size;
      const { counts } = polygonRuns(points, { height, width });
      expect(maskOfLengths(counts), points.join()).toEqual(maskOfLengths(lengths));
    }
  });
});

describe('runs of COCO', () => {
  it('are read from compressed texts as pycocotools writes them', () => {
    expect(fixture.texts.length).toBeGreaterThan(30);
    for (const { size, text, lengths } of fixture.texts) {
      const [height, width] = size;
      const read = readRunLengths({ height, width }, text);
      expect(read).toEqual({ height, width, counts: lengths });
    }
  });
});

describe('paintLabels', () => {
  it('paints objects, ignores overlaps and crowds, as numpy does with masks of pycocotools', () => {
    for (const scene of fixture.scenes) {
      const { data, height, width } = paintLabels(scene, 'a.json');
      expect([height, width]).toEqual([scene.height, scene.width]);
      expect([...data]).toEqual(scene.labels);
    }
    const values = new Set(fixture.scenes.flatMap(({ labels }) => labels));
    expect([values.has(0), values.has(255), values.size > 8]).toEqual([true, true, true]);
  });

  const object = (segmentation: CocoObject['segmentation']): CocoImage => ({
    name: '1.jpg',
    height: 2,
    width: 3,
    objects: [{ id: 7, value: 1, isCrowd: false, area: 1, segmentation }],
  });
  it.each<[string, CocoImage, RegExp]>([
    [
      'points far away',
      object([[0, 0, 1e9, 0, 1, 1]]),
      /a\.json, annotation 7 of 1\.jpg: expected points in an image of 3x2, got 1000000000; restore/,
    ],
    ['runs of another size', object({ size: [3, 2], counts: [6] }), /runs for 3x2 pixels, got 2x3/],
    [
      'too few runs',
      object({ size: [2, 3], counts: [5] }),
      /runs that cover the image, got runs of 5 pixels for 3x2/,
    ],
    [
      'a text that is none',
      object({ size: [2, 3], counts: '!' }),
      /runs with a damaged number at character 0/,
    ],
  ])('refuses %s', (_, image, message) => {
    expect(() => paintLabels(image, 'a.json')).toThrow(message);
    expect(() => paintLabels(image, 'a.json')).toThrow(DataError);
  });
});
