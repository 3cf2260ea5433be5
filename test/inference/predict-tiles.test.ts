import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelMap, RgbImage } from '../../lib/dataset/pixels.js';
import { ConfigError, DataError } from '../../lib/errors.js';
import { predictImage } from '../../lib/inference/predict-image.js';
import { largestTile, predictionMemory } from '../../lib/inference/tile-memory.js';
import type { TrainedNetwork } from '../../lib/inference/trained-network.js';
import { Random } from '../../lib/random.js';
import { stepMemory } from '../../lib/runtime/memory.js';
import { toSize } from '../../lib/size.js';
import { withPrefix } from '../../lib/tensors.js';
import { imageSpec } from '../../lib/training/batch-spec.js';
import { labelMapStep } from '../../lib/training/label-map.js';
import { backends, useBackend } from '../helpers/backends.js';
import { filledNetwork } from './filled-trained-network.js';

/**
 * The reach of the network around a pixel, by hand: stem 1 + 2 + 2, separable convolutions of the three
 * cells 4 + 4, 4 + 8, 8 + 8, the ASPP's outermost taps 18 · 16/8 · 8 = 288, the DeepLab decoder's two
 * convolutions 4 + 4; resizing from stride 8 to 4 and from 4 to 1 reaches one pixel of the coarser grid
 * further, 8 + 4.
 */
const REACH = 5 + 8 + 12 + 16 + 288 + 8 + 12;

/** Noise that becomes brighter along the longer side, so that every part has a mean of its own. */
function noise(height: number, width: number): RgbImage {
  const random = new Random(5);
  const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    const [y, x] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width];
    const share = (height > width ? y : x) / Math.max(height, width);
    return Math.floor(160 * share ** 3) + random.integer(96);
  });
  return { height, width, data };
}

function differences(a: LabelMap, b: LabelMap): number[] {
  expect([a.height, a.width]).toEqual([b.height, b.width]);
  return Array.from(a.data.keys()).filter((i) => a.data[i] !== b.data[i]);
}

/** Two tiles of 1025 pixels then share 737, more than twice the reach. */
const LENGTH = 1313;
const FAR = { tileSize: 1025, overlap: 2 * REACH };

describe.each(backends)('tiles on %s', (backend) => {
  it('give the labels of the whole image, and leave no tensor', async () => {
    await useBackend(backend);
    const network = filledNetwork();
    const image = noise(30, LENGTH);
    const whole = await predictImage(network, image);
    const before = tf.memory().numTensors;
    const tiled = await predictImage(network, image, FAR);
    expect(new Set(whole.data).size).toBeGreaterThan(2);
    expect(differences(tiled, whole)).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
    network.predictor.dispose();
  });
});

describe('tiles', () => {
  const image = noise(30, LENGTH);
  let network: TrainedNetwork;
  let whole: LabelMap;

  beforeAll(async () => {
    await useBackend(backends[0]);
    network = filledNetwork();
    whole = await predictImage(network, image);
  });

  afterAll(() => {
    network.predictor.dispose();
  });

  it('differ from the whole image only where an end is nearer than the network reaches', async () => {
    const narrow = await predictImage(network, image, { tileSize: 673, overlap: 32 });
    // 0 … 673 and 640 … 1313 meet at 656: no column beyond the reach of both ends differs.
    const wrong = differences(narrow, whole).map((i) => i % LENGTH);
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.every((x) => (x < 656 ? x + REACH >= 673 : x - REACH <= 640))).toBe(true);
  });

  it('pool over the whole image: a part of it alone has other labels', async () => {
    const part: RgbImage = { height: 30, width: 673, data: new Uint8Array(30 * 673 * 3) };
    for (let y = 0; y < 30; y++) {
      const start = y * LENGTH * 3;
      part.data.set(image.data.subarray(start, start + 673 * 3), y * 673 * 3);
    }
    const alone = await predictImage(network, part);
    const far = Array.from(alone.data.keys()).filter((i) => i % 673 < 673 - REACH);
    const differ = far.filter(
      (i) => alone.data[i] !== whole.data[Math.floor(i / 673) * LENGTH + (i % 673)],
    );
    expect(differ.length).toBeGreaterThan(100);
  });

  it('have the resolution that the network was trained at, and the size of the image', async () => {
    const half = filledNetwork({ resolution: 0.5 });
    const large = noise(2 * LENGTH, 60);
    const expected = await predictImage(half, large);
    expect(differences(await predictImage(half, large, FAR), expected)).toEqual([]);
    half.predictor.dispose();
  });
});

describe('windows of image pooling', () => {
  it('are refused where there would be tiles', async () => {
    await useBackend(backends[0]);
    const network = filledNetwork({ imagePooling: 'crop' });
    const image = noise(30, 600);
    await expect(predictImage(network, image, { tileSize: 513 })).rejects.toThrow(ConfigError);
    network.predictor.dispose();
  });
});

describe('the memory of a prediction', () => {
  let network: TrainedNetwork;

  beforeAll(async () => {
    await useBackend(backends[0]);
    network = filledNetwork({ filterMultiplier: 8 });
  });

  it('is that of the traced step, within a tenth, and grows with the image', () => {
    const { predictor } = network;
    const state = withPrefix('variables', predictor.variables);
    for (const side of [1025, 2049]) {
      const inputs = { image: imageSpec(1, toSize(side)) };
      const step = { step: labelMapStep(predictor.network), inputs };
      const pictures = 44 * side ** 2; // input 12 + 12, labels 4, pictures 16 bytes per pixel
      const expected = stepMemory(step, state) + pictures;
      const got = predictionMemory(predictor, toSize(side), toSize(side));
      expect(Math.abs(got / expected - 1)).toBeLessThan(0.1);
    }
  });

  it('decides whether there are tiles, and how large they are', () => {
    const { predictor } = network;
    const image = { height: 3000, width: 4000 };
    const needed = predictionMemory(predictor, image, image) / 2 ** 30;
    expect(largestTile(predictor, image, image, needed * 1.01)).toBeUndefined();
    const limit = needed * 0.8;
    const side = largestTile(predictor, image, image, limit)!;
    const less = predictionMemory(predictor, image, toSize(side - 32)) / 2 ** 30;
    expect(less).toBeLessThanOrEqual(limit);
    const more = predictionMemory(predictor, image, toSize(side + 32)) / 2 ** 30;
    expect(more).toBeGreaterThan(limit);
    expect(() => largestTile(predictor, image, image, 0.5)).toThrow(DataError);
    expect(() => largestTile(predictor, image, image, 0.5)).toThrow(
      /memory limit of at least \d\.\d GiB for an image of 4000x3000, got 0\.5 GiB/,
    );
  });
});
