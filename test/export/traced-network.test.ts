import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import type { ExportSource } from '../../lib/export/export-options.js';
import { tracedNetwork } from '../../lib/export/traced-network.js';
import type { Network } from '../../lib/nn/scope.js';
import { conv2d } from '../../lib/ops/conv2d.js';
import { resizeBilinear } from '../../lib/ops/resize.js';
import { Predictor } from '../../lib/training/predictor.js';
import { useBackend } from '../helpers/backends.js';
import { madeNetwork } from './made-network.js';

/** A source whose network has no variables. */
function sourceOf(network: Network): ExportSource {
  const options = { resolution: 1, imagePooling: 'image' } as const;
  return { predictor: new Predictor(network, {}), classes: [], datasetName: 'none', options };
}

describe('tracedNetwork', () => {
  beforeAll(() => useBackend('wasm'));

  it('folds all batch norms of the derived network and has no size in its graph', () => {
    const source = madeNetwork();
    const kernels = new Set(tracedNetwork(source, { size: 'any' }).nodes.map((n) => n.kernel));
    source.predictor.dispose();
    expect([...kernels].sort()).toEqual([
      'AddN',
      'Add',
      'AdlAvgPool',
      'AdlConv2D',
      'AdlCropToImage',
      'AdlDepthwiseConv2D',
      'AdlMaxPool',
      'AdlPadToGrid',
      'AdlRelu',
      'AdlResizeToStride',
      'AdlZerosAtStride',
      'ArgMax',
      'Concat',
      'Mean',
    ].sort()); // oxfmt-ignore
  });

  it('refuses any size for a graph that has one in it', () => {
    const cut = sourceOf((_, image) => {
      const [, height, width] = image.shape;
      const inner = tf.slice(image, [0, 1, 1, 0], [1, height - 2, width - 2, 3]);
      return resizeBilinear(inner, [height, width]);
    });
    expect(() => tracedNetwork(cut, { size: 'any' })).toThrow(ConfigError);
    expect(() => tracedNetwork(cut, { size: 'any' })).toThrow(
      /expected a network whose graph is the same for all sizes.*export it for one size/,
    );
    expect(tracedNetwork(cut, { size: 33 }).nodes).toHaveLength(3);
  });

  it('refuses grouped convolutions', () => {
    const filter = tf.ones<tf.Rank.R4>([1, 1, 1, 3]);
    const grouped = sourceOf((_, image) => conv2d(image, filter));
    expect(() => tracedNetwork(grouped, { size: 33 })).toThrow(
      /expected convolutions over all channels, got one over 1 of 3/,
    );
    filter.dispose();
  });
});
