import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';

import * as ops from '../../lib/ops/index.js';
import { useBackend } from '../../lib/backend/use-backend.js';
import { backends } from '../helpers/backends.js';
import { fillInput, type FillSpec } from '../helpers/fill.js';

interface Case {
  readonly name: string;
  readonly inputs: Readonly<Record<string, FillSpec>>;
  readonly attrs: Readonly<Record<string, never>>;
  readonly outputShape: readonly number[];
  readonly expected: Readonly<Record<string, readonly number[]>>;
}

function casesOf(family: string): Case[] {
  const file = new URL(`../fixtures/ops/${family}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }).cases;
}

type Tensors = Record<string, tf.Tensor>;
type Operation = (inputs: Tensors, attrs: Readonly<Record<string, never>>) => tf.Tensor;

const image = (x: tf.Tensor) => x as tf.Tensor4D;

const convolution: Operation = ({ x, weights }, { stride, rate }) =>
  ops.conv2d(image(x), image(weights), { stride, rate });

const operations: Record<string, Operation> = {
  conv2d: convolution,
  grouped: convolution,
  depthwise: ({ x, weights }, { stride, rate }) =>
    ops.depthwiseConv2d(image(x), image(weights), { stride, rate }),
  'batch-norm': ({ x, gamma, beta }, { epsilon }) =>
    ops.batchNormTraining(image(x), epsilon, {
      scale: gamma as tf.Tensor1D | undefined,
      offset: beta as tf.Tensor1D | undefined,
    }).y,
  pool: ({ x }, { kind, stride }) =>
    kind === 'max' ? ops.maxPool3x3(image(x), { stride }) : ops.avgPool3x3(image(x), { stride }),
  'resize-bilinear': ({ x }, { size }) => ops.resizeBilinear(image(x), size),
  'cross-entropy': ({ x, labels }, { scale, ignore }) =>
    ops.softmaxCrossEntropy(tf.mul(image(x), scale), labels as tf.Tensor3D, ignore),
};

/** Largest difference relative to the largest expected value. */
function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs), 1e-3);
  return Math.max(0, ...expected.map((value, i) => Math.abs(actual[i] - value))) / scale;
}

describe.each(backends)('operations on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  describe.each(Object.keys(operations))('%s', (family) => {
    it.each(casesOf(family))(
      'equals PyTorch: $name',
      ({ inputs, attrs, outputShape, expected }) => {
        const before = tf.memory().numTensors;
        tf.tidy(() => {
          const tensors: Tensors = {};
          for (const [name, input] of Object.entries(inputs)) {
            const integer = name === 'labels';
            const values = fillInput(input);
            tensors[name] = tf.tensor(values, [...input.shape], integer ? 'int32' : 'float32');
          }
          const { dy, labels, ...differentiated } = tensors;
          const run = (values: Tensors) => operations[family]({ ...values, labels }, attrs);
          const y = run(differentiated);
          expect(y.shape).toEqual(outputShape);
          expect(relativeError(y.dataSync(), expected.y)).toBeLessThan(2e-6);
          const names = Object.keys(differentiated);
          const loss = (...values: tf.Tensor[]) => {
            const result = run(Object.fromEntries(names.map((name, i) => [name, values[i]])));
            return (dy ? tf.sum(tf.mul(result, dy)) : result) as tf.Scalar;
          };
          const gradients = tf.grads(loss)(names.map((name) => differentiated[name]));
          names.forEach((name, i) => {
            expect(relativeError(gradients[i].dataSync(), expected[`d${name}`])).toBeLessThan(1e-5);
          });
        });
        expect(tf.memory().numTensors).toBe(before);
      },
    );
  });
});
