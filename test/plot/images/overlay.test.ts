import { describe, expect, it } from 'vitest';
import { ConfigError, ShapeError } from '../../../lib/errors.js';
import { overlayFigure } from '../../../lib/plot/images/overlay.js';
import {
  CLASSES,
  image,
  imagesOf,
  labels,
  legendOf,
  pixelsOf,
  plainImage,
} from './small-images.js';

describe('overlayFigure', () => {
  it('lays the colours over the image and leaves ignored pixels clear', async () => {
    const figure = await overlayFigure(image, labels, { classes: CLASSES, opacity: 0.4 });
    const [below, above] = imagesOf(figure);
    expect(below.opacity).toBe(1);
    expect(above.opacity).toBe(0.4);
    const { pixel } = await pixelsOf(above.source);
    expect(pixel(3)[3]).toBe(0);
    expect(pixel(0)).toEqual([128, 64, 128, 255]);
    expect(legendOf(figure)).toEqual(['road', 'a &lt; b', 'sky']);
  });

  it('keeps the two pictures at places that plotly tells apart', async () => {
    const [below, above] = imagesOf(await overlayFigure(image, labels, { classes: CLASSES }));
    expect(above.x).not.toBe(below.x);
    expect(Math.abs((above.x as number) - (below.x as number))).toBeLessThan(0.01);
  });

  it('says what is wrong', async () => {
    const wrongSize = overlayFigure(plainImage(2, 3), labels, { classes: CLASSES });
    await expect(wrongSize).rejects.toThrow(ShapeError);
    const opaque = overlayFigure(image, labels, { classes: CLASSES, opacity: 55 });
    await expect(opaque).rejects.toThrow(ConfigError);
  });
});
