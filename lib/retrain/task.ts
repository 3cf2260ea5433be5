/** What the training loop needs to know of a retraining. */
import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from '../dataset/loading/batch.js';
import type { Dataset } from '../dataset/dataset.js';
import type { Loader } from '../dataset/loading/loader.js';
import { toTensors } from '../dataset/loading/tensors.js';
import type { BatchMaker } from '../dataset/loading/worker-pool.js';
import { poly, warmUp, type Schedule } from '../optimizer/schedule.js';
import { Random } from '../random.js';
import type { Program } from '../runtime/program.js';
import { runLabelMap } from '../training/label-map.js';
import type { LoopTask, StepLosses } from '../training/loop-task.js';
import type { RetrainConfig } from './config.js';
import { STEPS } from './program.js';
import { validationOf, type ValidationImages } from '../training/validation/validation.js';

/** Images predicted at once during validation: windows as in training, whole images one by one. */
export function validationBatch({ validationView, batchSize }: RetrainConfig): number {
  return validationView === 'crop' ? batchSize : 1;
}

/** The learning rate by step. */
function scheduleOf(config: RetrainConfig, steps: number): Schedule {
  const { learningRate: initial, finalLearningRate: final, power, warmUpSteps } = config;
  const decay = poly({ initial, final, power, steps });
  return warmUpSteps === 0 ? decay : warmUp(decay, { steps: warmUpSteps });
}

/** One step; what changes from step to step goes in as tensors. */
async function runStep(
  program: Program,
  batch: Batch,
  inputs: { readonly learningRate: number; readonly progress: number; readonly seed: number },
): Promise<StepLosses> {
  const { images: image, labels } = toTensors(batch);
  const scalars = {
    learningRate: tf.scalar(inputs.learningRate),
    progress: tf.scalar(inputs.progress),
    seed: tf.scalar(inputs.seed, 'int32'),
  };
  try {
    const { loss } = program.run(STEPS.train, { image, labels, ...scalars });
    const [value] = await loss.data();
    loss.dispose();
    return { loss: value };
  } finally {
    tf.dispose([image, labels, ...Object.values(scalars)]);
  }
}

/** What a retraining works with. */
export interface RetrainParts {
  readonly config: RetrainConfig;
  readonly dataset: Dataset;
  readonly loader: Loader;
  readonly program: Program;
  readonly maker: BatchMaker;
  readonly validationImages: ValidationImages | undefined;
}

/** The retraining as a task of the training loop. */
export function retrainTask(parts: RetrainParts): LoopTask<Batch> {
  const { config, dataset, loader, program, maker, validationImages } = parts;
  const { stepsPerEpoch } = loader;
  const steps = config.steps ?? (config.epochs ?? 1) * stepsPerEpoch;
  const epochs = Math.ceil(steps / stepsPerEpoch);
  const schedule = scheduleOf(config, steps);
  const random = new Random(config.seed);
  return {
    where: 'retrain',
    program,
    steps,
    stepsPerEpoch,
    batches: (epoch, options) => loader.epoch(epoch, options),
    step: (batch, step) =>
      runStep(program, batch, {
        learningRate: schedule(step),
        progress: step / steps,
        seed: random.fork(`step/${step}`).seed | 0,
      }),
    rates: (step) => ({ learningRate: schedule(step) }),
    phase: () => 'retrain',
    validation:
      validationImages &&
      validationOf(validationImages, {
        dataset,
        config,
        batchSize: validationBatch(config),
        maker,
        predict: (batch) => runLabelMap(program, STEPS.predict, batch),
        isDue: (done) => done % config.validateEvery === 0 || done === epochs,
      }),
    historyEvery: config.historyEvery,
    checkpointEvery: config.checkpointEvery,
  };
}
