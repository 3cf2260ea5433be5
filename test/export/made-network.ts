/** A network whose label maps show every class, for the tests of exported networks. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Architecture } from '../../lib/architecture/architecture.js';
import type { ExportSource } from '../../lib/export/export-options.js';
import { applyNetwork } from '../../lib/nn/apply.js';
import { declareNetwork } from '../../lib/nn/declare.js';
import type { Network } from '../../lib/nn/scope.js';
import { PRIMITIVES } from '../../lib/search-space/operations/paper.js';
import { segmentationNetwork } from '../../lib/segmentation/network.js';
import type { Size } from '../../lib/size.js';
import { Predictor } from '../../lib/training/predictor.js';
import { fillImage, fillVariable } from '../helpers/fill.js';

/** The number of classes of the network. */
export const CLASSES = 5;

const branch = (input: number, operation: string) => ({ input, operation });

/** Up and down between all strides, with every operation, and a block that gives zeros. */
const ARCHITECTURE: Architecture = {
  version: 1,
  path: [0, 1, 2, 3, 2, 1],
  genotype: {
    blocks: [
      { left: branch(0, 'sep_conv_3x3'), right: branch(1, 'dil_conv_3x3') },
      { left: branch(0, 'max_pool_3x3'), right: branch(1, 'avg_pool_3x3') },
      { left: branch(0, 'skip_connect'), right: branch(2, 'dil_conv_5x5') },
      { left: branch(0, 'none'), right: branch(1, 'none') },
      { left: branch(4, 'sep_conv_5x5'), right: branch(5, 'skip_connect') },
    ],
  },
  operations: PRIMITIVES,
  provenance: { source: 'test' },
};

/** Rounding decides between classes whose scores are no further apart. */
const GAP = 2e-5;

/** Images and what the network makes of them. */
export interface Expected extends Size {
  readonly batch: number;
  readonly images: Float32Array;
  readonly labels: Int32Array;
  /** `[batch, height, width, classes]`. */
  readonly logits: Float32Array;
}

/** Shifts the classifier so that all classes have the same score on average: each then wins somewhere. */
function balance(network: Network, values: Record<string, tf.Tensor>): void {
  const bias = values['decoder/logits/bias'];
  const shape = [1, 65, 97, 3] as const;
  values['decoder/logits/bias'] = tf.tidy(() => {
    const image = tf.tensor<tf.Rank.R4>(fillImage('export/image', shape), [...shape]);
    return tf.sub(bias, tf.mean(applyNetwork(network, values, image).output, [0, 1, 2]));
  });
  bias.dispose();
}

/** A network, narrow, with weights like those of the fixtures. */
export function madeNetwork(architecture: Architecture = ARCHITECTURE): ExportSource {
  const network = segmentationNetwork({
    architecture,
    filterMultiplier: 4,
    headFilters: 32,
    classes: CLASSES,
  });
  const { variables } = declareNetwork(network, [1, 33, 33, 3]);
  const values = Object.fromEntries(
    variables.map(({ name, shape: own }) => [name, tf.tensor(fillVariable(name, own), [...own])]),
  );
  balance(network, values);
  const predictor = new Predictor(network, values);
  tf.dispose(values);
  const classes = Array.from({ length: CLASSES }, (_, k) => ({
    name: `class ${k}`,
    color: [k, k, k] as const,
    labelValues: [k],
  }));
  const options = { resolution: 0.5, imagePooling: 'image' } as const;
  return { predictor, classes, datasetName: 'made up', options };
}

/** The rows and columns of images of one size that lie in another size too, zeros elsewhere. */
function resized<A extends Float32Array | Int32Array>(
  values: A,
  from: Size,
  to: Size,
  [batch, channels]: readonly [number, number],
): A {
  const Kind = values.constructor as new (length: number) => A;
  const result = new Kind(batch * to.height * to.width * channels);
  const width = Math.min(from.width, to.width) * channels;
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < Math.min(from.height, to.height); y++) {
      const at = (n * from.height + y) * from.width * channels;
      const row = values.subarray(at, at + width);
      result.set(row, (n * to.height + y) * to.width * channels);
    }
  }
  return result;
}

/** The size 32·k + 1 that an image is padded to. */
function gridOf({ height, width }: Size): Size {
  const [rows, columns] = [height, width].map((n) => Math.ceil(Math.max(n - 1, 1) / 32) * 32 + 1);
  return { height: rows, width: columns };
}

/** What a network, with its batch norms, makes of images of a size, padded and cropped as `predict` does. */
export async function expected(
  { predictor }: ExportSource,
  size: Size,
  batch = 1,
): Promise<Expected> {
  const { height, width } = size;
  const whole = gridOf(size);
  const images = fillImage(`export/${height}`, [batch, height, width, 3]);
  const grid = resized(images, size, whole, [batch, 3]);
  const labels = Int32Array.from(await predictor.labels({ ...whole, images: grid }));
  const image = tf.tensor4d(grid, [batch, whole.height, whole.width, 3]);
  const scores = tf.tidy(() => applyNetwork(predictor.network, predictor.variables, image).output);
  const logits = await scores.data<'float32'>();
  tf.dispose([image, scores]);
  return {
    height,
    width,
    batch,
    images,
    labels: resized(labels, whole, size, [batch, 1]),
    logits: resized(logits, whole, size, [batch, CLASSES]),
  };
}

/** Expects scores up to rounding, and the same label wherever rounding does not decide. */
export function expectSame(
  { labels, logits }: Expected,
  got: { readonly labels: ArrayLike<number>; readonly logits: ArrayLike<number> },
): void {
  expect(got.logits).toHaveLength(logits.length);
  expect(got.labels).toHaveLength(labels.length);
  expect(difference(logits, got.logits)).toBeLessThan(1e-4);
  const wrong = Array.from(labels.keys()).filter(
    (pixel) => got.labels[pixel] !== labels[pixel] && gapAt(logits, pixel) > GAP,
  );
  expect(wrong).toEqual([]);
}

/** The largest difference of two lists of one length. */
export function difference(a: Float32Array, b: ArrayLike<number>): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}

/** How far the two best classes of a pixel are apart. */
export function gapAt(logits: Float32Array, pixel: number): number {
  const scores = logits.slice(pixel * CLASSES, (pixel + 1) * CLASSES).sort();
  return scores[CLASSES - 1] - scores[CLASSES - 2];
}
