import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { weightedMean } from '../../lib/ops/cross-entropy.js';
import { lossAndGradients } from '../../lib/optimizer/gradients.js';
import { diceLoss } from '../../lib/retrain/dice.js';
import { trainingLoss } from '../../lib/retrain/loss.js';
import { compile } from '../../lib/runtime/compile.js';
import type { NamedTensors } from '../../lib/tensors.js';
import { backends, useBackend } from '../helpers/backends.js';
import { itEqualsTorch } from '../helpers/ops/torch.js';

function lossWith(diceWeight: number, x: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  const loss = trainingLoss({ diceWeight });
  const { total, weight } = loss(x as tf.Tensor4D, labels as tf.Tensor3D, {});
  return weightedMean(total, weight);
}

describe.each(backends)('the Dice term on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  itEqualsTorch('dice', ({ x, labels }, { weight }) => lossWith(weight, x, labels));

  it('is 1 − 2/3 where two pixels of three are found, as computed by hand', () => {
    tf.tidy(() => {
      // Certain of classes 0, 0, 1 for labels 0, 1, 1: Dice 2·1/(2+1) and 2·1/(1+2).
      const logits = tf.tensor4d([50, -50, 50, -50, -50, 50], [1, 1, 3, 2]);
      const labels = tf.tensor3d([0, 1, 1], [1, 1, 3], 'int32');
      expect(diceLoss(logits, labels).dataSync()[0]).toBeCloseTo(1 / 3, 6);
    });
  });

  it('compiles', () => {
    const labels = tf.tensor3d([0, 1, 255, 1], [1, 2, 2], 'int32');
    const x = tf.tensor4d(
      Array.from({ length: 12 }, (_, i) => Math.sin(i * i)),
      [1, 2, 2, 3],
    );
    const step = ({ scores }: NamedTensors) => {
      const { loss, gradients } = lossAndGradients((free) => lossWith(2, free.scores, labels), {
        scores,
      });
      return { outputs: { loss, slope: gradients.scores } };
    };
    const program = compile({ scores: x }, { step: { step, inputs: {} } });
    const { loss, slope } = program.run('step', {});
    const [expected, gradient] = tf.tidy(() => [
      lossWith(2, x, labels).dataSync()[0],
      tf
        .grad((scores) => lossWith(2, scores, labels))(x)
        .dataSync(),
    ]);
    expect(loss.dataSync()[0]).toBeCloseTo(expected, 6);
    slope.dataSync().forEach((one, i) => {
      expect(one).toBeCloseTo(gradient[i], 6);
    });
    tf.dispose([loss, slope, x, labels]);
    program.dispose();
  });
});
