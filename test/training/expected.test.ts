/** What a run is expected to take, against counts by hand and against a run. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { conv2d } from '../../lib/ops/conv2d.js';
import { runRecipe } from '../../lib/recipe/run-recipe.js';
import { readHistory } from '../../lib/run/history.js';
import type { StepDefinition } from '../../lib/runtime/program.js';
import { workOf } from '../../lib/runtime/step-work.js';
import { traceStep } from '../../lib/runtime/trace-step.js';
import type { ProgressEvent } from '../../lib/training/events.js';
import {
  describeExpected,
  expectedCost,
  memoryWarning,
} from '../../lib/training/expected/expected.js';
import { retrain } from '../../lib/retrain/retrain.js';
import { backends, useBackend } from '../helpers/backends.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { TINY_RECIPE } from '../recipe/tiny-recipe.js';
import { TINY_ARCHITECTURE } from './tiny-architecture.js';
import { tinyDataset } from './tiny-dataset.js';

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);

beforeAll(() => useBackend(backends[0]));

describe('workOf', () => {
  it('counts a dense convolution and both of its gradients by hand', () => {
    const definition: StepDefinition = {
      inputs: { x: { shape: [1, 5, 5, 2] } },
      step: ({ w }, { x }) => {
        const [dx, dw] = tf.grads((a, b) => tf.sum(conv2d(a as tf.Tensor4D, b as tf.Tensor4D, {})))(
          [x, w],
        );
        return { outputs: { y: conv2d(x as tf.Tensor4D, w as tf.Tensor4D, {}), dx, dw } };
      },
    };
    const work = workOf(traceStep(definition, { w: tf.zeros([3, 3, 2, 4]) }));
    const once = 5 * 5 * 4 * (3 * 3 * 2);
    expect(work.dense).toBe(3 * once);
    expect(work.depthwise).toBe(0);
    expect(work.kernels).toBeGreaterThanOrEqual(3);
    // The forward pass alone reads 50 + 72 numbers and writes 100.
    expect(work.bytes).toBeGreaterThanOrEqual(4 * (50 + 72 + 100));
  });
});

describe('expectedCost', () => {
  const speed = { dense: 100, depthwise: 10, bytes: 1000, kernel: 0.5 };
  const weights = { dense: 50, depthwise: 0, bytes: 0, kernels: 1 }; // 1 s
  const architecture = { dense: 0, depthwise: 10, bytes: 500, kernels: 1 }; // 2 s
  const task = {
    steps: 12,
    stepsPerEpoch: 4,
    phase: (epoch: number) => (epoch < 2 ? 'weights' : 'architecture'),
    calls: (phase: string) => ({ weights: 1, architecture: phase === 'architecture' ? 1 : 0 }),
    isValidationDue: () => true,
  };
  const validation = {
    images: 2,
    run: () => Promise.reject(new Error('not run')),
    cost: () => ({ work: { dense: 25, depthwise: 0, bytes: 0, kernels: 0 }, memory: 7 }),
  };
  const cost = { steps: { weights, architecture }, memory: 5 };

  it('sums the steps of all phases and the validations that remain', () => {
    const whole = { task, validation, cost, speed, memoryLimit: 6 };
    const expected = expectedCost({ ...whole, position: { step: 0, epoch: 0 } });
    expect(expected).toEqual({
      phases: [
        { phase: 'weights', steps: 8, secondsPerStep: 1 },
        { phase: 'architecture', steps: 4, secondsPerStep: 3 },
      ],
      validation: { images: 6, secondsPerImage: 0.25 },
      seconds: 8 + 12 + 1.5,
      memory: 7,
      memoryLimit: 6,
    });
    const resumed = expectedCost({ ...whole, position: { step: 6, epoch: 1 } });
    expect(resumed.seconds).toBe(2 + 12 + 1);
    expect(describeExpected(expected)).toBe(
      'expected on this machine as busy as it is: 1 s per step (weights, 8 steps), 3 s per step ' +
        '(architecture, 4 steps), 0.25 s per image of validation; 22 s in all; memory about 0.0 GiB',
    );
    expect(memoryWarning(expected)[0]).toMatch(
      /option crop, option batchSize; .*option accumulate/,
    );
    expect(memoryWarning({ ...expected, memoryLimit: 7 })).toEqual([]);
  });
});

describe('a run', () => {
  const config = { filterMultiplier: 2, crop: 65, batchSize: 2, epochs: 2, workers: 0 } as const;

  it('is expected to take what it takes, within a factor of ten, and an estimate writes nothing', async () => {
    const dataset = await tinyDataset(at('data'), { train: 6, val: 1 });
    const events: ProgressEvent[] = [];
    const request = {
      dataset,
      architecture: TINY_ARCHITECTURE,
      folder: at('run'),
      preset: 'tiny',
      config: { ...config, historyEvery: 1 },
      onProgress: (event: ProgressEvent) => events.push(event),
    } as const;
    const { expected: before } = await retrain({ ...request, estimate: 'only' });
    expect(existsSync(at('run'))).toBe(false);
    expect(before?.phases).toMatchObject([{ phase: 'retrain', steps: 6 }]);
    expect(events.some(({ kind }) => kind === 'step')).toBe(false);

    const { expected } = await retrain({ ...request, estimate: 'first' });
    const notes = events.flatMap((event) => (event.kind === 'note' ? event.text : []));
    expect(notes.filter((text) => text.startsWith('expected on this machine'))).toHaveLength(1);
    const { rows } = await readHistory(path.join(at('run'), 'history.arrow'));
    const seconds = rows.filter(({ kind }) => kind === 'step').map((row) => row.seconds ?? NaN);
    const median = seconds.sort((a, b) => a - b)[3];
    const ratio = expected!.phases[0].secondsPerStep / median;
    expect(ratio).toBeGreaterThan(0.1);
    expect(ratio).toBeLessThan(10);
    expect(expected!.memory).toBeGreaterThan(100 * 2 ** 20);
    expect(expected!.memory).toBeLessThan(4 * 2 ** 30);
  });

  it('of several stages is expected stage by stage, without the weights that are to come', async () => {
    const recipe = TINY_RECIPE;
    const options = { recipe, root: at('data'), architecture: TINY_ARCHITECTURE } as const;
    const result = await runRecipe({ ...options, folder: at('recipe'), estimate: 'only' });
    expect(existsSync(at('recipe'))).toBe(false);
    expect(result.expected.map(({ name, cost }) => [name, cost.phases[0].steps])).toEqual([
      ['first', 3],
      ['second', 6],
    ]);
    expect(result.stages.some(({ isDone }) => isDone)).toBe(false);
  });
});
