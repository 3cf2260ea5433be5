/** The retraining as a task of the training loop. */
import * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../dataset/dataset.js';
import type { Batch } from '../dataset/loading/batch.js';
import { toTensors } from '../dataset/loading/tensors.js';
import { poly, warmUp, type Schedule } from '../optimizer/schedule.js';
import { Random } from '../random.js';
import type { Program } from '../runtime/program.js';
import type { StepLosses, TrainingTask } from '../training/loop-task.js';
import type { TaskParts } from '../training/run-work.js';
import type { RetrainConfig } from './options.js';

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
    const { loss } = program.run('train', { image, labels, ...scalars });
    const [value] = await loss.data();
    loss.dispose();
    return { loss: value };
  } finally {
    tf.dispose([image, labels, ...Object.values(scalars)]);
  }
}

/**
 * The retraining as a task of the training loop.
 *
 * @throws {@link ConfigError} if the samples do not fill a batch
 */
export function retrainTask(
  config: RetrainConfig,
  samples: readonly Sample[],
  { program, loader: makeLoader }: TaskParts,
): TrainingTask<Batch> {
  const loader = makeLoader(samples, 'batches');
  const { stepsPerEpoch } = loader;
  const steps = config.steps ?? (config.epochs ?? 1) * stepsPerEpoch;
  const epochs = Math.ceil(steps / stepsPerEpoch);
  const schedule = scheduleOf(config, steps);
  const random = new Random(config.seed);
  return {
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
    isValidationDue: (done) => done % config.validateEvery === 0 || done === epochs,
  };
}
