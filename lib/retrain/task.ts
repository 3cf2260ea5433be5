/** The retraining as a task of the training loop. */
import * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../dataset/dataset.js';
import type { Batch } from '../dataset/loading/batch.js';
import { toTensors } from '../dataset/loading/tensors.js';
import { Random } from '../random.js';
import type { Program } from '../runtime/program.js';
import { percent } from '../text.js';
import type { StepLosses, TrainingTask } from '../training/loop-task.js';
import type { TaskParts } from '../training/run-work.js';
import { hardPixelCount, minesHardPixels } from './hard-pixels.js';
import type { RetrainConfig } from './options.js';
import { retrainSchedule } from './schedule.js';

/** Images predicted at once during validation: windows as in training, whole images one by one. */
export function validationBatch({ validationView, batchSize }: RetrainConfig): number {
  return validationView === 'crop' ? batchSize : 1;
}

/** The user is told if moving statistics end with more than this share of their first values. */
const FIRST_VALUES = 0.5;

/** A line if the run is too short for the moving statistics to forget their first values, 0 and 1. */
function statisticsNotes(config: RetrainConfig, steps: number): string[] {
  const { batchNormMomentum, fineTuneBatchNorm, initialWeights } = config;
  const left = batchNormMomentum ** steps;
  return left <= FIRST_VALUES || !fineTuneBatchNorm || initialWeights !== null
    ? []
    : [
        `batchNormMomentum ${batchNormMomentum}: after ${steps} steps the moving statistics, which ` +
          `predictions use, still are to ${percent(left)} what they began with; lower it for so ` +
          'short a run',
      ];
}

/** What changes from step to step. */
interface StepInputs {
  readonly learningRate: number;
  readonly progress: number;
  readonly seed: number;
  /** How many pixels count; undefined: all. */
  readonly hardPixels: number | undefined;
}

/** One step; what changes from step to step goes in as tensors. */
async function runStep(program: Program, batch: Batch, inputs: StepInputs): Promise<StepLosses> {
  const { images: image, labels } = toTensors(batch);
  const { hardPixels } = inputs;
  const scalars = {
    learningRate: tf.scalar(inputs.learningRate),
    progress: tf.scalar(inputs.progress),
    seed: tf.scalar(inputs.seed, 'int32'),
    ...(hardPixels !== undefined && { hardPixels: tf.scalar(hardPixels, 'int32') }),
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
 * @param notes - what else the user should know before the first step
 * @throws {@link ConfigError} if the samples do not fill a batch, or the learning rate stays near 0
 */
export function retrainTask(
  config: RetrainConfig,
  samples: readonly Sample[],
  { program, loader: makeLoader }: TaskParts,
  notes: readonly string[] = [],
): TrainingTask<Batch> {
  const loader = makeLoader(samples, 'batches');
  const { stepsPerEpoch } = loader;
  const steps = config.steps ?? (config.epochs ?? 1) * stepsPerEpoch;
  const epochs = Math.ceil(steps / stepsPerEpoch);
  const schedule = retrainSchedule(config, steps);
  const random = new Random(config.seed);
  return {
    steps,
    stepsPerEpoch,
    notes: [...notes, ...statisticsNotes(config, steps)],
    batches: (epoch, options) => loader.epoch(epoch, options),
    step: (batch, step) =>
      runStep(program, batch, {
        learningRate: schedule(step),
        progress: step / steps,
        seed: random.fork(`step/${step}`).seed | 0,
        hardPixels: minesHardPixels(config)
          ? hardPixelCount(config, step, batch.labels.length)
          : undefined,
      }),
    rates: (step) => ({ learningRate: schedule(step) }),
    phase: () => 'retrain',
    isValidationDue: (done) => done % config.validateEvery === 0 || done === epochs,
  };
}
