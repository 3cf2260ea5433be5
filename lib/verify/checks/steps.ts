/** One step in two forms on the same backend: compiled and eager; edges together and one by one. */
import * as tf from '@tensorflow/tfjs-core';
import { publishedArchitecture } from '../../architecture/published.js';
import { applyNetwork } from '../../nn/apply.js';
import { declareNetwork } from '../../nn/declare.js';
import type { VariableSpec } from '../../nn/scope.js';
import { softmaxCrossEntropy } from '../../ops/cross-entropy.js';
import { lossAndGradients } from '../../optimizer/gradients.js';
import { resolveRetrainConfig } from '../../retrain/options.js';
import { retrainProgram } from '../../retrain/program.js';
import { resolveSearchConfig } from '../../search/options.js';
import { searchProgram } from '../../search/program.js';
import { resolveSearchSpace } from '../../search-space/options.js';
import { isArchitectureVariable, supernet } from '../../search-space/supernet/supernet.js';
import type { Evaluation } from '../../search-space/supernet/cell.js';
import { withPrefix, type NamedTensors } from '../../tensors.js';
import type { TrainedProgram } from '../../training/run-work.js';
import type { Check, CheckContext, Row } from '../check.js';
import { differenceOf, rowOf, worst, type Comparison, type Difference } from '../difference.js';
import { toleranceFor } from '../precision.js';
import { readReference } from '../reference.js';
import { namedBatch, searchInputs } from '../step-inputs.js';
import { fillSupernetVariable } from '../supernet-variables.js';

const CLASSES = 4;
const SEARCH = { layers: 2, filterMultiplier: 2, blocks: 2, crop: 33, batchSize: 2 };
const RETRAIN = { filterMultiplier: 2, crop: 33, batchSize: 2 };

/**
 * Values of the variables that follow from their names. They keep most ReLUs open: first values do not,
 * and where many inputs of ReLUs are nearly 0, rounding decides about gradients.
 */
function filled(specs: readonly VariableSpec[], blocks: number): NamedTensors {
  return Object.fromEntries(
    specs.map((spec) => [
      spec.name,
      tf.tensor(fillSupernetVariable(spec, blocks), [...spec.shape]),
    ]),
  );
}

/** A call of a step of a program. */
type Call = readonly [step: string, inputs: NamedTensors];

type Mode = 'graph' | 'eager';

/** What a run of calls leaves, by name. */
type Values = ReadonlyMap<string, ArrayLike<number>>;

/**
 * The outputs of the calls and the state after the first ones.
 *
 * α and β themselves are left out: Adam's first step is the sign of the gradient, which rounding decides
 * where the gradient is nearly 0; its moments, which are compared, are not.
 */
function runCalls({ program, variables }: TrainedProgram, calls: readonly Call[]): Values {
  try {
    program.load(withPrefix('variables', filled(variables, SEARCH.blocks)));
    const values = new Map<string, ArrayLike<number>>();
    calls.forEach(([step, inputs], i) => {
      for (const [name, value] of Object.entries(program.run(step, inputs))) {
        values.set(`${name} of call ${i + 1} (${step})`, value.dataSync());
      }
    });
    for (const [name, value] of Object.entries(program.state())) {
      if (!isArchitectureVariable(name.replace('variables/', ''))) {
        values.set(name, value.dataSync());
      }
    }
    return values;
  } finally {
    program.dispose();
  }
}

/** The same calls in both modes. */
function compareModes(make: (mode: Mode) => TrainedProgram, calls: readonly Call[]): Difference {
  const [compiled, eager] = (['graph', 'eager'] as const).map((mode) =>
    runCalls(make(mode), calls),
  );
  return worst(
    [...eager].map(([name, expected]) => differenceOf(name, compiled.get(name) ?? [], expected)),
  );
}

function searchModes(order: 'first' | 'second'): Difference {
  const config = resolveSearchConfig({ ...SEARCH, order });
  const size = { batchSize: config.batchSize, size: SEARCH.crop, classes: CLASSES };
  const [a, b] = ['verify/a', 'verify/b'].map((name) => namedBatch(name, size));
  const inputs = searchInputs(config, a, b);
  return compareModes(
    (mode) => searchProgram(config, CLASSES, mode),
    [
      ['weights', inputs.weights],
      ['architecture', inputs.architecture],
    ],
  );
}

async function retrainModes(): Promise<Difference> {
  const { retrain } = await readReference('networks');
  const architecture = { ...publishedArchitecture, ...retrain.architecture };
  const config = resolveRetrainConfig(RETRAIN);
  const size = { batchSize: config.batchSize, size: RETRAIN.crop, classes: CLASSES };
  const call = (i: number): Call => [
    'train',
    {
      ...namedBatch(`verify/${i}`, size),
      progress: tf.scalar(0.5),
      seed: tf.scalar(i, 'int32'),
      learningRate: tf.scalar(config.learningRate),
    },
  ];
  return compareModes(
    (mode) => retrainProgram(architecture, config, CLASSES, undefined, mode),
    [call(1)],
  );
}

/** Loss and gradients of a supernet in one form. */
function evaluated(evaluation: Evaluation): Values {
  const { crop: size, batchSize, ...rest } = SEARCH;
  const network = supernet(resolveSearchSpace({ ...rest, classes: CLASSES }), evaluation);
  const { image, labels } = namedBatch('verify/a', { batchSize, size, classes: CLASSES });
  const specs = declareNetwork(network, image.shape).variables;
  const { loss, gradients } = lossAndGradients(
    (variables) => {
      const { output } = applyNetwork(network, variables, image as tf.Tensor4D, {});
      return softmaxCrossEntropy(output, labels as tf.Tensor3D);
    },
    filled(specs, rest.blocks),
  );
  const arrays = Object.entries(gradients).map(
    ([name, gradient]) => [`the gradient of ${name}`, gradient.dataSync()] as const,
  );
  return new Map<string, ArrayLike<number>>([['the loss', loss.dataSync()], ...arrays]);
}

function compareForms(): Difference {
  const [together, single] = (['fused', 'plain'] as const).map(evaluated);
  return worst(
    [...single].map(([name, expected]) => differenceOf(name, together.get(name) ?? [], expected)),
  );
}

async function* run({ backend, precision }: CheckContext): AsyncGenerator<Row> {
  const tolerance = toleranceFor('network', precision);
  const row = (what: string, expectedFrom: string, compare: Comparison['compare']) =>
    rowOf({ what, expectedFrom, tolerance, compare });
  yield row('supernet, edges of a state together', 'edge by edge', compareForms);
  if (backend.name !== 'tensorflow') {
    return; // steps are never compiled there
  }
  for (const order of ['first', 'second'] as const) {
    const what = `compiled steps of a search, ${order} order`;
    yield row(what, 'the same steps, eager', () => searchModes(order));
  }
  yield row('compiled step of a retraining', 'the same step, eager', retrainModes);
}

/** The same steps in other forms. */
export const stepsCheck: Check = {
  name: 'steps',
  compares: 'compiled steps with the same steps, operation by operation',
  wantsFloat32: true,
  run,
};
