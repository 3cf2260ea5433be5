/** Searches and retrainings by replicas: programs without data, and some steps of them. */
import * as tf from '@tensorflow/tfjs-core';
import { resolveRetrainConfig, type RetrainConfig } from '../../../lib/retrain/options.js';
import { retrainProgram } from '../../../lib/retrain/program.js';
import type { CompileOptions } from '../../../lib/runtime/compile.js';
import { resolveSearchConfig, type SearchConfig } from '../../../lib/search/options.js';
import { searchProgram } from '../../../lib/search/program.js';
import type { NamedTensors } from '../../../lib/tensors.js';
import type { TrainedProgram } from '../../../lib/training/run-work.js';
import { TINY_ARCHITECTURE } from '../../training/tiny-dataset.js';
import { fillInput } from '../fill.js';

const CLASSES = 3;
const SIZE = 33;

/** What some steps left behind. */
export interface Trained {
  readonly losses: readonly number[];
  readonly state: Readonly<Record<string, Float32Array>>;
}

/** A retraining of a network of one filter on batches of four windows. */
export function retraining(
  changes: Partial<RetrainConfig>,
  mode: CompileOptions['mode'] = 'auto',
  classWeights?: readonly number[],
): TrainedProgram {
  const small = { filterMultiplier: 1, crop: SIZE, batchSize: 4, emaDecay: 0.9, ...changes };
  const config = resolveRetrainConfig(small, 'tiny');
  return retrainProgram(TINY_ARCHITECTURE, config, CLASSES, classWeights, mode);
}

/** A search in a small trellis on batches of four windows. */
export function searching(
  changes: Partial<SearchConfig>,
  mode: CompileOptions['mode'] = 'auto',
): TrainedProgram {
  const small = { layers: 3, blocks: 1, filterMultiplier: 1, crop: SIZE, batchSize: 4, ...changes };
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

const SECOND = 'train/';

/** Runs steps by their names, one after the other, and disposes the program. */
export async function trainSteps(
  { program }: TrainedProgram,
  steps: readonly string[],
  images = 4,
): Promise<Trained> {
  const losses: number[] = [];
  for (const [i, step] of steps.entries()) {
    const second = Object.entries(filledBatch(`${i}/second`, images));
    const inputs: NamedTensors = {
      ...filledBatch(String(i), images),
      ...Object.fromEntries(second.map(([name, value]) => [SECOND + name, value])),
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
  return { losses, state };
}

/** The largest difference of two states relative to the largest number of a tensor, with its tensor. */
export function largestDifference(a: Trained, b: Trained): readonly [number, string] {
  let largest: readonly [number, string] = [0, ''];
  for (const [name, values] of Object.entries(a.state)) {
    const others = b.state[name];
    const size = Math.max(1e-3, ...values.map(Math.abs));
    const difference = Math.max(...values.map((value, i) => Math.abs(value - others[i]))) / size;
    largest = difference > largest[0] || Number.isNaN(difference) ? [difference, name] : largest;
  }
  return largest;
}
