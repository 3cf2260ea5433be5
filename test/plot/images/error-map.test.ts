import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../../lib/errors.js';
import { classErrors, errorMapFigure } from '../../../lib/plot/images/error-map.js';
import {
  CLASSES,
  image,
  imagesOf,
  labelMap,
  labels,
  legendOf,
  pixelsOf,
  prediction,
} from './small-images.js';

describe('errorMapFigure', () => {
  it('colours right, wrong and ignored pixels', async () => {
    const figure = await errorMapFigure({ labels, prediction }, { classes: CLASSES });
    const { pixel } = await pixelsOf(imagesOf(figure)[0].source);
    const [right, wrong, ignored] = [pixel(0), pixel(1), pixel(3)];
    expect(new Set([right, wrong, ignored].map(String)).size).toBe(3);
    expect([2, 4, 5].map(pixel)).toEqual([right, right, right]);
    expect(pixel(6)).toEqual(wrong);
    expect(pixel(7)).toEqual(ignored);
    expect(legendOf(figure)).toEqual([
      'right (66.7 %)',
      'wrong (33.3 %)',
      'ignored (25.0 % of all)',
    ]);
  });

  it('names label and prediction under the pointer', async () => {
    const { data } = await errorMapFigure({ image, labels, prediction }, { classes: CLASSES });
    const [row] = data[0].text as string[][];
    expect(row).toEqual([
      'road',
      'road, predicted as a &lt; b',
      'a &lt; b',
      'ignored, predicted as road',
    ]);
  });

  it('counts the errors of each class, most first', () => {
    expect(classErrors(labels, prediction, CLASSES)).toEqual([
      { name: 'road', wrong: 1, pixels: 3 },
      { name: 'sky', wrong: 1, pixels: 2 },
      { name: 'a < b', wrong: 0, pixels: 1 },
    ]);
  });

  it('says what is wrong', async () => {
    const wrong = { labels, prediction: labelMap([0]) };
    await expect(errorMapFigure(wrong, { classes: CLASSES })).rejects.toThrow(ShapeError);
  });
});
