/** Results and gradients that PyTorch computed, and the check that an operation computes the same. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { NamedTensors } from '../../../lib/tensors.js';
import { fillInput, type FillSpec } from '../fill.js';

interface Case {
  readonly name: string;
  readonly inputs: Readonly<Record<string, FillSpec>>;
  readonly attrs: Readonly<Record<string, never>>;
  readonly outputShape: readonly number[];
  readonly expected: Readonly<Record<string, readonly number[]>>;
}

/** An operation by the names that the fixtures give its inputs and attributes. */
export type TorchOperation = (inputs: NamedTensors, attrs: Case['attrs']) => tf.Tensor;

function casesOf(family: string): Case[] {
  const file = new URL(`../../fixtures/ops/${family}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }).cases;
}

/** Largest difference relative to the largest expected value. */
function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs), 1e-3);
  return Math.max(0, ...expected.map((value, i) => Math.abs(actual[i] - value))) / scale;
}

/** One test per case of a family: value and gradients equal PyTorch's, and no tensor is left. */
export function itEqualsTorch(
  family: string,
  operation: TorchOperation,
  applies: (attrs: Case['attrs']) => boolean = () => true,
): void {
  it.each(casesOf(family).filter(({ attrs }) => applies(attrs)))(
    `equals PyTorch (${family}): $name`,
    ({ inputs, attrs, outputShape, expected }) => {
      const before = tf.memory().numTensors;
      tf.tidy(() => {
        const tensors: Record<string, tf.Tensor> = {};
        for (const [name, input] of Object.entries(inputs)) {
          const dtype = name === 'labels' ? 'int32' : 'float32';
          tensors[name] = tf.tensor(fillInput(input), [...input.shape], dtype);
        }
        const { dy, labels, ...differentiated } = tensors;
        const run = (values: NamedTensors) => operation({ ...values, labels }, attrs);
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
}
