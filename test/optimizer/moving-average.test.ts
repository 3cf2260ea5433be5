import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { movingAverage } from '../../lib/optimizer/moving-average.js';
import { compile } from '../../lib/runtime/compile.js';
import type { NamedTensors } from '../../lib/tensors.js';
import { backends, useBackend } from '../helpers/backends.js';

interface Case {
  readonly name: string;
  readonly decay: number;
  readonly values: readonly number[][];
  readonly averages: readonly number[][];
}

const file = new URL('../fixtures/moving-average.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

describe.each(backends)('movingAverage on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(cases)("equals PyTorch's AveragedModel: $name", ({ decay, values, averages }) => {
    const step = ({ w: average }: NamedTensors, { w }: NamedTensors) => {
      const { w: next } = movingAverage({ w: average }, { w }, decay);
      return { outputs: { next }, state: { w: next } };
    };
    const first = tf.tensor1d(averages[0]);
    const program = compile({ w: first }, { step: { step, inputs: { w: { shape: [6] } } } });
    for (const [i, row] of values.entries()) {
      if (i === 0) {
        continue; // the average begins with the first values
      }
      const w = tf.tensor1d(row);
      const { next } = program.run('step', { w });
      next.dataSync().forEach((value, k) => {
        expect(value).toBeCloseTo(averages[i][k], 5);
      });
      tf.dispose([w, next]);
    }
    program.dispose();
    first.dispose();
  });

  it('says which parameter is missing', () => {
    expect(() => movingAverage({ w: tf.scalar(1) }, {}, 0.5)).toThrow(
      'movingAverage: expected a tensor called "w", got none',
    );
  });
});
