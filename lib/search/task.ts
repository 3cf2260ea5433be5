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
import { ALPHA, BETA, isArchitectureVariable } from '../search-space/supernet/supernet.js';
import { createTrellis } from '../search-space/trellis.js';
import type { NamedTensors } from '../tensors.js';
import type { StepLosses, TrainingTask } from '../training/loop/loop-task.js';
import { describeNonFinite, readStepValues } from '../training/non-finite.js';
import type { TaskParts, TrainedProgram } from '../training/run-work.js';
import { CollapseWatch } from './collapse.js';
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

/** Whether a pixel of a batch, or of its parts in other processes, has a label: else its loss is 0. */
const isLabelled = ({ labels }: Batch, loss: number): boolean =>
  loss !== 0 || labels.some((label) => label !== IGNORE_LABEL);

function areLabelled(
  { a, b }: PairedBatch,
  { loss, architectureLoss = 0 }: Omit<StepLosses, 'isLabelled'>,
): boolean {
  return isLabelled(a, loss) && (b === undefined || isLabelled(b, architectureLoss));
}

/** The inputs of the two steps of one step of the search; `b` absent: α and β stay. */
interface StepInputs {
  readonly a: NamedTensors;
  readonly b: NamedTensors | undefined;
}

function stepInputs(
  { a, b }: PairedBatch,
  learningRate: number,
  architectureLearningRate: number,
): StepInputs {
  const { images: image, labels } = toTensors(a);
  const rate = tf.scalar(learningRate);
  const first = { image, labels, learningRate: rate };
  if (b === undefined) {
    return { a: first, b };
  }
  const second = toTensors(b);
  return {
    a: first,
    b: {
      image: second.images,
      labels: second.labels,
      [`${TRAIN_BATCH}/image`]: image,
      [`${TRAIN_BATCH}/labels`]: labels,
      learningRate: rate,
      architectureLearningRate: tf.scalar(architectureLearningRate),
    },
  };
}

/** One step: the weights on A, then, from their first epoch on, α and β on B. */
async function runStep(
  trained: TrainedProgram,
  { a, b }: StepInputs,
): Promise<Omit<StepLosses, 'isLabelled'>> {
  const { program, variables } = trained;
  const run = async (step: string, inputs: NamedTensors, isMoved: (name: string) => boolean) => {
    const values = await readStepValues(await program.runAsync(step, inputs));
    const moved = variables.map(({ name }) => name).filter(isMoved);
    const failure = values.isFinite
      ? undefined
      : await describeNonFinite(trained, { image: inputs.image }, values, moved);
    return { ...values, ...(failure !== undefined && { failure }) };
  };
  const weights = await run('weights', a, (name) => !isArchitectureVariable(name));
  const { loss, gradientNorm, failure } = weights;
  if (b === undefined || failure !== undefined) {
    return { loss, gradientNorm, ...(failure !== undefined && { failure }) };
  }
  const architecture = await run('architecture', b, isArchitectureVariable);
  return {
    loss,
    gradientNorm,
    architectureLoss: architecture.loss,
    architectureGradientNorm: architecture.gradientNorm,
    ...(architecture.failure !== undefined && {
      failure: `in the step of the architecture, ${architecture.failure}`,
    }),
  };
}

/**
 * The search as a task of the training loop.
 *
 * @throws {@link ConfigError} if a half does not fill a batch
 */
export function searchTask(
  config: SearchConfig,
  halves: HalvedSamples,
  { trained, loader }: TaskParts,
): TrainingTask<PairedBatch> {
  const { architectureLearningRate, architectureStart, epochs } = config;
  const a = loader(halves.a, 'batches/a');
  const b = loader(halves.b, 'batches/b');
  const stepsPerEpoch = Math.min(a.stepsPerEpoch, b.stepsPerEpoch);
  const schedule = weightSchedule(config, stepsPerEpoch);
  const isSearching = (epoch: number) => epoch >= architectureStart;
  const trellis = createTrellis(config);
  const collapse = new CollapseWatch();
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
    step: async (batch, step, rateScale) => {
      const rates = [schedule(step), architectureLearningRate].map((rate) => rateScale * rate);
      const inputs = stepInputs(batch, rates[0], rates[1]);
      try {
        const losses = await runStep(trained, inputs);
        return { ...losses, isLabelled: areLabelled(batch, losses) };
      } finally {
        tf.dispose({ ...inputs });
      }
    },
    rates: (step, rateScale) => ({
      learningRate: rateScale * schedule(step),
      ...(isSearching(Math.floor(step / stepsPerEpoch)) && {
        architectureLearningRate: rateScale * architectureLearningRate,
      }),
    }),
    phase: (epoch) => (isSearching(epoch) ? 'architecture' : 'weights'),
    calls: (phase) => ({ weights: 1, architecture: phase === 'architecture' ? 1 : 0 }),
    isValidationDue: () => true,
    endOfEpoch: async () => {
      const { alpha, beta } = await readLogits(trained.program);
      const statistics = alphaStatistics(alpha, config);
      const { entropy: betaEntropy } = betaStatistics(beta, trellis);
      const warning = collapse.add(statistics);
      return {
        columns: { alpha, beta, alphaEntropy: statistics.entropy, betaEntropy },
        warnings: warning === undefined ? [] : [warning],
      };
    },
  };
}
