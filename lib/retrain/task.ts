/** The retraining as a task of the training loop. */
import * as tf from '@tensorflow/tfjs-core';
import { IGNORE_LABEL, type Sample } from '../dataset/dataset.js';
import type { Batch } from '../dataset/loading/batch.js';
import { toTensors } from '../dataset/loading/tensors.js';
import { Random } from '../random.js';
import type { NamedTensors } from '../tensors.js';
import { count, percent } from '../text.js';
import type { StepLosses, TrainingTask } from '../training/loop/loop-task.js';
import { describeNonFinite, readStepValues } from '../training/non-finite.js';
import type { TaskParts, TrainedProgram } from '../training/run-work.js';
import { hardPixelCount, minesHardPixels } from './hard-pixels.js';
import type { RetrainConfig } from './options.js';
import { retrainSchedule } from './schedule.js';
import { trainableNames } from './train-step.js';

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

/** A line if the run is too short for the average of the weights to forget their first values. */
function averageNotes({ emaDecay }: RetrainConfig, steps: number): string[] {
  const left = (emaDecay ?? 0) ** steps;
  return left <= FIRST_VALUES
    ? []
    : [
        `emaDecay ${emaDecay}: after ${steps} steps the average of the weights still is to ` +
          `${percent(left)} what they began with; lower it for so short a run`,
      ];
}

/** A line if the run has too few validations to stop early. */
function patienceNotes({ patience, validateEvery }: RetrainConfig, epochs: number): string[] {
  const validations = Math.ceil(epochs / validateEvery);
  return patience === null || validations > patience
    ? []
    : [
        `patience ${patience}: with ${count(validations, 'validation')} the run cannot stop early; ` +
          'lower patience or validateEvery',
      ];
}

/** The inputs of a batch; what changes from step to step goes in as tensors. */
function batchInputs(
  config: RetrainConfig,
  batch: Batch,
  place: {
    readonly step: number;
    readonly progress: number;
    readonly seed: number;
    readonly replicasHere: number;
  },
): NamedTensors {
  const { images: image, labels } = toTensors(batch);
  const { step, progress, seed, replicasHere } = place;
  const inputs = { image, labels, progress: tf.scalar(progress), seed: tf.scalar(seed, 'int32') };
  if (!minesHardPixels(config)) {
    return inputs;
  }
  const pixels = labels.size / replicasHere; // each replica takes the hardest of its own
  const hardPixels = tf.scalar(hardPixelCount(config, step, pixels), 'int32');
  return { ...inputs, hardPixels };
}

/** The batch of a step in micro-batches, in order. */
function microBatches(batch: Batch, size: number): Batch[] {
  const { images, labels, ids, sizes, height, width } = batch;
  const pixels = height * width;
  return Array.from({ length: ids.length / size }, (_, i) => {
    const [start, end] = [i * size, (i + 1) * size];
    return {
      images: images.slice(start * pixels * 3, end * pixels * 3),
      labels: labels.slice(start * pixels, end * pixels),
      ids: ids.slice(start, end),
      sizes: sizes.slice(start, end),
      height,
      width,
    };
  });
}

/** One step over the inputs of its micro-batches, each made when its turn comes. */
async function runStep(
  trained: TrainedProgram,
  microBatchInputs: readonly (() => NamedTensors)[],
  rate: number,
): Promise<Omit<StepLosses, 'isLabelled'>> {
  const { program, variables } = trained;
  for (const makeInputs of microBatchInputs.slice(0, -1)) {
    const inputs = makeInputs();
    try {
      tf.dispose(await program.runAsync('accumulate', inputs));
    } finally {
      tf.dispose(inputs);
    }
  }
  const [makeLast] = microBatchInputs.slice(-1);
  const inputs: Record<string, tf.Tensor> = { ...makeLast(), learningRate: tf.scalar(rate) };
  try {
    const values = await readStepValues(await program.runAsync('train', inputs));
    const { loss, gradientNorm, isFinite } = values;
    if (isFinite) {
      return { loss, gradientNorm };
    }
    const { image, progress, seed } = inputs;
    const forward = { image, progress, seed };
    const names = trainableNames(variables);
    return {
      loss,
      gradientNorm,
      failure: await describeNonFinite(trained, forward, values, names),
    };
  } finally {
    tf.dispose(inputs);
  }
}

/** What else a task follows from. */
export interface TaskOptions {
  /** A weight per class in the loss; 1 each if absent. */
  readonly classWeights?: readonly number[] | undefined;
  /** What the user should know before the first step. */
  readonly notes?: readonly string[];
}

/** Whether a pixel of a batch, or of its parts in other processes, counts in the loss: else that is 0. */
function isLabelled(
  { labels }: Batch,
  loss: number,
  classWeights: readonly number[] | undefined,
): boolean {
  return (
    loss !== 0 || labels.some((label) => label !== IGNORE_LABEL && classWeights?.[label] !== 0)
  );
}

/**
 * The retraining as a task of the training loop.
 *
 * @throws {@link ConfigError} if the samples do not fill a batch, or the learning rate stays near 0
 */
export function retrainTask(
  config: RetrainConfig,
  samples: readonly Sample[],
  { trained, loader: makeLoader, replicasHere }: TaskParts,
  { classWeights, notes = [] }: TaskOptions = {},
): TrainingTask<Batch> {
  const loader = makeLoader(samples, 'batches');
  const { stepsPerEpoch } = loader;
  const steps = config.steps ?? (config.epochs ?? 1) * stepsPerEpoch;
  const epochs = Math.ceil(steps / stepsPerEpoch);
  const schedule = retrainSchedule(config, steps);
  const random = new Random(config.seed);
  const images = (config.batchSize / config.replicas) * replicasHere;
  return {
    steps,
    stepsPerEpoch,
    notes: [
      ...notes,
      ...statisticsNotes(config, steps),
      ...averageNotes(config, steps),
      ...patienceNotes(config, epochs),
    ],
    batches: (epoch, options) => loader.epoch(epoch, options),
    step: async (batch, step, rateScale) => {
      const progress = step / steps;
      const inputs = microBatches(batch, images).map((part, i) => () => {
        const name = i === 0 ? `step/${step}` : `step/${step}/${i}`;
        const seed = random.fork(name).seed | 0;
        return batchInputs(config, part, { step, progress, seed, replicasHere });
      });
      const losses = await runStep(trained, inputs, rateScale * schedule(step));
      return { ...losses, isLabelled: isLabelled(batch, losses.loss, classWeights) };
    },
    rates: (step, rateScale) => ({ learningRate: rateScale * schedule(step) }),
    phase: () => 'retrain',
    calls: () => ({
      train: 1,
      ...(config.accumulate > 1 && { accumulate: config.accumulate - 1 }),
    }),
    isValidationDue: (done) => done % config.validateEvery === 0 || done === epochs,
    stopping: config,
  };
}
