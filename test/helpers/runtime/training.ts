/** A small training as a program: its state, its step, and some calls of it. */
import * as tf from '@tensorflow/tfjs-core';
import { publishedArchitecture } from '../../../lib/architecture/published.js';
import { applyNetwork } from '../../../lib/nn/apply.js';
import { declareNetwork, initializeVariables } from '../../../lib/nn/declare.js';
import type { Network } from '../../../lib/nn/scope.js';
import { softmaxCrossEntropy } from '../../../lib/ops/cross-entropy.js';
import { applyUpdates } from '../../../lib/optimizer/apply-updates.js';
import { lossAndGradients } from '../../../lib/optimizer/gradients.js';
import type { GradientTransform } from '../../../lib/optimizer/transform.js';
import { Random } from '../../../lib/random.js';
import type { Program, Step, StepDefinition } from '../../../lib/runtime/program.js';
import { resolveSearchSpace } from '../../../lib/search-space/options.js';
import { supernet } from '../../../lib/search-space/supernet/supernet.js';
import { segmentationNetwork } from '../../../lib/segmentation/network.js';
import { withPrefix, withoutPrefix, type NamedTensors } from '../../../lib/tensors.js';

const SIZE = 33;
const CLASSES = 4;

/** A training step of a network: gradient, optimizer, moving statistics. */
function trainingStep(
  network: Network,
  names: readonly string[],
  optimizer: GradientTransform,
): Step {
  return (state, { image, labels, learningRate, seed, progress }) => {
    const variables = withoutPrefix('variables', state);
    let updates: NamedTensors = {};
    const trained = Object.fromEntries(names.map((name) => [name, variables[name]]));
    const { loss, gradients } = lossAndGradients((free) => {
      const training = { seed: seed as tf.Scalar, progress: progress as tf.Scalar };
      const given = { ...variables, ...free };
      const result = applyNetwork(network, given, image as tf.Tensor4D, training);
      updates = Object.fromEntries(
        Object.entries(result.updates).map(([name, tensor]) => [name, tf.keep(tensor)]),
      );
      return softmaxCrossEntropy(result.output, labels as tf.Tensor3D);
    }, trained);
    const moments = withoutPrefix('optimizer', state);
    const context = { learningRate: learningRate as tf.Scalar };
    const result = optimizer.update(gradients, moments, variables, context);
    const after = applyUpdates(variables, result.updates);
    return {
      outputs: { loss },
      state: {
        ...withPrefix('variables', { ...after, ...updates }),
        ...withPrefix('optimizer', result.state),
      },
    };
  };
}

/** The first state of a training and its step `train`. */
export function trainingProblem(
  network: Network,
  optimizer: GradientTransform,
  size = SIZE,
): {
  readonly initial: NamedTensors;
  readonly steps: Readonly<Record<'train', StepDefinition>>;
} {
  const { variables } = declareNetwork(network, [2, size, size, 3]);
  const values = initializeVariables(variables, new Random(3));
  const names = variables.filter(({ trainable }) => trainable).map(({ name }) => name);
  const trained = Object.fromEntries(names.map((name) => [name, values[name]]));
  const inputs = {
    image: { shape: [2, size, size, 3] },
    labels: { shape: [2, size, size], dtype: 'int32' as const },
    learningRate: { shape: [] },
    seed: { shape: [], dtype: 'int32' as const },
    progress: { shape: [] },
  };
  return {
    initial: {
      ...withPrefix('variables', values),
      ...withPrefix('optimizer', optimizer.init(trained)),
    },
    steps: { train: { step: trainingStep(network, names, optimizer), inputs } },
  };
}

/** Losses of some steps; each with an image, a learning rate and a seed of its own. */
export function train(program: Program, steps: number, size = SIZE): number[] {
  return Array.from({ length: steps }, (_, i) =>
    tf.tidy(() => {
      const shape: [number, number, number] = [2, size, size];
      const { loss } = program.run('train', {
        image: tf.randomUniform([...shape, 3], -1, 1, 'float32', 10 + i),
        labels: tf.randomUniform(shape, 0, CLASSES, 'int32', 20 + i),
        learningRate: tf.scalar(0.01 / (i + 1)),
        seed: tf.scalar(i, 'int32'),
        progress: tf.scalar(i / steps),
      });
      return loss.dataSync()[0];
    }),
  );
}

/** Two layers, one block. */
export const smallSupernet = supernet(
  resolveSearchSpace({ layers: 2, filterMultiplier: 2, blocks: 1, classes: CLASSES }),
);

/** Two layers, two blocks, four times as many filters. */
export const widerSupernet = supernet(
  resolveSearchSpace({ layers: 2, filterMultiplier: 8, blocks: 2, classes: CLASSES }),
);

/** A derived network of three layers. */
export const smallNetwork = (dropPathKeepProbability: number) =>
  segmentationNetwork({
    architecture: { ...publishedArchitecture, path: [0, 0, 1] },
    filterMultiplier: 2,
    classes: CLASSES,
    dropPathKeepProbability,
  });
