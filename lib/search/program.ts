/** The steps of a search as one program over one state. */
import * as tf from '@tensorflow/tfjs-core';
import { declareNetwork, initializeVariables } from '../nn/declare.js';
import { applyNetwork } from '../nn/apply.js';
import type { VariableSpec } from '../nn/scope.js';
import { softmaxCrossEntropy } from '../ops/index.js';
import { adam } from '../optimizer/adam.js';
import {
  architectureStep,
  bilevelState,
  TRAIN_BATCH,
  unrolledArchitectureStep,
  weightStep,
  type BilevelProblem,
} from '../optimizer/bilevel.js';
import { sgd } from '../optimizer/sgd.js';
import { Random } from '../random.js';
import { compile } from '../runtime/compile.js';
import type { InputSpec, Program, StepDefinition } from '../runtime/program.js';
import { resolveSearchSpace } from '../search-space/options.js';
import { isArchitectureVariable, supernet } from '../search-space/supernet/supernet.js';
import type { Size } from '../size.js';
import { cropSize, memoryOptions } from '../training/data-config.js';
import { imageSpec, labelMapDefinition } from '../training/label-map.js';
import type { SearchConfig } from './config.js';

/** Names of the program's steps. */
export const STEPS = {
  weights: 'weights',
  architecture: 'architecture',
  predict: 'predict',
} as const;

const SCALAR: InputSpec = { shape: [] };

/** Loss, variables and optimizers of a search. */
function problemOf(
  config: SearchConfig,
  classes: number,
  specs: readonly VariableSpec[],
): BilevelProblem {
  const network = supernet(resolveSearchSpace({ ...config, classes }));
  const decayed = new Set(specs.filter(({ decay }) => decay).map(({ name }) => name));
  const { momentum, weightDecay, clipNorm, architectureBetas, architectureWeightDecay } = config;
  return {
    loss: (variables, { image, labels }) => {
      const { output } = applyNetwork(network, variables, image as tf.Tensor4D, {});
      return softmaxCrossEntropy(output, labels as tf.Tensor3D);
    },
    isArchitecture: isArchitectureVariable,
    weightOptimizer: sgd({
      momentum,
      weightDecay,
      decays: (name) => decayed.has(name),
      ...(clipNorm === null ? {} : { clipNorm }),
    }),
    architectureOptimizer: adam({
      betas: architectureBetas,
      weightDecay: architectureWeightDecay,
    }),
  };
}

/** The inputs of one batch, their names after an optional prefix. */
function batchSpec(config: SearchConfig, prefix = ''): Record<string, InputSpec> {
  const { height, width } = cropSize(config.crop);
  return {
    [`${prefix}image`]: imageSpec(config.batchSize, { height, width }),
    [`${prefix}labels`]: { shape: [config.batchSize, height, width], dtype: 'int32' },
  };
}

function architectureDefinition(problem: BilevelProblem, config: SearchConfig): StepDefinition {
  const inputs = { ...batchSpec(config), architectureLearningRate: SCALAR };
  return config.order === 'first'
    ? { step: architectureStep(problem), inputs }
    : {
        step: unrolledArchitectureStep(problem),
        inputs: { ...inputs, ...batchSpec(config, `${TRAIN_BATCH}/`), learningRate: SCALAR },
      };
}

/**
 * Makes the program of a search with its first values.
 *
 * State: `variables/…`, `optimizer/weights/…`, `optimizer/architecture/…`. Steps: see {@link STEPS}.
 *
 * @param classes - number of classes
 * @param validationSize - size of the images that are predicted; undefined: none are
 * @throws {@link ShapeError} if the crop is too small for the trellis
 */
export function searchProgram(
  config: SearchConfig,
  classes: number,
  validationSize: Size | undefined,
): Program {
  const network = supernet(resolveSearchSpace({ ...config, classes }));
  const { height, width } = cropSize(config.crop);
  const { variables: specs } = declareNetwork(network, [config.batchSize, height, width, 3]);
  const problem = problemOf(config, classes, specs);
  const initial = tf.tidy(() =>
    bilevelState(problem, initializeVariables(specs, new Random(config.seed).fork('variables'))),
  );
  const steps: Record<string, StepDefinition> = {
    [STEPS.weights]: {
      step: weightStep(problem),
      inputs: { ...batchSpec(config), learningRate: SCALAR },
    },
    [STEPS.architecture]: architectureDefinition(problem, config),
    ...(validationSize && {
      [STEPS.predict]: labelMapDefinition(network, config.batchSize, validationSize),
    }),
  };
  try {
    return compile(initial, steps, { work: 'branches', ...memoryOptions(config) });
  } finally {
    tf.dispose(initial);
  }
}
