/** The training step of Auto-DeepLab-S, as `retrain` runs it. */
import * as tf from '@tensorflow/tfjs-core';
import type { nn } from 'autodeeplab';
import {
  compile,
  declareNetwork,
  initializeVariables,
  optim,
  publishedArchitecture,
  Random,
  resolveRetrainConfig,
  runs,
  segmentationNetwork,
} from 'autodeeplab';
import { CLASSES, S_FILTER_MULTIPLIER, type RetrainWork } from '../cases.js';
import {
  batchInputs,
  COMPILE_OPTIONS,
  profileOf,
  randomBatch,
  readLoss,
  type MeasuredWork,
  type ProgramMode,
} from './measured-work.js';

function retrainProgram({ crop, batch }: RetrainWork, how: ProgramMode): nn.Program {
  const config = resolveRetrainConfig({
    filterMultiplier: S_FILTER_MULTIPLIER,
    crop,
    batchSize: batch,
  });
  const network = segmentationNetwork({
    architecture: publishedArchitecture,
    classes: CLASSES,
    filterMultiplier: config.filterMultiplier,
    batchNormMomentum: config.batchNormMomentum,
    fineTuneBatchNorm: config.fineTuneBatchNorm,
    dropPathKeepProbability: config.dropPathKeepProbability,
    dropoutKeepProbability: config.dropoutKeepProbability,
  });
  const { variables } = declareNetwork(network, [batch, crop, crop, 3]);
  const specs = new Map(variables.map((spec) => [spec.name, spec]));
  const { momentum, weightDecay } = config;
  const optimizer = optim.sgd({
    momentum,
    weightDecay,
    decays: (name) => specs.get(name)?.decay ?? true,
    multiplier: (name) => specs.get(name)?.learningRateScale ?? 1,
  });
  const problem: runs.TrainProblem = { network, variables, optimizer, loss: runs.trainingLoss() };
  const initial = tf.tidy(() =>
    runs.trainState(problem, initializeVariables(variables, new Random(config.seed))),
  );
  const inputs = {
    ...batchInputs(batch, crop),
    learningRate: { shape: [] },
    progress: { shape: [] },
    seed: { shape: [], dtype: 'int32' },
  } as const;
  const program = compile(
    initial,
    { train: { step: runs.trainStep(problem), inputs } },
    { ...how, ...COMPILE_OPTIONS.retrain },
  );
  tf.dispose(initial);
  return program;
}

/** One training step. */
export function retrainWork(work: RetrainWork, how: ProgramMode): MeasuredWork {
  const program = retrainProgram(work, how);
  const inputs = {
    ...randomBatch(work.batch, work.crop),
    learningRate: tf.scalar(0.01),
    progress: tf.scalar(0),
    seed: tf.scalar(1, 'int32'),
  };
  return {
    memory: program.memory,
    profile: () => [profileOf(program, 'train', inputs)],
    run: async () => ({ parts: {}, loss: await readLoss(program.run('train', inputs)) }),
  };
}
