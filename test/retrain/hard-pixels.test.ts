import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { weightedMean } from '../../lib/ops/cross-entropy.js';
import { lossAndGradients } from '../../lib/optimizer/gradients.js';
import { hardPixelCount, hardPixels } from '../../lib/retrain/hard-pixels.js';
import { trainingLoss } from '../../lib/retrain/loss.js';
import { compile } from '../../lib/runtime/compile.js';
import type { NamedTensors } from '../../lib/tensors.js';
import { backends, useBackend } from '../helpers/backends.js';
import { itEqualsTorch } from '../helpers/ops/torch.js';

const loss = trainingLoss({ minesHardPixels: true });

/** The mean loss of the hardest pixels of a batch. */
function hardLoss(x: tf.Tensor, labels: tf.Tensor, count: tf.Tensor): tf.Scalar {
  const sums = loss(x as tf.Tensor4D, labels as tf.Tensor3D, { hardPixels: count });
  return weightedMean(sums.total, sums.weight);
}

describe.each(backends)('hardPixels on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  itEqualsTorch('hard-pixels', ({ x, labels }, { share }) =>
    hardLoss(x, labels, tf.scalar(Math.floor(share * labels.size), 'int32')),
  );

  it.each([
    { k: 1, shares: [0, 1, 0, 0, 0] },
    { k: 2, shares: [0.5, 1, 0.5, 0, 0] }, // two losses of 2 share one place
    { k: 3, shares: [1, 1, 1, 0, 0] },
    { k: 5, shares: [1, 1, 1, 1, 0] }, // a loss of 0 never counts
  ])('takes the $k largest of 2, 3, 2, 1, 0', ({ k, shares }) => {
    tf.tidy(() => {
      const losses = tf.tensor1d([2, 3, 2, 1, 0]);
      expect([...hardPixels(losses, tf.scalar(k, 'int32')).dataSync()]).toEqual(shares);
    });
  });

  it('compiles, with another number of pixels in each call', () => {
    const labels = tf.tensor3d([0, 1, 2, 255, 1, 0], [1, 2, 3], 'int32');
    const x = tf.tensor4d(
      Array.from({ length: 18 }, (_, i) => Math.sin(i * i)),
      [1, 2, 3, 3],
    );
    const step = ({ scores }: NamedTensors, { count }: NamedTensors) => {
      const result = lossAndGradients((free) => hardLoss(free.scores, labels, count), { scores });
      return { outputs: { loss: result.loss, slope: result.gradients.scores } };
    };
    const inputs = { count: { shape: [], dtype: 'int32' } } as const;
    const program = compile({ scores: x }, { step: { step, inputs } });
    for (const k of [1, 3, 6]) {
      const count = tf.scalar(k, 'int32');
      const { loss: value, slope } = program.run('step', { count });
      const [expected, gradient] = tf.tidy(() => [
        hardLoss(x, labels, count).dataSync()[0],
        tf
          .grad((scores) => hardLoss(scores, labels, count))(x)
          .dataSync(),
      ]);
      expect(value.dataSync()[0]).toBeCloseTo(expected, 6);
      slope.dataSync().forEach((one, i) => {
        expect(one).toBeCloseTo(gradient[i], 6);
      });
      tf.dispose([value, slope, count]);
    }
    program.dispose();
    tf.dispose([x, labels]);
  });
});

describe('hardPixelCount', () => {
  it('falls from all pixels to the share within the steps', () => {
    const options = { hardPixelShare: 0.25, hardPixelSteps: 4 };
    expect([0, 1, 2, 4, 9].map((step) => hardPixelCount(options, step, 100))).toEqual([
      100, 81, 62, 25, 25,
    ]);
    expect(hardPixelCount({ ...options, hardPixelSteps: 0 }, 0, 100)).toBe(25);
    expect(hardPixelCount({ ...options, hardPixelSteps: 0 }, 0, 3)).toBe(1);
  });
});
