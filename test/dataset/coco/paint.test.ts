import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CocoImage, CocoObject } from '../../../lib/dataset/coco/annotations.js';
import { paintLabels } from '../../../lib/dataset/coco/paint.js';
import { lengthsOfText, polygonRuns, runsOfLengths } from '../../../lib/dataset/coco/runs.js';
import { DataError } from '../../../lib/errors.js';
import { Random } from '../../../lib/random.js';

/** What pycocotools makes of polygons and runs; see test/reference/coco_masks.py. */
const fixture = JSON.parse(
  readFileSync(new URL('../../fixtures/coco.json', import.meta.url), 'utf8'),
) as {
  polygons: { size: [number, number]; points: number[]; lengths: number[] }[];
  texts: { size: [number, number]; text: string; lengths: number[] }[];
  scenes: (CocoImage & { labels: number[] })[];
};

/** A mask, column by column, from runs. */
function maskOf(runs: readonly number[] | string, pixels: number): number[] {
  const mask = Array<number>(pixels).fill(0);
  for (let i = 0; i < runs.length; i += 2) {
    mask.fill(1, Number(runs[i]), Number(runs[i + 1]));
  }
  return mask;
}

/** The same from lengths, outside first. */
const maskOfLengths = (lengths: readonly number[]) =>
  lengths.flatMap((length, i) => Array<number>(length).fill(i % 2));

describe('polygons of COCO', () => {
  it('cover exactly the pixels that pycocotools finds', () => {
    expect(fixture.polygons).toHaveLength(300);
    for (const { size, points, lengths } of fixture.polygons) {
      const [height, width] = size;
      const runs = polygonRuns(points, { height, width });
      expect(maskOf(runs, height * width), points.join()).toEqual(maskOfLengths(lengths));
    }
  });
});

describe('runs of COCO', () => {
  it('are read from compressed texts as pycocotools writes them', () => {
    expect(fixture.texts.length).toBeGreaterThan(30);
    for (const { size, text, lengths } of fixture.texts) {
      const [height, width] = size;
      expect(lengthsOfText(text)).toEqual(lengths);
      const runs = runsOfLengths(lengths, { height, width });
      expect(maskOf(runs, height * width)).toEqual(maskOfLengths(lengths));
    }
  });

  it('are refused where they cannot be', () => {
    expect(lengthsOfText('a b')).toBe('" " at character 2');
    expect(lengthsOfText('`')).toBe('a text that is cut off');
    expect(lengthsOfText('oooooooooooo')).toMatch(/at character 8/);
    const size = { height: 2, width: 3 };
    expect(runsOfLengths([1, 2, 2], size)).toBe('runs of 5 pixels in all');
    expect(runsOfLengths([1, -2, 7], size)).toBe('a run of -2 pixels');
    expect(runsOfLengths([0, 6], size)).toEqual([0, 6]);
  });

  it('never hang or read outside of a text, whatever it is', () => {
    const random = new Random(5);
    for (let round = 0; round < 2000; round++) {
      const codes = Array.from({ length: random.integer(20) }, () => 40 + random.integer(80));
      const lengths = lengthsOfText(String.fromCharCode(...codes));
      expect(typeof lengths === 'string' || lengths.length <= codes.length).toBe(true);
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
      /runs of 6 pixels, got runs of 5 pixels/,
    ],
    ['a text that is none', object({ size: [2, 3], counts: '!' }), /got "!" at character 1/],
  ])('refuses %s', (_, image, message) => {
    expect(() => paintLabels(image, 'a.json')).toThrow(message);
    expect(() => paintLabels(image, 'a.json')).toThrow(DataError);
  });
});
