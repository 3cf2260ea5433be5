/** Searches and retrainings by replicas: programs without data, and some steps of them. */
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { resolveRetrainConfig, type RetrainConfig } from '../../../lib/retrain/options.js';
import { retrainProgram } from '../../../lib/retrain/program.js';
import type { CompileOptions } from '../../../lib/runtime/compile.js';
import { resolveSearchConfig, type SearchConfig } from '../../../lib/search/options.js';
import { completeShape } from '../../../lib/search-space/shape.js';
import { searchProgram } from '../../../lib/search/program.js';
import { withPrefix, type NamedTensors } from '../../../lib/tensors.js';
import type { TrainedProgram } from '../../../lib/training/run-work.js';
import { TINY_ARCHITECTURE } from '../../training/tiny-architecture.js';
import { fillInput } from '../fill.js';
import { NARROW } from '../../training/train-tiny.js';

const CLASSES = 3;
const SIZE = 33;

/** What some steps left behind. */
export interface Trained {
  readonly losses: readonly number[];
  /** A checksum of the state. */
  readonly bits: string;
  readonly state: Readonly<Record<string, Float32Array>>;
}

/** A retraining of a network of one filter on batches of four windows. */
export function retraining(
  changes: Partial<RetrainConfig>,
  mode: CompileOptions['mode'] = 'auto',
  classWeights?: readonly number[],
): TrainedProgram {
  const small = {
    filterMultiplier: 1,
    ...NARROW,
    crop: SIZE,
    batchSize: 4,
    emaDecay: 0.9,
    ...changes,
  };
  const config = resolveRetrainConfig(small, 'tiny');
  return retrainProgram(TINY_ARCHITECTURE, config, CLASSES, classWeights, mode);
}

/** Of each form one: nothing, without weights, fused, with its own norm. */
const operations = ['none', 'skip_connect', 'avg_pool_3x3', 'sep_conv_3x3'];

/** The search space of {@link searching}. */
export const SEARCHED_SHAPE = completeShape({ layers: 2, blocks: 1, operations });

/** A search in a small trellis on batches of four windows. */
export function searching(
  changes: Partial<SearchConfig>,
  mode: CompileOptions['mode'] = 'auto',
): TrainedProgram {
  const { layers, blocks } = SEARCHED_SHAPE;
  const size = { layers, blocks, filterMultiplier: 1, crop: SIZE, batchSize: 4 };
  const small = { ...size, operations, ...changes };
  return searchProgram(resolveSearchConfig(small, 'tiny'), CLASSES, mode);
}

/** Images and labels; all but a row of the second image is ignored, so means of means would differ. */
export function filledBatch(name: string, images = 4): NamedTensors {
  const shape = [images, SIZE, SIZE];
  const image = fillInput({ fill: `${name}/image`, shape: [...shape, 3], kind: 'uniform' });
  const fill = { fill: `${name}/labels`, shape, kind: 'labels', classes: CLASSES } as const;
  const labels = Int32Array.from(fillInput(fill));
  labels.fill(255, SIZE * SIZE + SIZE, 2 * SIZE * SIZE);
  return {
    image: tf.tensor(Float32Array.from(image), [...shape, 3]),
    labels: tf.tensor(labels, shape, 'int32'),
  };
}

/** The inputs of all steps but for the batch. */
const scalars = (step: number): NamedTensors => ({
  learningRate: tf.scalar(0.05),
  architectureLearningRate: tf.scalar(0.01),
  progress: tf.scalar(0.5),
  seed: tf.scalar(1000 + step, 'int32'),
  hardPixels: tf.scalar(300, 'int32'),
});

/** What the steps of a training are fed: by default a batch of four images of their own. */
export type Feed = (step: number) => NamedTensors;

const ownBatch: Feed = (step) => filledBatch(String(step));

/** Runs steps by their names, one after the other, and disposes the program. */
export async function trainSteps(
  { program }: TrainedProgram,
  steps: readonly string[],
  feed: Feed = ownBatch,
): Promise<Trained> {
  const losses: number[] = [];
  for (const [i, step] of steps.entries()) {
    const inputs: NamedTensors = {
      ...withPrefix('train', filledBatch(`${i}/second`)),
      ...feed(i),
      ...scalars(i),
    };
    const outputs = program.run(step, inputs);
    if (Object.hasOwn(outputs, 'loss')) {
      losses.push((await outputs.loss.data())[0]);
    }
    tf.dispose([inputs, outputs]);
  }
  const tensors = program.state();
  const state: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    state[name] = await tensor.data<'float32'>();
  }
  tf.dispose(tensors);
  program.dispose();
  const bits = createHash('sha256');
  Object.values(state).forEach((values) => bits.update(values));
  return { losses, state, bits: bits.digest('hex') };
}

/** The largest difference of two states relative to the largest number of a tensor, with its tensor. */
export function largestDifference(a: Trained, b: Trained): readonly [number, string] {
  let largest: readonly [number, string] = [0, ''];
  for (const [name, values] of Object.entries(a.state)) {
    const others = b.state[name];
    const size = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3);
    const difference =
      values.reduce((most, value, i) => Math.max(most, Math.abs(value - others[i])), 0) / size;
    largest = difference > largest[0] || Number.isNaN(difference) ? [difference, name] : largest;
  }
  return largest;
}

/** Expects the losses and, as vectors, the states of two trainings to be equal up to a share. */
export function expectClose(a: Trained, b: Trained, tolerance: number): void {
  expect(a.losses.length).toBe(b.losses.length);
  a.losses.forEach((loss, i) => {
    expect(Math.abs(loss - b.losses[i])).toBeLessThan(tolerance * Math.abs(loss));
  });
  let [distance, size] = [0, 0];
  for (const [name, values] of Object.entries(a.state)) {
    values.forEach((value, i) => {
      distance += (value - b.state[name][i]) ** 2;
      size += value ** 2;
    });
  }
  expect(Math.sqrt(distance / size)).toBeLessThan(tolerance);
}
