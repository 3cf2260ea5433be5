/** The steps of a search as one program over one state. */
import * as tf from '@tensorflow/tfjs-core';
import { applyNetwork } from '../nn/apply.js';
import { declareNetwork, initializeVariables } from '../nn/declare.js';
import type { Network, VariableSpec } from '../nn/scope.js';
import { softmaxCrossEntropy } from '../ops/cross-entropy.js';
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
import { resolveSearchSpace } from '../search-space/options.js';
import {
  ALPHA,
  BETA,
  isArchitectureVariable,
  supernet,
} from '../search-space/supernet/supernet.js';
import { batchSpec, SCALAR } from '../training/batch-spec.js';
import { memoryOptions } from '../training/options/housekeeping.js';
import { toSize } from '../size.js';
import type { TrainedProgram } from '../training/run-work.js';
import type { NamedTensors } from '../tensors.js';
import type { ArchitectureLogits } from './decode-search.js';
import type { SearchConfig } from './options.js';

/** Loss, variables and optimizers of a search. */
function problemOf(
  network: Network,
  config: SearchConfig,
  specs: readonly VariableSpec[],
): BilevelProblem {
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

function architectureDefinition(problem: BilevelProblem, config: SearchConfig): StepDefinition {
  const { batchSize, order } = config;
  const size = toSize(config.crop);
  const inputs = { ...batchSpec(batchSize, size), architectureLearningRate: SCALAR };
  const trainBatch = batchSpec(batchSize, size, `${TRAIN_BATCH}/`);
  return order === 'first'
    ? { step: architectureStep(problem), inputs }
    : {
        step: unrolledArchitectureStep(problem),
        inputs: { ...inputs, ...trainBatch, learningRate: SCALAR },
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
 * @throws {@link ShapeError} if the crop is too small for the trellis, or leaves a batch norm one value
 *   per channel
 */
export function searchProgram(
  config: SearchConfig,
  classes: number,
  mode: CompileOptions['mode'] = 'auto',
): TrainedProgram {
  const { batchSize } = config;
  const size = toSize(config.crop);
  const network = supernet(resolveSearchSpace({ ...config, classes }));
  const { variables } = declareNetwork(
    network,
    [batchSize, size.height, size.width, 3],
    'training',
  );
  const problem = problemOf(network, config, variables);
  const initial = tf.tidy(() => bilevelState(problem, firstValues(config, variables)));
  const weights: StepDefinition = {
    step: weightStep(problem),
    inputs: { ...batchSpec(batchSize, size), learningRate: SCALAR },
  };
  const architecture = architectureDefinition(problem, config);
  try {
    const compileOptions = { mode, work: 'branches', ...memoryOptions(config) } as const;
    const program = compile(initial, { weights, architecture }, compileOptions);
    return { program, network, variables, compileOptions };
  } finally {
    tf.dispose(initial);
  }
}
