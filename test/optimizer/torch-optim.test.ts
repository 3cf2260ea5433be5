import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adam } from '../../lib/optimizer/adam.js';
import { applyUpdates, disposeReplaced } from '../../lib/optimizer/apply-updates.js';
import { sgd } from '../../lib/optimizer/sgd.js';
import type { GradientTransform } from '../../lib/optimizer/transform.js';
import './wasm.js';
import type { NamedTensors } from '../../lib/tensors.js';

type Values = Record<string, number[]>;
interface Case {
  name: string;
  optimizer: 'sgd' | 'adam';
  momentum?: number;
  betas?: [number, number];
  weightDecay?: number;
  notDecayed?: string[];
  multiplier?: Record<string, number>;
  clipNorm?: number;
  start: Values;
  steps: { learningRate: number; gradients: Values; parameters: Values }[];
}
interface Fixture {
  torch: string;
  shapes: Record<string, number[]>;
  cases: Case[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/optimizers.json', import.meta.url), 'utf8'),
) as Fixture;

function toTensors(values: Values): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(values).map(([name, list]) => [name, tf.tensor(list, fixture.shapes[name])]),
  );
}

function optimizerOf(c: Case): GradientTransform {
  const options = {
    weightDecay: c.weightDecay ?? 0,
    decays: (name: string) => !(c.notDecayed ?? []).includes(name),
    multiplier: (name: string) => c.multiplier?.[name] ?? 1,
    ...(c.clipNorm === undefined ? {} : { clipNorm: c.clipNorm }),
  };
  return c.optimizer === 'sgd'
    ? sgd({ momentum: c.momentum ?? 0, ...options })
    : adam({ betas: c.betas ?? [0, 0], ...options });
}

describe('optimizers against torch.optim', () => {
  it.each(fixture.cases)('agrees with PyTorch after every step: $name', (c) => {
    const optimizer = optimizerOf(c);
    let parameters: NamedTensors = toTensors(c.start);
    let state = optimizer.init(parameters);
    const tensors = tf.memory().numTensors;
    for (const step of c.steps) {
      const gradients = toTensors(step.gradients);
      const learningRate = tf.scalar(step.learningRate);
      const result = optimizer.update(gradients, state, parameters, { learningRate });
      const after = applyUpdates(parameters, result.updates);
      disposeReplaced(parameters, after);
      disposeReplaced(state, result.state);
      tf.dispose([result.updates, gradients, learningRate]);
      parameters = after;
      state = result.state;
      for (const [name, expected] of Object.entries(step.parameters)) {
        const values = parameters[name].dataSync();
        expected.forEach((value, i) => {
          expect(Math.abs(values[i] - value)).toBeLessThan(2e-6 * (1 + Math.abs(value)));
        });
      }
    }
    expect(tf.memory().numTensors).toBe(tensors);
    tf.dispose([parameters, state]);
  });
});
