import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../lib/backend/use-backend.js';
import { ConfigError, NumericError } from '../../../lib/errors.js';
import type { Layout } from '../../../lib/plot/figure.js';
import { featureMapsFigure } from '../../../lib/plot/images/feature-maps.js';

async function greys(layout: Layout, picture = 0): Promise<number[]> {
  const { source } = (layout.images as { source: string }[])[picture];
  const bytes = Buffer.from(source.slice(source.indexOf(',') + 1), 'base64');
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return Array.from({ length: info.width }, (_, x) => data[x * info.channels]);
}
const captions = ({ annotations }: Layout) =>
  (annotations as { text: string }[]).map(({ text }) => text);

describe('featureMapsFigure', () => {
  let values: tf.Tensor4D; // channels 1 −1 3 and 10 20 30
  beforeAll(async () => {
    await useBackend('wasm');
    values = tf.tensor4d([1, 10, -1, 20, 3, 30], [1, 1, 3, 2]);
  });

  it('draws a channel from its least value in black to its largest in white', async () => {
    const { layout } = await featureMapsFigure([{ name: 'a', values }], { pictureWidth: 2 });
    expect(await greys(layout)).toEqual([130, 0, 255]);
    expect(captions(layout)).toEqual(['a: −1 … 3']);
  });

  it('takes the channel and the range that are asked for', async () => {
    const options = { pictureWidth: 2, range: [10, 20] } as const;
    const { layout } = await featureMapsFigure([{ name: 'b', values, channel: 1 }], options);
    expect(await greys(layout)).toEqual([0, 255, 255]);
  });

  it('draws a constant map in plain grey and says its value', async () => {
    const map = { name: 'none', values: tf.zeros<tf.Rank.R4>([1, 1, 2, 1]) };
    const { layout } = await featureMapsFigure([map], { pictureWidth: 1 });
    expect(await greys(layout)).toEqual([128, 128]);
    expect(captions(layout)).toEqual(['none: all 0']);
  });

  it('puts so many pictures in a row, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const maps = ['a', 'b', 'c'].map((name) => ({ name, values }));
    const { layout } = await featureMapsFigure(maps, { columns: 2 });
    expect((layout.images as unknown[]).length).toBe(3);
    const domain = (axis: string) => (layout[axis] as { domain: number[] }).domain;
    expect(domain('xaxis3')).toEqual(domain('xaxis'));
    expect(domain('yaxis3')[1]).toBeLessThan(domain('yaxis')[0]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses a channel that is not there, no maps, and values that are not finite', async () => {
    await expect(featureMapsFigure([{ name: 'a', values, channel: 2 }])).rejects.toThrow(
      new ConfigError('featureMapsFigure, a: expected a channel from 0 to 1, got 2'),
    );
    await expect(featureMapsFigure([])).rejects.toThrow(ConfigError);
    const broken = tf.tensor4d([NaN], [1, 1, 1, 1]);
    await expect(featureMapsFigure([{ name: 'a', values: broken }])).rejects.toThrow(NumericError);
  });
});
