/** The steps of a retraining as one program over one state. */
import * as tf from '@tensorflow/tfjs-core';
import type { Size } from '../size.js';
import type { Architecture } from '../architecture/architecture.js';
import { declareNetwork, initializeVariables } from '../nn/declare.js';
import { sgd } from '../optimizer/sgd.js';
import { Random } from '../random.js';
import { compile } from '../runtime/compile.js';
import type { Program, StepDefinition } from '../runtime/program.js';
import { segmentationNetwork } from '../segmentation/network.js';
import { memoryOptions, cropSize } from '../training/data-config.js';
import { imageSpec, labelMapDefinition } from '../training/label-map.js';
import type { RetrainConfig } from './config.js';
import { trainState, trainStep, type TrainProblem } from './train-step.js';

/** Names of the program's steps. */
export const STEPS = { train: 'train', predict: 'predict' } as const;

/** What is predicted during a retraining. */
export interface PredictSize {
  readonly size: Size;
  readonly batchSize: number;
}

function problemOf(
  architecture: Architecture,
  config: RetrainConfig,
  classes: number,
): TrainProblem {
  const { momentum, weightDecay, clipNorm } = config;
  const { height, width } = cropSize(config.crop);
  const network = segmentationNetwork({
    architecture,
    classes,
    filterMultiplier: config.filterMultiplier,
    batchNormMomentum: config.batchNormMomentum,
    fineTuneBatchNorm: config.fineTuneBatchNorm,
    dropPathKeepProbability: config.dropPathKeepProbability,
    dropoutKeepProbability: config.dropoutKeepProbability,
  });
  const { variables } = declareNetwork(network, [config.batchSize, height, width, 3]);
  const specs = new Map(variables.map((spec) => [spec.name, spec]));
  const optimizer = sgd({
    momentum,
    weightDecay,
    decays: (name) => specs.get(name)?.decay ?? true,
    multiplier: (name) => specs.get(name)?.learningRateScale ?? 1,
    ...(clipNorm === null ? {} : { clipNorm }),
  });
  return { network, variables, optimizer };
}

/**
 * Makes the program of a retraining with its first values.
 *
 * State: `variables/…`, `optimizer/…`. Steps: see {@link STEPS}.
 *
 * @param predict - size of the images that are predicted; undefined: none are
 * @throws {@link ConfigError} if the architecture is not valid
 */
export function retrainProgram(
  architecture: Architecture,
  config: RetrainConfig,
  classes: number,
  predict: PredictSize | undefined,
): Program {
  const problem = problemOf(architecture, config, classes);
  const { height, width } = cropSize(config.crop);
  const initial = tf.tidy(() =>
    trainState(
      problem,
      initializeVariables(problem.variables, new Random(config.seed).fork('variables')),
    ),
  );
  const steps: Record<string, StepDefinition> = {
    [STEPS.train]: {
      step: trainStep(problem),
      inputs: {
        image: imageSpec(config.batchSize, { height, width }),
        labels: { shape: [config.batchSize, height, width], dtype: 'int32' },
        learningRate: { shape: [] },
        progress: { shape: [] },
        seed: { shape: [], dtype: 'int32' },
      },
    },
    ...(predict && {
      [STEPS.predict]: labelMapDefinition(problem.network, predict.batchSize, predict.size),
    }),
  };
  try {
    return compile(initial, steps, memoryOptions(config));
  } finally {
    tf.dispose(initial);
  }
}
