import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { renderSample } from '../../../lib/sample/render.js';
import { ConfigError, DataError, ShapeError } from '../../../lib/errors.js';
import type { Figure, Layout } from '../../../lib/plot/figure.js';
import { hexColor, presentClasses } from '../../../lib/plot/images/classes.js';
import { fitInto, labelUri, photographUri } from '../../../lib/plot/images/data-uri.js';
import { classErrors, errorMapFigure } from '../../../lib/plot/images/error-map.js';
import { overlayFigure } from '../../../lib/plot/images/overlay.js';
import {
  classLegend,
  ignoredColor,
  segmentationFigure,
  shareRight,
} from '../../../lib/plot/images/segmentation.js';
import { CLASSES, labelMap, plainImage } from './small-images.js';

/** The pixels of a `data:` URI as RGBA. */
async function pixelsOf(uri: string) {
  const bytes = Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64');
  const { data, info } = await sharp(bytes)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixel: (i: number) => [...data.subarray(4 * i, 4 * i + 4)], info };
}

const imagesOf = ({ layout }: Figure) => layout.images as (Layout & { source: string })[];
const legendOf = ({ data }: Figure) =>
  data.filter(({ type }) => type === 'scatter').map(({ name }) => name);

const labels = labelMap([0, 0, 1, 255], [0, 2, 2, 255]);
const prediction = labelMap([0, 1, 1, 0], [0, 2, 1, 0]);
const image = plainImage(2, 4);

describe('hexColor', () => {
  it('writes every channel with two digits', () => {
    expect(hexColor([0, 9, 255])).toBe('#0009ff');
  });
});

describe('pictures as text', () => {
  it('keep their proportions and are never enlarged', () => {
    expect(fitInto({ height: 1024, width: 2048 }, 512)).toEqual({ height: 256, width: 512 });
    expect(fitInto({ height: 10, width: 5 }, 512)).toEqual({ height: 10, width: 5 });
    expect(fitInto({ height: 1, width: 2048 }, 64)).toEqual({ height: 1, width: 64 });
  });

  it('have the exact colour and opacity of each label', async () => {
    const uri = labelUri(labels, labels, (label) =>
      label === 255 ? [9, 9, 9, 0] : [...CLASSES[label].color, label === 2 ? 80 : 255],
    );
    expect(uri).toMatch(/^data:image\/png;base64,/);
    const { pixel, info } = await pixelsOf(uri);
    expect([info.height, info.width]).toEqual([2, 4]);
    expect([0, 2, 3, 5].map(pixel)).toEqual([
      [128, 64, 128, 255],
      [0, 200, 0, 255],
      [9, 9, 9, 0],
      [70, 130, 180, 80],
    ]);
  });

  it('show a photograph in its colours, or in grey', async () => {
    const size = { height: 16, width: 32 };
    const { pixel, info } = await pixelsOf(await photographUri(plainImage(64, 128), size));
    expect([info.height, info.width]).toEqual([16, 32]);
    [200, 100, 50].forEach((value, c) => expect(Math.abs(pixel(100)[c] - value)).toBeLessThan(4));
    const grey = await pixelsOf(await photographUri(plainImage(64, 128), size, { grey: true }));
    const [r, g, b] = grey.pixel(100);
    expect(r).toBe(g);
    expect(g).toBe(b);
  });
});

describe('presentClasses', () => {
  it('lists what occurs with its share of the pixels that are not ignored', () => {
    const present = presentClasses('test', [labels], CLASSES);
    expect(present.map(({ name, share }) => [name, share])).toEqual([
      ['road', 0.5],
      ['a < b', 1 / 6],
      ['sky', 1 / 3],
    ]);
  });

  it('names a value that is no class', () => {
    expect(() => presentClasses('test', [labelMap([0, 7])], CLASSES)).toThrow(
      /test: expected labels 0 to 2 or 255 \(ignore\), got 7/,
    );
  });
});

describe('classLegend', () => {
  it('names the 30 largest of very many classes and counts the others', () => {
    const present = Array.from({ length: 150 }, (_, label) => {
      return {
        name: `class ${label}`,
        color: [1, 2, 3] as const,
        label,
        share: (label + 1) / 11325,
      };
    });
    const names = classLegend(present, [0, 0, 0]).map(({ name }) => name);
    expect(names).toHaveLength(32);
    expect(names.slice(0, 2)).toEqual(['class 120', 'class 121']);
    expect(names.slice(-2)).toEqual(['and 120 more', 'ignored']);
  });
});

describe('ignoredColor', () => {
  it('is black, and the cream of void where the background is black, as in VOC', () => {
    expect(ignoredColor(CLASSES)).toEqual([0, 0, 0]);
    const background = { name: 'background', color: [0, 0, 0] as const };
    expect(ignoredColor([background, ...CLASSES])).toEqual([224, 224, 192]);
  });

  it('is what label maps and legend show', async () => {
    const classes = [{ name: 'background', color: [0, 0, 0] as const }, ...CLASSES.slice(1)];
    const figure = await segmentationFigure({ image, labels }, { classes });
    const ignored = figure.data.find(({ name }) => name === 'ignored');
    expect(ignored).toMatchObject({ marker: { color: '#e0e0c0' } });
  });
});

describe('segmentationFigure', () => {
  it('puts image, label map and prediction side by side, with a legend of what occurs', async () => {
    const figure = await segmentationFigure({ image, labels, prediction }, { classes: CLASSES });
    expect(imagesOf(figure).map(({ xref, source }) => [xref, source.slice(0, 15)])).toEqual([
      ['x', 'data:image/jpeg'],
      ['x2', 'data:image/png;'],
      ['x3', 'data:image/png;'],
    ]);
    expect(legendOf(figure)).toEqual(['road', 'a &lt; b', 'sky', 'ignored']);
    const texts = (figure.layout.annotations as Layout[]).map(({ text }) => text);
    expect(texts).toEqual(['image', 'label map', 'prediction', '66.7 % of the pixels right']);
  });

  it('leaves out the columns that nothing has, and leaves gaps where one row lacks a map', async () => {
    const one = await segmentationFigure({ image }, { classes: CLASSES });
    expect(imagesOf(one)).toHaveLength(1);
    const two = await segmentationFigure([{ image, labels }, { image }], { classes: CLASSES });
    expect(imagesOf(two).map(({ xref }) => xref)).toEqual(['x', 'x2', 'x3']);
    expect(two.layout.width).toBe(2 * 420 + 12 + 40);
  });

  it('names the class under the pointer, as text that is no tag', async () => {
    const { data } = await segmentationFigure({ image, labels }, { classes: CLASSES });
    expect(data[0]).toMatchObject({
      type: 'heatmap',
      xaxis: 'x2',
      dx: 1,
      text: [
        ['road', 'road', 'a &lt; b', 'ignored'],
        ['road', 'sky', 'sky', 'ignored'],
      ],
    });
    const without = await segmentationFigure({ image, labels }, { classes: CLASSES, hoverGrid: 0 });
    expect(without.data.every(({ type }) => type === 'scatter')).toBe(true);
  });

  it('is small for images of a real size', async () => {
    const scene = renderSample({ seed: 1, index: 0, height: 512, width: 1024 });
    const data = Uint8Array.from(scene.surface, (index) => index % 19);
    const map = { height: 512, width: 1024, data };
    const classes = Array.from({ length: 19 }, (_, i) => ({ ...CLASSES[0], name: `class ${i}` }));
    const figure = await segmentationFigure(
      { image: { height: 512, width: 1024, data: scene.rgb }, labels: map, prediction: map },
      { classes },
    );
    expect(JSON.stringify(figure).length).toBeLessThan(110_000);
  });

  it('says what is wrong', async () => {
    const classes = CLASSES;
    await expect(segmentationFigure([], { classes })).rejects.toThrow(ConfigError);
    await expect(
      segmentationFigure({ image: plainImage(3, 4), labels }, { classes }),
    ).rejects.toThrow(/a label map of the image's size 4x3, got 4x2/);
    await expect(
      segmentationFigure({ image, prediction: labels }, { classes: CLASSES.slice(0, 2) }),
    ).rejects.toThrow(DataError);
  });
});

describe('shareRight', () => {
  it('leaves ignored pixels out', () => {
    expect(shareRight(labels, prediction)).toBeCloseTo(4 / 6, 12);
    expect(shareRight(labelMap([255]), labelMap([0]))).toBeNaN();
  });
});

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
