import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RgbImage } from '../../lib/dataset/pixels.js';
import { ConfigError, DataError } from '../../lib/errors.js';
import {
  averageProbabilities,
  mostProbable,
  windowStarts,
} from '../../lib/inference/average-probabilities.js';
import { resolveAveraging, type AveragingOptions } from '../../lib/inference/averaging-options.js';
import { predictImage } from '../../lib/inference/predict-image.js';
import type { TrainedNetwork } from '../../lib/inference/trained-network.js';
import { Random } from '../../lib/random.js';
import { backends, useBackend } from '../helpers/backends.js';
import { filledNetwork } from './filled-trained-network.js';

const CLASSES = 7;
const [HEIGHT, WIDTH] = [40, 71];

/** Rows of pixels of channels, as nested lists. */
type Pixels = number[][][];

/** Bilinear with aligned corners, pixel by pixel. */
function resize(from: Pixels, height: number, width: number): Pixels {
  const place = (i: number, n: number, m: number) => {
    const at = m === 1 ? 0 : (i * (n - 1)) / (m - 1);
    const low = Math.min(Math.floor(at), n - 1);
    return { low, high: Math.min(low + 1, n - 1), share: at - low };
  };
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) => {
      const row = place(y, from.length, height);
      const column = place(x, from[0].length, width);
      return from[0][0].map((___, c) => {
        const on = (line: number) =>
          from[line][column.low][c] * (1 - column.share) +
          from[line][column.high][c] * column.share;
        return on(row.low) * (1 - row.share) + on(row.high) * row.share;
      });
    }),
  );
}

const mirror = (pixels: Pixels): Pixels => pixels.map((row) => [...row].reverse());

function softmax(pixels: Pixels): Pixels {
  return pixels.map((row) =>
    row.map((scores) => {
      const powers = scores.map((score) => Math.exp(score - Math.max(...scores)));
      const sum = powers.reduce((total, power) => total + power, 0);
      return powers.map((power) => power / sum);
    }),
  );
}

/** The scores of an image, padded by hand to the sizes given by hand. */
async function scoresOf(
  { predictor }: TrainedNetwork,
  pixels: Pixels,
  [height, width]: readonly [number, number],
): Promise<Pixels> {
  const images = new Float32Array(height * width * 3);
  pixels.forEach((row, y) => row.forEach((pixel, x) => images.set(pixel, (y * width + x) * 3)));
  const logits = await predictor.logits({ height, width, images });
  return pixels.map((row, y) =>
    row.map((_, x) => [
      ...logits.subarray((y * width + x) * CLASSES, (y * width + x + 1) * CLASSES),
    ]),
  );
}

function meanOf(maps: readonly Pixels[]): Pixels {
  return maps[0].map((row, y) =>
    row.map((pixel, x) =>
      pixel.map((_, c) => maps.reduce((sum, map) => sum + map[y][x][c], 0) / maps.length),
    ),
  );
}

/** Squares of random colours. */
function squares(height: number, width: number): RgbImage {
  const colors = new Random(11);
  const palette = Array.from({ length: 256 * 3 }, () => colors.integer(256));
  const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    const [y, x] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width];
    return palette[((Math.floor(y / 9) * 13 + Math.floor(x / 9)) % 256) * 3 + (i % 3)];
  });
  return { height, width, data };
}

const pixelsOf = ({ height, width, data }: RgbImage): Pixels =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) =>
      [0, 1, 2].map((c) => (data[(y * width + x) * 3 + c] * 2) / 255 - 1),
    ),
  );

const image = squares(HEIGHT, WIDTH);

async function averaged(network: TrainedNetwork, options: AveragingOptions, picture = image) {
  const images = Float32Array.from(pixelsOf(picture).flat(2));
  const batch = { height: HEIGHT, width: WIDTH, images };
  return averageProbabilities(network.predictor, batch, resolveAveraging(options)!);
}

function expectClose(got: Float32Array, expected: Pixels): void {
  const values = expected.flat(2);
  expect(got.length).toBe(values.length);
  const largest = values.reduce((most, value, i) => Math.max(most, Math.abs(value - got[i])), 0);
  expect(largest).toBeLessThan(2e-5);
}

describe.each(backends)('averaged probabilities on %s', (backend) => {
  let network: TrainedNetwork;

  beforeAll(async () => {
    await useBackend(backend);
    network = filledNetwork();
  });

  afterAll(() => {
    network.predictor.dispose();
  });

  it('are the mean over scales and mirrored images, computed pixel by pixel', async () => {
    // ⌊39 · s + 1⌋ x ⌊70 · s + 1⌋, and the next 32·k + 1.
    const sizes = [
      { size: [20, 36], padded: [33, 65] },
      { size: [40, 71], padded: [65, 97] },
      { size: [59, 106], padded: [65, 129] },
    ] as const;
    const views: Pixels[] = [];
    for (const { size, padded } of sizes) {
      for (const isMirrored of [false, true]) {
        const pixels = isMirrored ? mirror(pixelsOf(image)) : pixelsOf(image);
        const scores = await scoresOf(network, resize(pixels, size[0], size[1]), padded);
        const view = softmax(resize(scores, HEIGHT, WIDTH));
        views.push(isMirrored ? mirror(view) : view);
      }
    }
    const before = tf.memory().numTensors;
    const got = await averaged(network, { scales: [0.5, 1, 1.5], flip: true });
    expect(tf.memory().numTensors).toBe(before);
    expectClose(got, meanOf(views));
    const first = got.filter((_, i) => i % CLASSES === 0);
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(0.01); // far above the tolerance
  });

  it('are the mean of the windows that hold a pixel, the last ones at the border', async () => {
    const pixels = pixelsOf(image);
    const sum = pixels.map((row) => row.map(() => new Array<number>(CLASSES).fill(0)));
    const counts = pixels.map((row) => row.map(() => 0));
    for (const top of [0, 7]) {
      for (const left of [0, 20, 38]) {
        const part = pixels.slice(top, top + 33).map((row) => row.slice(left, left + 33));
        softmax(await scoresOf(network, part, [33, 33])).forEach((row, y) =>
          row.forEach((values, x) => {
            counts[top + y][left + x]++;
            values.forEach((value, c) => (sum[top + y][left + x][c] += value));
          }),
        );
      }
    }
    const expected = sum.map((row, y) =>
      row.map((values, x) => values.map((value) => value / counts[y][x])),
    );
    expectClose(await averaged(network, { window: 33, stride: 20 }), expected);
  });
});

describe('averaged probabilities', () => {
  let network: TrainedNetwork;

  beforeAll(async () => {
    await useBackend(backends[0]);
    network = filledNetwork();
  });

  afterAll(() => {
    network.predictor.dispose();
  });

  it('are those of the network at one scale', async () => {
    const single = await predictImage(network, image, { scales: [1], flip: false });
    expect(single).toEqual(await predictImage(network, image));
    const whole = await predictImage(network, image, { window: 97 }); // holds the whole image
    expect(whole).toEqual(single);
  });

  it('of a mirrored image are mirrored', async () => {
    const data = Uint8Array.from(mirror(pixelsOf(image)).flat(2), (value) =>
      Math.round(((value + 1) * 255) / 2),
    );
    const mirroredImage = { height: HEIGHT, width: WIDTH, data };
    const nested = (values: Float32Array): Pixels =>
      Array.from({ length: HEIGHT }, (_, y) =>
        Array.from({ length: WIDTH }, (__, x) => [
          ...values.subarray((y * WIDTH + x) * CLASSES, (y * WIDTH + x + 1) * CLASSES),
        ]),
      );
    const options = { scales: [0.75], flip: true };
    const both = await averaged(network, options);
    expectClose(await averaged(network, options, mirroredImage), mirror(nested(both)));
    const one = nested(await averaged(network, { scales: [0.75] })).flat(2);
    const oneOfMirrored = await averaged(network, { scales: [0.75] }, mirroredImage);
    const largest = mirror(nested(oneOfMirrored))
      .flat(2)
      .reduce((most, value, i) => Math.max(most, Math.abs(value - one[i])), 0);
    expect(largest).toBeGreaterThan(1e-3); // without flip they are not
  });

  it('give the first of the most probable classes', () => {
    const probabilities = Float32Array.of(0.2, 0.4, 0.4, 0.5, 0.25, 0.25);
    expect(mostProbable(probabilities, { height: 1, width: 2 })).toEqual(Int32Array.of(1, 0));
  });

  it('resize the probabilities of windows at other scales', async () => {
    // At 0.5 the image has 20 x 36 pixels: two windows of 20 x 33 beside each other.
    const small = resize(pixelsOf(image), 20, 36);
    const parts = [0, 3].map((left) => small.map((row) => row.slice(left, left + 33)));
    const maps: Pixels[] = [];
    for (const part of parts) {
      maps.push(softmax(await scoresOf(network, part, [33, 33])));
    }
    const joined = small.map((row, y) =>
      row.map((_, x) =>
        Array.from({ length: CLASSES }, (__, c) => {
          const values = [maps[0][y][x]?.[c], maps[1][y][x - 3]?.[c]].filter(
            (value) => value !== undefined,
          );
          return values.reduce((total, value) => total + value, 0) / values.length;
        }),
      ),
    );
    const got = await averaged(network, { scales: [0.5], window: 33 });
    expectClose(got, resize(joined, HEIGHT, WIDTH));
  });

  it('stop between two predictions', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(predictImage(network, image, { flip: true, signal })).rejects.toThrow('stopped');
  });

  it('are refused where they do not fit into memory', async () => {
    const large = squares(600, 800);
    await expect(predictImage(network, large, { scales: [4], memoryLimit: 1 })).rejects.toThrow(
      /expected a memory limit of at least \d+\.\d GiB to average the probabilities of an image of 800x600, got 1 GiB; raise memoryLimit/,
    );
    await expect(predictImage(network, large, { scales: [4], memoryLimit: 1 })).rejects.toThrow(
      DataError,
    );
  });
});

describe('windows', () => {
  it('cover an axis and end where it ends', () => {
    const windows = { window: 769, stride: 513 };
    expect(windowStarts(1024, windows)).toEqual([0, 255]);
    expect(windowStarts(2048, windows)).toEqual([0, 513, 1026, 1279]);
    expect(windowStarts(769, windows)).toEqual([0]);
    expect(windowStarts(770, windows)).toEqual([0, 1]);
    expect(windowStarts(100, windows)).toEqual([0]);
    expect(windowStarts(1282, windows)).toEqual([0, 513]);
  });
});

describe('options of averaging', () => {
  it('are completed; one view needs none', () => {
    expect(resolveAveraging({})).toBeUndefined();
    expect(resolveAveraging({ scales: [1], flip: false })).toBeUndefined();
    expect(resolveAveraging({ window: 769 })).toEqual({
      scales: [1],
      flip: false,
      windows: { window: 769, stride: 513 },
    });
  });

  it.each<[AveragingOptions, string]>([
    [{ scales: [] }, 'scales: expected different numbers above 0 and up to 8'],
    [{ scales: [0] }, 'got 0'],
    [{ scales: [1, 1] }, 'got 1, 1'],
    [{ scales: [NaN] }, 'got NaN'],
    [{ scales: [9] }, 'got 9'],
    [{ stride: 100 }, 'expected the option window beside it'],
    [
      { window: 512 },
      'expected 32·k + 1 pixels, where the grids of all levels meet, got 512; the nearest is 513',
    ],
    [{ window: 1 }, 'the nearest is 33'],
    [{ window: NaN }, 'got NaN'],
    [{ window: 33, stride: 34 }, 'so that windows leave no gap, got 34'],
    [{ window: 33, stride: 0 }, 'got 0'],
  ])('refuse %j', (options, message) => {
    expect(() => resolveAveraging(options)).toThrow(ConfigError);
    expect(() => resolveAveraging(options)).toThrow(message);
  });

  it('exclude tiles', async () => {
    const network = { options: {} } as TrainedNetwork;
    await expect(predictImage(network, image, { flip: true, tileSize: 65 })).rejects.toThrow(
      'expected tiles or averaged views, got both',
    );
  });
});
