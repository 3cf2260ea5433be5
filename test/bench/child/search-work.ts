/** The step pair of the search, as `search` runs it. */
import * as tf from '@tensorflow/tfjs-core';
import type { nn } from 'autodeeplab';
import {
  applyNetwork,
  compile,
  declareNetwork,
  initializeVariables,
  ops,
  optim,
  Random,
  resolveSearchConfig,
  resolveSearchSpace,
  space,
  supernet,
} from 'autodeeplab';
import { CLASSES, type SearchWork } from '../cases.js';
import {
  batchInputs,
  COMPILE_OPTIONS,
  profileOf,
  randomBatch,
  readLoss,
  type MeasuredWork,
  type ProgramMode,
} from './measured-work.js';

function searchProgram(work: SearchWork, how: ProgramMode): nn.Program {
  const { layers, filterMultiplier, blocks, crop, batch } = work;
  const config = resolveSearchConfig({ layers, filterMultiplier, blocks, crop, batchSize: batch });
  const network = supernet(resolveSearchSpace({ ...config, classes: CLASSES }));
  const { variables } = declareNetwork(network, [batch, crop, crop, 3]);
  const decayed = new Set(variables.filter(({ decay }) => decay).map(({ name }) => name));
  const { momentum, weightDecay, architectureBetas, architectureWeightDecay } = config;
  const problem: optim.BilevelProblem = {
    loss: (tensors, { image, labels }) => {
      const { output } = applyNetwork(network, tensors, image as tf.Tensor4D, {});
      return ops.softmaxCrossEntropy(output, labels as tf.Tensor3D);
    },
    isArchitecture: space.isArchitectureVariable,
    weightOptimizer: optim.sgd({ momentum, weightDecay, decays: (name) => decayed.has(name) }),
    architectureOptimizer: optim.adam({
      betas: architectureBetas,
      weightDecay: architectureWeightDecay,
    }),
  };
  const initial = tf.tidy(() =>
    optim.bilevelState(problem, initializeVariables(variables, new Random(config.seed))),
  );
  const inputs = batchInputs(batch, crop);
  const program = compile(
    initial,
    {
      weights: {
        step: optim.weightStep(problem),
        inputs: { ...inputs, learningRate: { shape: [] } },
      },
      architecture: {
        step: optim.architectureStep(problem),
        inputs: { ...inputs, architectureLearningRate: { shape: [] } },
      },
    },
    { ...how, ...COMPILE_OPTIONS.search },
  );
  tf.dispose(initial);
  return program;
}

/** The weight step, then the architecture step. */
export function searchWork(work: SearchWork, how: ProgramMode): MeasuredWork {
  const program = searchProgram(work, how);
  const batch = randomBatch(work.batch, work.crop);
  const learningRate = tf.scalar(0.025);
  const architectureLearningRate = tf.scalar(0.003);
  return {
    memory: program.memory,
    profile: () => [
      profileOf(program, 'weights', { ...batch, learningRate }),
      profileOf(program, 'architecture', { ...batch, architectureLearningRate }),
    ],
    run: async () => {
      const start = performance.now();
      const loss = await readLoss(program.run('weights', { ...batch, learningRate }));
      const middle = performance.now();
      await readLoss(program.run('architecture', { ...batch, architectureLearningRate }));
      const end = performance.now();
      return { parts: { weights: middle - start, architecture: end - middle }, loss };
    },
  };
}
