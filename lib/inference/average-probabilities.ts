/**
 * Class probabilities of an image, averaged over scales, mirroring and windows.
 *
 * Beside the network itself this holds four maps of 4 · classes bytes per pixel at the size of the image
 * (the sum, one view, and its scores and probabilities in the backend: 640 MB for Cityscapes) and two
 * at that of the largest scaled image.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { resizeBilinear } from '../ops/resize.js';
import { paddedSize, type Size } from '../size.js';
import type { ImageBatch } from '../training/label-map.js';
import type { Predictor } from '../training/predictor.js';
import type { Averaging, Windows } from './averaging-options.js';

/**
 * The size of a scaled image: n pixels become ⌊(n − 1)·s + 1⌋, so that corner pixels stay corner pixels.
 *
 * Source: the authors' code, `scale_dimension`.
 */
export function alignedScale({ height, width }: Size, scale: number): Size {
  const along = (pixels: number) => Math.floor((pixels - 1) * scale + 1);
  return { height: along(height), width: along(width) };
}

/** Where windows begin along one axis; the last one ends where the axis does. */
export function windowStarts(length: number, { window, stride }: Windows): number[] {
  if (length <= window) {
    return [0];
  }
  const count = Math.ceil((length - window) / stride) + 1;
  return Array.from({ length: count }, (_, i) => Math.min(i * stride, length - window));
}

const sizeOf = ({ shape: [, height, width] }: tf.Tensor4D): Size => ({ height, width });

/** The scores of an image of any size, which is padded to its own 32·k + 1, `[1, height, width, classes]`. */
async function scoresOf(predictor: Predictor, image: tf.Tensor4D): Promise<tf.Tensor4D> {
  const { height, width } = sizeOf(image);
  const padded = paddedSize({ height, width });
  const input = tf.pad(image, [
    [0, 0],
    [0, padded.height - height],
    [0, padded.width - width],
    [0, 0],
  ]);
  const scores = await predictor.scores(input);
  const cropped = tf.slice(scores, [0, 0, 0, 0], [1, height, width, -1]);
  tf.dispose([input, scores]);
  return cropped;
}

/** What is read out of a tensor, which is freed. */
async function readOut(tensor: tf.Tensor): Promise<Float32Array> {
  const values = await tensor.data<'float32'>();
  tensor.dispose();
  return values;
}

/** Views of one image. */
class ImageViews {
  constructor(
    private readonly predictor: Predictor,
    private readonly windows: Windows | undefined,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** The probabilities of a view at the size of the image, `[height, width, classes]`. */
  async probabilities(image: tf.Tensor4D, scale: number): Promise<Float32Array> {
    const { height, width } = sizeOf(image);
    const scaled = alignedScale({ height, width }, scale);
    const input = tf.tidy(() => resizeBilinear(image, [scaled.height, scaled.width]).clone());
    try {
      if (this.windows) {
        const map = await this.inWindows(input, this.windows);
        const isWhole = scaled.height === height && scaled.width === width;
        return isWhole ? map : await readOut(this.resized(map, scaled, { height, width }));
      }
      await this.pause();
      const scores = await scoresOf(this.predictor, input);
      const result = tf.tidy(() => tf.softmax(resizeBilinear(scores, [height, width])));
      scores.dispose();
      return await readOut(result);
    } finally {
      input.dispose();
    }
  }

  /** A map of probabilities at another size. */
  private resized(map: Float32Array, { height, width }: Size, size: Size): tf.Tensor4D {
    const classes = map.length / (height * width);
    return tf.tidy(() =>
      resizeBilinear(tf.tensor4d(map, [1, height, width, classes]), [size.height, size.width]),
    );
  }

  /** The probabilities of an image in windows: at each pixel the mean of the windows that hold it. */
  private async inWindows(image: tf.Tensor4D, windows: Windows): Promise<Float32Array> {
    const size = sizeOf(image);
    const part: [number, number] = [
      Math.min(size.height, windows.window),
      Math.min(size.width, windows.window),
    ];
    let sum: Float32Array | undefined;
    const counts = new Float32Array(size.height * size.width);
    for (const top of windowStarts(size.height, windows)) {
      for (const left of windowStarts(size.width, windows)) {
        await this.pause();
        const input = tf.slice(image, [0, top, left, 0], [1, part[0], part[1], 3]);
        const scores = await scoresOf(this.predictor, input);
        const values = await readOut(tf.softmax(scores));
        tf.dispose([input, scores]);
        const classes = values.length / (part[0] * part[1]);
        sum ??= new Float32Array(counts.length * classes);
        for (let y = 0; y < part[0]; y++) {
          const to = (top + y) * size.width + left;
          addAt(sum, to * classes, values, y * part[1] * classes, part[1] * classes);
          for (let x = 0; x < part[1]; x++) {
            counts[to + x]++;
          }
        }
      }
    }
    return divided(sum!, counts); // there is at least one window
  }

  /** Lets others work, and stops here if that was asked for. */
  private async pause(): Promise<void> {
    await nextTurn();
    this.signal?.throwIfAborted();
  }
}

function addAt(sum: Float32Array, to: number, values: Float32Array, from: number, n: number): void {
  for (let i = 0; i < n; i++) {
    sum[to + i] += values[from + i];
  }
}

/** Each pixel's sums divided by its count, in place. */
function divided(sums: Float32Array, counts: Float32Array): Float32Array {
  const classes = sums.length / counts.length;
  for (let i = 0; i < sums.length; i++) {
    sums[i] /= counts[Math.floor(i / classes)];
  }
  return sums;
}

/** Rows of pixels from right to left, `[height, width, channels]`. */
function mirrored(values: Float32Array, { height, width }: Size): Float32Array {
  const channels = values.length / (height * width);
  const result = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + width - 1 - x) * channels;
      result.set(values.subarray(from, from + channels), (y * width + x) * channels);
    }
  }
  return result;
}

/**
 * The class probabilities of an image, averaged over its views:
 *
 *     p = mean over scales s, mirrored or not, of softmax(resize(f(resize(x, s))))
 *
 * Each scaled image is padded on the right and below to its own next 32·k + 1; its scores without padding
 * are brought to the size of the image bilinearly with aligned corners, and then softmax is taken. In
 * windows, softmax is taken in each, a pixel gets the mean of the windows that hold it, and the
 * probabilities are resized.
 *
 * Source: the authors' code, `predict_labels_multi_scale`; windows are not theirs.
 *
 * @param image - one image as the network reads it, without padding
 * @returns `[height, width, classes]`
 * @throws the signal's reason if it is aborted between two predictions
 */
export async function averageProbabilities(
  predictor: Predictor,
  image: ImageBatch,
  { scales, flip, windows }: Averaging,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const { height, width, images } = image;
  const views = new ImageViews(predictor, windows, signal);
  let mean: Float32Array | undefined;
  const weight = 1 / (scales.length * (flip ? 2 : 1));
  for (const isMirrored of flip ? [false, true] : [false]) {
    const pixels = isMirrored ? mirrored(images, image) : images;
    const input = tf.tensor4d(pixels, [1, height, width, 3]);
    try {
      for (const scale of scales) {
        const view = await views.probabilities(input, scale);
        const values = isMirrored ? mirrored(view, image) : view;
        mean ??= new Float32Array(values.length);
        for (let i = 0; i < values.length; i++) {
          mean[i] += values[i] * weight;
        }
      }
    } finally {
      input.dispose();
    }
  }
  return mean!; // there is at least one scale
}

/** The most probable class of each pixel; the first of equal ones. */
export function mostProbable(probabilities: Float32Array, { height, width }: Size): Int32Array {
  const classes = probabilities.length / (height * width);
  return Int32Array.from({ length: height * width }, (_, pixel) => {
    const from = pixel * classes;
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if (probabilities[from + k] > probabilities[from + best]) {
        best = k;
      }
    }
    return best;
  });
}
