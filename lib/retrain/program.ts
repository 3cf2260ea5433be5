/** The steps of a retraining as one program over one state. */
import * as tf from '@tensorflow/tfjs-core';
import type { Architecture } from '../architecture/architecture.js';
import { ConfigError } from '../errors.js';
import { declareNetwork, initializeVariables } from '../nn/declare.js';
import { Random } from '../random.js';
import { compile, type CompileOptions } from '../runtime/compile.js';
import type { StepDefinition } from '../runtime/program.js';
import type { TraceGraph } from '../runtime/trace-graph.js';
import { batchNames, batchSpec, SCALAR } from '../training/batch-spec.js';
import { machineOptions, onFirstDevice } from '../training/options/housekeeping.js';
import { replicasOf, statisticsBatch } from '../training/options/replicas.js';
import { toSize } from '../size.js';
import type { TrainedProgram } from '../training/run-work.js';
import { sourceOfSteps } from '../training/steps-source.js';
import { derivedNetwork } from './network.js';
import { minesHardPixels } from './hard-pixels.js';
import { retrainOptimizer } from './optimizer.js';
import { trainingLoss } from './loss.js';
import type { RetrainConfig } from './options.js';
import {
  accumulateStep,
  trainableNames,
  trainState,
  trainStep,
  type TrainProblem,
} from './train-step.js';

/** Whether the image takes part in the output. */
function readsImage({ nodes }: TraceGraph): boolean {
  return nodes.some(({ inputs }) =>
    Object.values(inputs).some(({ source }) => source.kind === 'input' && source.name === 'image'),
  );
}

function problemOf(
  architecture: Architecture,
  config: RetrainConfig,
  classes: number,
  classWeights: readonly number[] | undefined,
): TrainProblem {
  const { height, width } = toSize(config.crop);
  const network = derivedNetwork(architecture, config, classes);
  const shape = [statisticsBatch(config), height, width, 3];
  const { variables, graph } = declareNetwork(network, shape, 'training');
  if (!readsImage(graph)) {
    throw new ConfigError(
      'architecture: expected a cell through which the image reaches the class scores, got one whose ' +
        'branches on hidden states 0 and 1 lead nowhere; decode without zeroInArgmax, or edit the cell',
    );
  }
  const { diceWeight } = config;
  const loss = trainingLoss({
    classWeights,
    minesHardPixels: minesHardPixels(config),
    diceWeight,
  });
  return {
    network,
    variables,
    optimizer: retrainOptimizer(config, variables),
    loss,
    accumulates: config.accumulate > 1,
    averageDecay: config.emaDecay ?? undefined,
  };
}

/**
 * Makes the program of a retraining with its first values.
 *
 * State and steps: `train` as {@link trainStep} says; with accumulation also `accumulate`.
 *
 * @param classWeights - a weight per class in the loss; 1 each if absent
 * @param mode - how its steps run; compiled where the backend can by default
 * @param place - where it is, if not on the devices that `config` names, and its threads
 * @throws {@link ConfigError} if the architecture is not valid, or leaves the image out
 * @throws {@link ShapeError} if a batch norm would see one value per channel
 */
export function retrainProgram(
  architecture: Architecture,
  config: RetrainConfig,
  classes: number,
  classWeights?: readonly number[],
  mode: CompileOptions['mode'] = 'auto',
  place: Pick<CompileOptions, 'devices' | 'place' | 'ring' | 'threads'> = {},
): TrainedProgram {
  const problem = problemOf(architecture, config, classes, classWeights);
  const { network, variables } = problem;
  const initial = tf.tidy(() =>
    trainState(problem, initializeVariables(variables, new Random(config.seed).fork('variables'))),
  );
  const inputs: StepDefinition['inputs'] = {
    ...batchSpec(config.batchSize, toSize(config.crop)),
    progress: SCALAR,
    seed: { shape: [], dtype: 'int32' },
    ...(minesHardPixels(config) && { hardPixels: { shape: [], dtype: 'int32' } as const }),
  };
  const replicas = replicasOf(config, batchNames());
  const train = { step: trainStep(problem), inputs: { ...inputs, learningRate: SCALAR }, replicas };
  const steps = problem.accumulates
    ? { train, accumulate: { step: accumulateStep(problem), inputs, replicas } }
    : { train };
  try {
    const { precision } = config;
    const compileOptions = { mode, precision, ...machineOptions(config) };
    const { path, genotype } = architecture;
    const branches = genotype.blocks.flatMap(({ left, right }) => [left, right]);
    const names = branches.map(({ operation }) => operation);
    const facts = { path, genotype, classes, classWeights };
    const source = sourceOfSteps('retrain', { ...config }, names, facts);
    const program = compile(initial, steps, { ...compileOptions, ...place, source });
    const averaged = config.emaDecay === null ? [] : trainableNames(variables);
    const forward = onFirstDevice(compileOptions);
    return {
      program,
      network,
      variables,
      compileOptions: forward,
      averaged,
      replicas: place.ring === undefined ? replicas : undefined,
    };
  } finally {
    tf.dispose(initial);
  }
}
