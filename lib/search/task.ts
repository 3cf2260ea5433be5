/** What the training loop needs to know of a search. */
import * as tf from '@tensorflow/tfjs-core';
import type { Dataset, Sample } from '../dataset/dataset.js';
import type { HalvedSamples } from '../dataset/halves.js';
import { createLoader, type Loader } from '../dataset/loading/loader.js';
import { toTensors } from '../dataset/loading/tensors.js';
import type { BatchMaker } from '../dataset/loading/worker-pool.js';
import { TRAIN_BATCH } from '../optimizer/bilevel.js';
import { cosine, perEpoch, type Schedule } from '../optimizer/schedule.js';
import { Random } from '../random.js';
import { alphaStatistics, betaStatistics } from '../architecture/statistics.js';
import type { Program } from '../runtime/program.js';
import { PRIMITIVES } from '../search-space/primitives.js';
import { ALPHA, BETA } from '../search-space/supernet/supernet.js';
import { createTrellis } from '../search-space/trellis.js';
import { cropSize } from '../training/data-config.js';
import { runLabelMap } from '../training/label-map.js';
import type { LoopTask, StepLosses } from '../training/loop-task.js';
import { validationOf, type ValidationImages } from '../training/validation/validation.js';
import type { SearchConfig } from './config.js';
import { pairedBatches, type PairedBatch } from './paired-batches.js';
import { STEPS } from './program.js';

/** What a search works with. */
export interface SearchParts {
  readonly config: SearchConfig;
  readonly dataset: Dataset;
  readonly halves: HalvedSamples;
  readonly program: Program;
  readonly maker: BatchMaker;
  readonly validationImages: ValidationImages | undefined;
}

/** α and β as plain numbers. */
export interface ArchitectureLogits {
  /** `[edges · 8]`, edge by edge. */
  readonly alpha: Float32Array;
  /** `[arrows]`. */
  readonly beta: Float32Array;
}

/** Reads α and β out of the program of a search. */
export async function readLogits(program: Program): Promise<ArchitectureLogits> {
  const names = [ALPHA, BETA].map((name) => `variables/${name}`);
  const state = program.state(names);
  try {
    const [alpha, beta] = await Promise.all(names.map((name) => state[name].data<'float32'>()));
    return { alpha, beta };
  } finally {
    tf.dispose(state);
  }
}

/** The cosine of the paper, counted in steps. */
function weightSchedule(config: SearchConfig, stepsPerEpoch: number): Schedule {
  const { learningRate: initial, finalLearningRate: final, epochs, scheduleBy } = config;
  return scheduleBy === 'epoch'
    ? perEpoch(cosine({ initial, final, steps: epochs }), stepsPerEpoch)
    : cosine({ initial, final, steps: epochs * stepsPerEpoch });
}

/** A loader for one half. */
function loaderOf(parts: SearchParts, half: 'a' | 'b'): Loader {
  const { config, dataset, halves, maker } = parts;
  const { batchSize, augment, resolution, workers, seed } = config;
  return createLoader({
    dataset,
    samples: halves[half] satisfies readonly Sample[],
    crop: cropSize(config.crop),
    batchSize,
    augment,
    resolution,
    seed: new Random(seed).fork(`batches/${half}`).seed,
    maker,
    ...(workers === null ? {} : { workers }),
  });
}

/** One step: the weights on A, then, if it is their time, α and β on B. */
async function runStep(
  program: Program,
  { a, b }: PairedBatch,
  learningRate: number,
  architectureLearningRate: number,
): Promise<StepLosses> {
  const first = toTensors(a);
  const second = b && toTensors(b);
  const rate = tf.scalar(learningRate);
  const architectureRate = tf.scalar(architectureLearningRate);
  const read = async (outputs: Record<string, tf.Tensor>): Promise<number> => {
    const [loss] = await outputs.loss.data();
    tf.dispose(outputs);
    return loss;
  };
  try {
    const { images: image, labels } = first;
    const weights = program.run(STEPS.weights, { image, labels, learningRate: rate });
    const loss = await read(weights);
    if (!second || !Number.isFinite(loss)) {
      return { loss };
    }
    const architecture = program.run(STEPS.architecture, {
      image: second.images,
      labels: second.labels,
      [`${TRAIN_BATCH}/image`]: image,
      [`${TRAIN_BATCH}/labels`]: labels,
      learningRate: rate,
      architectureLearningRate: architectureRate,
    });
    return { loss, architectureLoss: await read(architecture) };
  } finally {
    tf.dispose([first, second ?? [], rate, architectureRate] as unknown as tf.TensorContainer);
  }
}

/**
 * The search as a task of the training loop.
 *
 * @throws {@link ConfigError} if a half does not fill a batch
 */
export function searchTask(parts: SearchParts): LoopTask<PairedBatch> {
  const { config, dataset, program, maker, validationImages } = parts;
  const { architectureLearningRate, architectureStart, epochs } = config;
  const a = loaderOf(parts, 'a');
  const b = loaderOf(parts, 'b');
  const stepsPerEpoch = Math.min(a.stepsPerEpoch, b.stepsPerEpoch);
  const schedule = weightSchedule(config, stepsPerEpoch);
  const isSearching = (epoch: number) => epoch >= architectureStart;
  const trellis = createTrellis(config);
  return {
    where: 'search',
    program,
    steps: epochs * stepsPerEpoch,
    stepsPerEpoch,
    batches: (epoch, options) =>
      pairedBatches(a, isSearching(epoch) ? b : undefined, epoch, options),
    step: (batch, step) => runStep(program, batch, schedule(step), architectureLearningRate),
    rates: (step) => ({
      learningRate: schedule(step),
      ...(isSearching(Math.floor(step / stepsPerEpoch)) && { architectureLearningRate }),
    }),
    phase: (epoch) => (isSearching(epoch) ? 'architecture' : 'weights'),
    validation:
      validationImages &&
      validationOf(validationImages, {
        dataset,
        config,
        // Batch norms of the supernet go by the batch: validate with the batches of the training.
        batchSize: config.batchSize,
        maker,
        predict: (batch) => runLabelMap(program, STEPS.predict, batch),
        isDue: () => true,
      }),
    epochColumns: async () => {
      const { alpha, beta } = await readLogits(program);
      return {
        alpha,
        beta,
        alphaEntropy: alphaStatistics(alpha, PRIMITIVES).entropy,
        betaEntropy: betaStatistics(beta, trellis.arrows).entropy,
      };
    },
    historyEvery: config.historyEvery,
    checkpointEvery: config.checkpointEvery,
  };
}
