/** Whole networks against PyTorch: the steps of a search, the gradients of a derived network. */
import * as tf from '@tensorflow/tfjs-core';
import { applyNetwork } from '../../nn/apply.js';
import { declareNetwork } from '../../nn/declare.js';
import type { VariableSpec } from '../../nn/scope.js';
import { softmaxCrossEntropy } from '../../ops/cross-entropy.js';
import { lossAndGradients } from '../../optimizer/gradients.js';
import { segmentationNetwork } from '../../segmentation/network.js';
import { resolveSearchConfig } from '../../search/options.js';
import { searchProgram } from '../../search/program.js';
import { ALPHA, BETA, isArchitectureVariable } from '../../search-space/supernet/supernet.js';
import { tensorOf, withPrefix, type NamedTensors } from '../../tensors.js';
import type { Check, Row } from '../check.js';
import { differenceOf, rowOf, worst, type Difference } from '../difference.js';
import { fillVariable } from '../fill.js';
import { summaryDifference, type NamedArray } from '../gradient-summary.js';
import { toleranceFor } from '../precision.js';
import {
  readReference,
  tensorFrom,
  type RetrainReference,
  type SearchReference,
} from '../reference.js';
import { searchBatch, searchInputs } from '../step-inputs.js';
import { fillSupernetVariable, partsOf } from '../supernet-variables.js';

const PYTORCH = 'PyTorch, float64';

/** The parts of variables as the reference names them. */
function taken(
  specs: readonly VariableSpec[],
  state: NamedTensors,
  prefix: string,
  blocks: number,
): NamedArray[] {
  return specs
    .filter(({ name }) => !isArchitectureVariable(name))
    .flatMap((spec) => {
      const values = tensorOf(state, `${prefix}/${spec.name}`, 'verify').dataSync();
      return partsOf(spec, blocks).map(({ name, shape, indices }) => ({
        name,
        shape,
        values: Float32Array.from(indices, (i) => values[i]),
      }));
    });
}

/** A step of the weights and one of the architecture: losses, gradients of α and β, velocities. */
function searchDifference(
  { options, classes, batches }: SearchReference,
  { order, losses, alphaMean, betaMean, velocity }: SearchReference['runs'][number],
): Difference {
  const size = batches[0].image.shape[1];
  const config = resolveSearchConfig({ ...options, order, crop: size, batchSize: 2 });
  const { program, variables } = searchProgram(config, classes);
  try {
    const values = variables.map((spec) => {
      const filled = fillSupernetVariable(spec, options.blocks);
      return [spec.name, tf.tensor(filled, [...spec.shape])] as const;
    });
    program.load(withPrefix('variables', Object.fromEntries(values)));
    const [a, b] = batches.map(({ image, labels }) =>
      searchBatch(tensorFrom(image), tensorFrom(labels)),
    );
    const inputs = searchInputs(config, a, b);
    const found = (['weights', 'architecture'] as const).map(
      (step) => program.run(step, inputs[step]).loss.dataSync()[0],
    );
    const state = program.state();
    const mean = (name: string) =>
      tensorOf(state, `optimizer/architecture/adam/mean/${name}`, 'verify').dataSync();
    const velocities = taken(variables, state, 'optimizer/weights/momentum', options.blocks);
    return worst([
      differenceOf('the losses', found, losses),
      differenceOf('the gradient of α', mean(ALPHA), alphaMean),
      differenceOf('the gradient of β', mean(BETA), betaMean),
      summaryDifference(velocities, velocity),
    ]);
  } finally {
    program.dispose();
  }
}

/** Loss and gradients of a derived network. */
function derivedDifference(reference: RetrainReference, mode: 'training' | 'frozen'): Difference {
  const { image, labels, classes, filterMultiplier, architecture } = reference;
  const fineTuneBatchNorm = mode === 'training';
  const options = { architecture, classes, filterMultiplier, fineTuneBatchNorm };
  const network = segmentationNetwork(options);
  const specs = declareNetwork(network, image.shape).variables;
  const variables = Object.fromEntries(
    specs.map(({ name, shape }) => [name, tf.tensor(fillVariable(name, shape), [...shape])]),
  );
  const trained = specs.filter(({ trainable }) => trainable).map(({ name }) => name);
  const { loss, gradients } = lossAndGradients(
    (free) => {
      const all = { ...variables, ...free };
      const { output } = applyNetwork(network, all, tensorFrom(image) as tf.Tensor4D, {});
      return softmaxCrossEntropy(output, tensorFrom(labels) as tf.Tensor3D);
    },
    Object.fromEntries(trained.map((name) => [name, variables[name]])),
  );
  const arrays = Object.entries(gradients).map(([name, gradient]): NamedArray => ({
    name,
    shape: gradient.shape,
    values: gradient.dataSync(),
  }));
  const expected = reference[mode];
  return worst([
    differenceOf('the loss', loss.dataSync(), [expected.loss]),
    summaryDifference(arrays, expected.gradients),
  ]);
}

async function* run(tolerance: number): AsyncGenerator<Row> {
  const { search, retrain } = await readReference('networks');
  for (const one of search.runs) {
    const what = `two steps of a search, ${one.order} order`;
    const compare = () => searchDifference(search, one);
    yield await rowOf({ what, expectedFrom: PYTORCH, tolerance, compare });
  }
  for (const mode of ['training', 'frozen'] as const) {
    const norms = mode === 'training' ? 'by the batch' : 'by given statistics';
    const what = `derived network, batch norms ${norms}`;
    const compare = () => derivedDifference(retrain, mode);
    yield await rowOf({ what, expectedFrom: PYTORCH, tolerance, compare });
  }
}

/** Losses and gradients of whole networks, and what optimizers make of them. */
export const networksCheck: Check = {
  name: 'networks',
  compares: 'losses and gradients of whole networks with PyTorch',
  wantsFloat32: true,
  run: ({ precision }) => run(toleranceFor('network', precision)),
};
