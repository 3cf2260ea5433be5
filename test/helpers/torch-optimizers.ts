/** Updates that torch.optim made, and the check that an optimizer makes the same. */
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { applyUpdates, disposeReplaced } from '../../lib/optimizer/apply-updates.js';
import type { OptimizerOptions } from '../../lib/optimizer/options.js';
import type { GradientTransform } from '../../lib/optimizer/transform.js';
import type { NamedTensors } from '../../lib/tensors.js';

type Values = Record<string, number[]>;

/** One optimizer with some steps of it. */
export interface TorchCase {
  readonly name: string;
  readonly optimizer: 'sgd' | 'adam';
  readonly momentum?: number;
  readonly betas?: [number, number];
  readonly weightDecay?: number;
  readonly notDecayed?: string[];
  readonly multiplier?: Record<string, number>;
  readonly clipNorm?: number;
  readonly start: Values;
  readonly steps: { learningRate: number; gradients: Values; parameters: Values }[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/optimizers.json', import.meta.url), 'utf8'),
) as { readonly shapes: Record<string, number[]>; readonly cases: readonly TorchCase[] };

/** The cases of one of PyTorch's optimizers. */
export function torchCases(optimizer: TorchCase['optimizer']): readonly TorchCase[] {
  return fixture.cases.filter((c) => c.optimizer === optimizer);
}

/** The options of a case that all optimizers share. */
export function optionsOf(c: TorchCase): OptimizerOptions {
  return {
    weightDecay: c.weightDecay ?? 0,
    decays: (name: string) => !(c.notDecayed ?? []).includes(name),
    multiplier: (name: string) => c.multiplier?.[name] ?? 1,
    ...(c.clipNorm === undefined ? undefined : { clipNorm: c.clipNorm }),
  };
}

function toTensors(values: Values): NamedTensors {
  return Object.fromEntries(
    Object.entries(values).map(([name, list]) => [name, tf.tensor(list, fixture.shapes[name])]),
  );
}

/** Runs the steps of a case; parameters agree after each, and no tensor is left behind. */
export function expectAgreement(optimizer: GradientTransform, { start, steps }: TorchCase): void {
  let parameters = toTensors(start);
  let state = optimizer.init(parameters);
  const tensors = tf.memory().numTensors;
  for (const step of steps) {
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
}
