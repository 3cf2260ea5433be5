import { describe, expect, it } from 'vitest';
import { renderSample } from '../../../lib/sample/render.js';
import { ConfigError, DataError } from '../../../lib/errors.js';
import type { Layout } from '../../../lib/plot/figure.js';
import {
  classLegend,
  ignoredColor,
  segmentationFigure,
  shareRight,
} from '../../../lib/plot/images/segmentation.js';
import {
  CLASSES,
  image,
  imagesOf,
  labelMap,
  labels,
  legendOf,
  plainImage,
  prediction,
} from './small-images.js';

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
