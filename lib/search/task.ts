/** The search as a task of the training loop. */
import * as tf from '@tensorflow/tfjs-core';
import { alphaStatistics, betaStatistics } from '../architecture/statistics.js';
import { IGNORE_LABEL } from '../dataset/dataset.js';
import type { HalvedSamples } from '../dataset/halves.js';
import type { Batch } from '../dataset/loading/batch.js';
import { toTensors } from '../dataset/loading/tensors.js';
import { TRAIN_BATCH } from '../optimizer/bilevel.js';
import { cosine, perEpoch, type Schedule } from '../optimizer/schedule.js';
import type { Program } from '../runtime/program.js';
import { ALPHA, BETA } from '../search-space/supernet/supernet.js';
import { createTrellis } from '../search-space/trellis.js';
import type { NamedTensors } from '../tensors.js';
import type { StepLosses, TrainingTask } from '../training/loop/loop-task.js';
import type { TaskParts } from '../training/run-work.js';
import type { ArchitectureLogits } from './decode-search.js';
import type { SearchConfig } from './options.js';
import { pairedBatches, type PairedBatch } from './paired-batches.js';

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

/** Whether a pixel of a batch has a label. */
const isLabelled = ({ labels }: Batch): boolean => labels.some((label) => label !== IGNORE_LABEL);

/** One step: the weights on A, then, from their first epoch on, α and β on B. */
async function runStep(
  program: Program,
  { a, b }: PairedBatch,
  learningRate: number,
  architectureLearningRate: number,
): Promise<StepLosses> {
  const counts = isLabelled(a) && (b === undefined || isLabelled(b));
  const first = toTensors(a);
  const second = b && toTensors(b);
  const rate = tf.scalar(learningRate);
  const architectureRate = tf.scalar(architectureLearningRate);
  const read = async (outputs: NamedTensors): Promise<number> => {
    const [loss] = await outputs.loss.data();
    tf.dispose(outputs);
    return loss;
  };
  try {
    const { images: image, labels } = first;
    const weights = program.run('weights', { image, labels, learningRate: rate });
    const loss = await read(weights);
    if (!second || !Number.isFinite(loss)) {
      return { loss, isLabelled: counts };
    }
    const architecture = program.run('architecture', {
      image: second.images,
      labels: second.labels,
      [`${TRAIN_BATCH}/image`]: image,
      [`${TRAIN_BATCH}/labels`]: labels,
      learningRate: rate,
      architectureLearningRate: architectureRate,
    });
    return { loss, architectureLoss: await read(architecture), isLabelled: counts };
  } finally {
    tf.dispose([first, second ?? [], rate, architectureRate] as unknown as tf.TensorContainer);
  }
}

/**
 * The search as a task of the training loop.
 *
 * @throws {@link ConfigError} if a half does not fill a batch
 */
export function searchTask(
  config: SearchConfig,
  halves: HalvedSamples,
  { program, loader }: TaskParts,
): TrainingTask<PairedBatch> {
  const { architectureLearningRate, architectureStart, epochs } = config;
  const a = loader(halves.a, 'batches/a');
  const b = loader(halves.b, 'batches/b');
  const stepsPerEpoch = Math.min(a.stepsPerEpoch, b.stepsPerEpoch);
  const schedule = weightSchedule(config, stepsPerEpoch);
  const isSearching = (epoch: number) => epoch >= architectureStart;
  const trellis = createTrellis(config);
  return {
    steps: epochs * stepsPerEpoch,
    stepsPerEpoch,
    notes: [],
    batches: (epoch, options) => {
      const { nextEpoch } = options;
      if (nextEpoch !== undefined && isSearching(nextEpoch) && !isSearching(epoch)) {
        b.prepare(nextEpoch);
      }
      return pairedBatches(a, isSearching(epoch) ? b : undefined, epoch, options);
    },
    step: (batch, step) => runStep(program, batch, schedule(step), architectureLearningRate),
    rates: (step) => ({
      learningRate: schedule(step),
      ...(isSearching(Math.floor(step / stepsPerEpoch)) && { architectureLearningRate }),
    }),
    phase: (epoch) => (isSearching(epoch) ? 'architecture' : 'weights'),
    calls: (phase) => ({ weights: 1, architecture: phase === 'architecture' ? 1 : 0 }),
    isValidationDue: () => true,
    epochColumns: async () => {
      const { alpha, beta } = await readLogits(program);
      return {
        alpha,
        beta,
        alphaEntropy: alphaStatistics(alpha, config).entropy,
        betaEntropy: betaStatistics(beta, trellis).entropy,
      };
    },
  };
}
