import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchNormTraining } from '../../lib/ops/batch-norm.js';
import { groupBatchNorm } from '../../lib/ops/group-batch-norm.js';
import { backends, useBackend } from '../helpers/backends.js';
import { differentiate, distance, image } from '../helpers/ops/compare.js';

const EPSILON = 1e-3;
const GROUPS = 3;

/** The definition, group by group, from elementary operations. */
function reference(x: tf.Tensor4D, scale: tf.Tensor, offset: tf.Tensor): tf.Tensor4D {
  const parts = tf.split(x, GROUPS).map((part) => {
    const { mean, variance } = tf.moments(part, [0, 1, 2]);
    const normalised = tf.div(tf.sub(part, mean), tf.sqrt(tf.add(variance, EPSILON)));
    return tf.add<tf.Tensor4D>(tf.mul(normalised, scale), offset);
  });
  return tf.concat(parts);
}

function inputsOf(channels: number): tf.Tensor[] {
  return [
    tf.add<tf.Tensor4D>(image('1', [2 * GROUPS, 5, 3, channels]), 3),
    tf.add(tf.mul(tf.range(0, channels), 0.1), 0.5),
    tf.sub(tf.mul(tf.range(0, channels), 0.2), 1),
  ];
}

type Norm = (x: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D) => tf.Tensor;

function expectDefinition(norm: Norm, inputs: tf.Tensor[]): void {
  const f = norm as unknown as (...tensors: tf.Tensor[]) => tf.Tensor;
  const expected = differentiate((x, s, o) => reference(x as tf.Tensor4D, s, o), inputs);
  differentiate(f, inputs).forEach((tensor, i) => {
    expect(distance(tensor, expected[i])).toBeLessThan(2e-4);
  });
}

describe.each(backends)('batch norm of groups on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each([1, 4, 5, 8, 16, 31, 40])('equals the definition with %d channels', (channels) => {
    tf.tidy(() => {
      const norm: Norm = (x, scale, offset) =>
        batchNormTraining(x, EPSILON, { scale, offset }, GROUPS).y;
      expectDefinition(norm, inputsOf(channels));
    });
  });

  it('returns mean and unbiased variance of each group', () => {
    tf.tidy(() => {
      const x = image('2', [2 * GROUPS, 5, 3, 4]);
      const { mean, variance } = batchNormTraining(x, EPSILON, {}, GROUPS);
      const moments = tf.split(x, GROUPS).map((part) => tf.moments(part, [0, 1, 2]));
      const count = 2 * 5 * 3;
      expect(distance(mean, tf.concat(moments.map((m) => m.mean)))).toBeLessThan(1e-5);
      const unbiased = tf.mul(tf.concat(moments.map((m) => m.variance)), count / (count - 1));
      expect(distance(variance, unbiased)).toBeLessThan(1e-5);
    });
  });

  it('equals the definition as one kernel, where the backend has it', () => {
    tf.tidy(() => {
      const norm: Norm = (x, scale, offset) =>
        groupBatchNorm({ x, scale, offset }, { epsilon: EPSILON, groups: GROUPS })[0];
      expectDefinition(norm, inputsOf(8));
    });
  });
});
