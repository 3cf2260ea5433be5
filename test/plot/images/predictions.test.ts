import { describe, expect, it } from 'vitest';
import { ConfigError, ShapeError } from '../../../lib/errors.js';
import { predictionsFigure } from '../../../lib/plot/images/predictions.js';
import { CLASSES, labelMap, plainImage } from './small-images.js';

const image = plainImage(2, 4);
const labels = labelMap([0, 0, 1, 255], [0, 2, 2, 255]);
const right = labelMap([0, 0, 1, 0], [0, 2, 2, 0]);
const half = labelMap([0, 0, 0, 0], [0, 0, 0, 0]); // 3 of 6
const course = {
  id: 'a',
  image,
  labels,
  predictions: [
    { epoch: 1, prediction: half },
    { epoch: 2, prediction: half },
    { epoch: 3, prediction: right },
  ],
};

function captions(figure: { readonly layout: object }): string[] {
  const { annotations } = figure.layout as { annotations: { text: string }[] };
  return annotations.map(({ text }) => text);
}

describe('predictionsFigure', () => {
  it('puts the predictions behind image and label map, with the share that is right', async () => {
    const figure = await predictionsFigure(course, { classes: CLASSES, hoverGrid: 0 });
    expect(captions(figure)).toEqual([
      'image',
      'label map',
      'after epoch 1: 50.0 % right',
      'after epoch 2: 50.0 % right',
      'after epoch 3: 100.0 % right',
    ]);
    expect(figure.layout.images).toHaveLength(5);
    const names = figure.data.flatMap(({ name }) => (name === undefined ? [] : [name]));
    expect(names.at(-1)).toBe('ignored');
  });

  it('shows the first and the last of many epochs, and several images one after the other', async () => {
    const predictions = Array.from({ length: 40 }, (_, i) => ({ epoch: i + 1, prediction: half }));
    const many = { ...course, predictions };
    const figure = await predictionsFigure([many, course], { classes: CLASSES, most: 3 });
    expect(captions(figure).map((text) => text.replace(/:.*/, ''))).toEqual([
      ...['image', 'label map', 'after epoch 1', 'after epoch 21', 'after epoch 40'],
      ...['image', 'label map', 'after epoch 1', 'after epoch 2', 'after epoch 3'],
    ]);
  });

  it('refuses an image without predictions, and maps of another size', async () => {
    const none = predictionsFigure({ ...course, predictions: [] }, { classes: CLASSES });
    await expect(none).rejects.toThrow(ConfigError);
    await expect(predictionsFigure([], { classes: CLASSES })).rejects.toThrow(ConfigError);
    const wrong = { ...course, predictions: [{ epoch: 1, prediction: labelMap([0, 0]) }] };
    await expect(predictionsFigure(wrong, { classes: CLASSES })).rejects.toThrow(ShapeError);
    for (const count of [{ columns: 0 }, { columns: 1.5 }, { most: NaN }, { most: 1 }]) {
      await expect(predictionsFigure(course, { classes: CLASSES, ...count })).rejects.toThrow(
        /expected a whole number from [12] on as (columns|most)/,
      );
    }
  });
});
