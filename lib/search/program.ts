/** The steps of a search as one program over one state. */
import * as tf from '@tensorflow/tfjs-core';
import { applyNetwork } from '../nn/apply.js';
import { declareNetwork, initializeVariables } from '../nn/declare.js';
import type { Network, VariableSpec } from '../nn/scope.js';
import { pixelCrossEntropy, weightedMean } from '../ops/cross-entropy.js';
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
import { compile, type CompileOptions } from '../runtime/compile.js';
import type { StepDefinition } from '../runtime/program.js';
import { meanOverReplicas } from '../runtime/replicas.js';
import { resolveSearchSpace } from '../search-space/options.js';
import {
  ALPHA,
  BETA,
  isArchitectureVariable,
  supernet,
} from '../search-space/supernet/supernet.js';
import { batchNames, batchSpec, SCALAR } from '../training/batch-spec.js';
import { machineOptions, onFirstDevice } from '../training/options/housekeeping.js';
import { replicasOf, statisticsBatch } from '../training/options/replicas.js';
import { toSize } from '../size.js';
import type { TrainedProgram } from '../training/run-work.js';
import { sourceOfSteps } from '../training/steps-source.js';
import type { NamedTensors } from '../tensors.js';
import type { ArchitectureLogits } from './decode-search.js';
import { architecturePenaltyOf } from './architecture-penalty.js';
import type { SearchConfig } from './options.js';

/** Loss, variables and optimizers of a search. */
function problemOf(
  network: Network,
  config: SearchConfig,
  classes: number,
  specs: readonly VariableSpec[],
): BilevelProblem {
  const architecturePenalty = architecturePenaltyOf(config, classes);
  const decayed = new Set(specs.filter(({ decay }) => decay).map(({ name }) => name));
  const { momentum, weightDecay, clipNorm, architectureBetas, architectureWeightDecay } = config;
  return {
    loss: (variables, { image, labels }) => {
      const { output } = applyNetwork(network, variables, image as tf.Tensor4D, {});
      const { losses, weights } = pixelCrossEntropy(output, labels as tf.Tensor3D);
      // The mean over the pixels of all replicas, not the mean of their means.
      const { weight } = meanOverReplicas({ weight: tf.sum(weights) });
      return weightedMean(tf.sum<tf.Scalar>(losses), weight as tf.Scalar);
    },
    ...(architecturePenalty && { architecturePenalty }),
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

function weightDefinition(problem: BilevelProblem, config: SearchConfig): StepDefinition {
  const batch = batchSpec(config.batchSize, toSize(config.crop));
  return {
    step: weightStep(problem),
    inputs: { ...batch, learningRate: SCALAR },
    replicas: replicasOf(config, batchNames()),
  };
}

function architectureDefinition(problem: BilevelProblem, config: SearchConfig): StepDefinition {
  const { batchSize, order } = config;
  const size = toSize(config.crop);
  const inputs = { ...batchSpec(batchSize, size), architectureLearningRate: SCALAR };
  const prefix = `${TRAIN_BATCH}/`;
  const trainBatch = batchSpec(batchSize, size, prefix);
  return order === 'first'
    ? { step: architectureStep(problem), inputs, replicas: replicasOf(config, batchNames()) }
    : {
        step: unrolledArchitectureStep(problem),
        inputs: { ...inputs, ...trainBatch, learningRate: SCALAR },
        replicas: replicasOf(config, [...batchNames(), ...batchNames(prefix)]),
      };
}

/** The first values of variables of a search. */
function firstValues({ seed }: SearchConfig, specs: readonly VariableSpec[]): NamedTensors {
  return initializeVariables(specs, new Random(seed).fork('variables'));
}

/** α and β of a search before its first step, as its seed gives them. */
export async function firstLogits(
  config: SearchConfig,
  classes: number,
): Promise<ArchitectureLogits> {
  const network = supernet(resolveSearchSpace({ ...config, classes }));
  const { height, width } = toSize(config.crop);
  const { variables } = declareNetwork(network, [config.batchSize, height, width, 3], 'training');
  const values = firstValues(
    config,
    variables.filter(({ name }) => isArchitectureVariable(name)),
  );
  try {
    const [alpha, beta] = await Promise.all(
      [ALPHA, BETA].map((name) => values[name].data<'float32'>()),
    );
    return { alpha, beta };
  } finally {
    tf.dispose(values);
  }
}

/**
 * Makes the program of a search with its first values.
 *
 * State: `variables/…`, `optimizer/weights/…`, `optimizer/architecture/…`. Steps: `weights`
 * and `architecture`.
 *
 * @param classes - number of classes
 * @param mode - how its steps run; compiled where the backend can by default
 * @param place - where it is, if not on the devices that `config` names, and its threads
 * @throws {@link ShapeError} if the crop is too small for the trellis, or leaves a batch norm one value
 *   per channel
 */
export function searchProgram(
  config: SearchConfig,
  classes: number,
  mode: CompileOptions['mode'] = 'auto',
  place: Pick<CompileOptions, 'devices' | 'place' | 'ring' | 'threads'> = {},
): TrainedProgram {
  const size = toSize(config.crop);
  const network = supernet(resolveSearchSpace({ ...config, classes }));
  const { variables } = declareNetwork(
    network,
    [statisticsBatch(config), size.height, size.width, 3],
    'training',
  );
  const problem = problemOf(network, config, classes, variables);
  const initial = tf.tidy(() => bilevelState(problem, firstValues(config, variables)));
  const weights = weightDefinition(problem, config);
  const architecture = architectureDefinition(problem, config);
  try {
    const { precision } = config;
    const compileOptions = {
      mode,
      work: 'branches',
      precision,
      ...machineOptions(config),
    } as const;
    const source = sourceOfSteps('search', { ...config }, config.operations, { classes });
    const program = compile(
      initial,
      { weights, architecture },
      { ...compileOptions, ...place, source },
    );
    const replicas = place.ring === undefined ? weights.replicas : undefined;
    return { program, network, variables, compileOptions: onFirstDevice(compileOptions), replicas };
  } finally {
    tf.dispose(initial);
  }
}
