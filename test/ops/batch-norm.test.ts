import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ShapeError } from '../../lib/errors.js';
import { batchNormInference, batchNormTraining } from '../../lib/ops/batch-norm.js';
import { backends, useBackend } from '../helpers/backends.js';
import { differentiate, distance, image, withoutOwnKernels } from '../helpers/ops/compare.js';
import { itHasTheSlopes } from '../helpers/ops/finite-differences.js';
import { itEqualsTorch } from '../helpers/ops/torch.js';

const EPSILON = 1e-3;

describe.each(backends)('batchNormTraining on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  itEqualsTorch('batch-norm', ({ x, gamma, beta }, { epsilon }) => {
    const affine = {
      scale: gamma as tf.Tensor1D | undefined,
      offset: beta as tf.Tensor1D | undefined,
    };
    return batchNormTraining(x as tf.Tensor4D, epsilon, affine).y;
  });
  itHasTheSlopes([
    { name: 'batch norm', operation: (_, x) => batchNormTraining(x, EPSILON).y },
    {
      name: 'affine batch norm',
      operands: [[4], [4]],
      operation: (_, x, scale, offset) => {
        const affine = { scale, offset } as unknown as Record<string, tf.Tensor1D>;
        return batchNormTraining(x, EPSILON, affine).y;
      },
    },
  ]);

  it('refuses groups that do not divide the batch', () => {
    const x = tf.zeros<tf.Rank.R4>([4, 2, 2, 1]);
    expect(() => batchNormTraining(x, EPSILON, {}, 3)).toThrow(ShapeError);
  });
});

describe.each(backends)('batchNormInference on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it('normalises by the given statistics', () => {
    const x = tf.tensor4d([5, 7, -1, 3], [1, 1, 2, 2]);
    const [mean, variance] = [tf.tensor1d([1, 3]), tf.tensor1d([4, 16])];
    const affine = { scale: tf.tensor1d([10, 1]), offset: tf.tensor1d([0, 100]) };
    const y = batchNormInference(x, mean, variance, 0, affine);
    const expected = [20, 101, -10, 100];
    y.dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 4);
    });
  });
});

describe.runIf(backends.includes('tensorflow'))('the kernel of our own', () => {
  beforeAll(() => useBackend('tensorflow'));

  it("computes TensorFlow's batch norm", () => {
    tf.tidy(() => {
      const x = image('5', [2, 6, 5, 12]);
      const norm = () => differentiate((a) => batchNormTraining(a as tf.Tensor4D, EPSILON).y, [x]);
      const ours = norm();
      withoutOwnKernels(norm).forEach((tensor, i) => {
        expect(distance(ours[i], tensor)).toBeLessThan(1e-4);
      });
    });
  });
});
