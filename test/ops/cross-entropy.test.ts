import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ShapeError } from '../../lib/errors.js';
import { softmaxCrossEntropy } from '../../lib/ops/cross-entropy.js';
import { backends, useBackend } from '../helpers/backends.js';
import { itHasTheSlopes } from '../helpers/ops/finite-differences.js';
import { itEqualsTorch } from '../helpers/ops/torch.js';

const labels = (height: number, width: number) =>
  tf.tensor3d(
    Int32Array.from({ length: height * width }, (_, i) => (i % 4 === 3 ? 255 : i % 3)),
    [1, height, width],
    'int32',
  );

describe.each(backends)('softmaxCrossEntropy on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  itEqualsTorch('cross-entropy', ({ x, labels: targets }, { scale, ignore }) =>
    softmaxCrossEntropy(tf.mul(x, scale), targets as tf.Tensor3D, { ignoreLabel: ignore }),
  );
  itEqualsTorch('weighted-cross-entropy', ({ x, labels: targets }, { classWeights }) =>
    softmaxCrossEntropy(x as tf.Tensor4D, targets as tf.Tensor3D, { classWeights }),
  );
  itHasTheSlopes([
    {
      name: 'cross-entropy',
      operation: ({ height, width }, x) => softmaxCrossEntropy(x, labels(height, width)),
    },
  ]);

  it('is ln 2 for two equal logits and 0 where all pixels are ignored', () => {
    const logits = tf.zeros<tf.Rank.R4>([1, 1, 2, 2]);
    const [one, none] = [
      [1, 255],
      [255, 255],
    ].map((values) => tf.tensor3d(values, [1, 1, 2], 'int32'));
    expect(softmaxCrossEntropy(logits, one).dataSync()[0]).toBeCloseTo(Math.LN2, 6);
    expect(softmaxCrossEntropy(logits, none).dataSync()[0]).toBe(0);
  });

  it('is 0 where no pixel has a weight, and divides by a sum of weights below 1', () => {
    const logits = tf.zeros<tf.Rank.R4>([1, 1, 2, 2]);
    const target = tf.tensor3d([1, 255], [1, 1, 2], 'int32');
    const lossWith = (classWeights: number[]) =>
      softmaxCrossEntropy(logits, target, { classWeights }).dataSync()[0];
    expect(lossWith([1, 0])).toBe(0);
    expect(lossWith([1, 0.25])).toBeCloseTo(Math.LN2, 6);
  });

  it('refuses labels of another size or type, and weights for other classes', () => {
    const logits = tf.zeros<tf.Rank.R4>([1, 2, 2, 3]);
    expect(() => softmaxCrossEntropy(logits, labels(3, 3))).toThrow(ShapeError);
    expect(() => softmaxCrossEntropy(logits, tf.zeros<tf.Rank.R3>([1, 2, 2]))).toThrow(
      'expected int32 labels [1, 2, 2], got float32 [1, 2, 2]',
    );
    expect(() => softmaxCrossEntropy(logits, labels(2, 2), { classWeights: [1, 2] })).toThrow(
      'expected 3 classWeights, one per class, got 2',
    );
  });
});
