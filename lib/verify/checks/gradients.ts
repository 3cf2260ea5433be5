/** Derivatives of a supernet's loss against finite differences. */
import * as tf from '@tensorflow/tfjs-core';
import { applyNetwork } from '../../nn/apply.js';
import { declareNetwork } from '../../nn/declare.js';
import { pixelCrossEntropy, softmaxCrossEntropy } from '../../ops/cross-entropy.js';
import { lossAndGradients } from '../../optimizer/gradients.js';
import { resolveSearchSpace } from '../../search-space/options.js';
import { ALPHA, BETA, supernet } from '../../search-space/supernet/supernet.js';
import type { NamedTensors } from '../../tensors.js';
import type { Check, CheckContext, Row } from '../check.js';
import { differenceOf, rowOf, type Difference } from '../difference.js';
import { fillImage } from '../fill.js';
import { toleranceFor, type Precision } from '../precision.js';
import { namedBatch } from '../step-inputs.js';
import { fillSupernetVariable } from '../supernet-variables.js';

const SPACE = resolveSearchSpace({ layers: 2, filterMultiplier: 2, blocks: 1, classes: 4 });
const BATCH = { batchSize: 2, size: 33, classes: 4 };

/** Variables, and how far each moves: less where ReLUs follow, which bend the loss. */
const MOVED: Readonly<Record<string, number>> = {
  [ALPHA]: 2e-3,
  [BETA]: 5e-3,
  'stem/conv1/weights': 3e-4,
  'layer1/stride4/state1/sep_conv_3x3/depthwise1': 3e-3,
  'layer2/stride8/state1/sep_conv_5x5/depthwise2': 3e-3,
  'layer2/stride8/state1/dil_conv_3x3/weights': 3e-3,
  'head/stride4/logits/weights': 5e-2,
};

/** How much further they move where the loss is less exact than in float32. */
const ROUNDED = 5;

/** A loss as a function of variables, and where it is looked at. */
function problem() {
  const network = supernet(SPACE);
  const { image, labels } = namedBatch('verify/gradients', BATCH);
  const specs = declareNetwork(network, image.shape).variables;
  const variables = Object.fromEntries(
    specs.map((spec) => {
      const values = fillSupernetVariable(spec, SPACE.blocks);
      return [spec.name, tf.tensor(values, [...spec.shape])];
    }),
  );
  const logits = (moved: NamedTensors) =>
    applyNetwork(network, { ...variables, ...moved }, image as tf.Tensor4D, {}).output;
  const loss = (moved: NamedTensors) => softmaxCrossEntropy(logits(moved), labels as tf.Tensor3D);
  /** The same, summed in float64: a difference of two of them is small. */
  const exactLoss = (moved: NamedTensors): number => {
    const { losses, weights } = pixelCrossEntropy(logits(moved), labels as tf.Tensor3D);
    const [total, weight] = [losses, weights].map((values) =>
      values.dataSync<'float32'>().reduce((sum, value) => sum + value, 0),
    );
    return total / weight;
  };
  return { variables, loss, exactLoss };
}

/**
 * The derivative along the gradient and a seeded direction, so that it is neither small nor blind to
 * elements.
 *
 *     (L(x + h·d) − L(x − h·d)) / 2h against ∇L · d,  d = g / ‖g‖ + u / ‖u‖
 */
function slopeDifference(name: string, { name: precision }: Precision): Difference {
  const { variables, loss, exactLoss } = problem();
  const x = variables[name];
  const gradient = lossAndGradients(loss, { [name]: x }).gradients[name];
  const unit = (vector: tf.Tensor) => tf.div(vector, tf.norm(vector));
  const seeded = tf.tensor(fillImage(`way/${name}`, x.shape), x.shape);
  const direction = tf.add(unit(gradient), unit(seeded));
  const h = MOVED[name] * (precision === 'float32' ? 1 : ROUNDED);
  const [above, below] = [h, -h].map((step) =>
    exactLoss({ [name]: tf.add(x, tf.mul(direction, step)) }),
  );
  const slope = tf.sum(tf.mul(gradient, direction)).dataSync();
  const size = tf.norm(gradient).dataSync()[0];
  return differenceOf(name, slope, [(above - below) / (2 * h)], size);
}

async function* run({ precision }: CheckContext): AsyncGenerator<Row> {
  for (const name of Object.keys(MOVED)) {
    yield rowOf({
      what: `derivative of ${name}`,
      expectedFrom: 'finite differences',
      tolerance: toleranceFor('slope', precision),
      compare: () => slopeDifference(name, precision),
    });
  }
}

/** Gradients of α, β and of weights of every part of the supernet. */
export const gradientsCheck: Check = {
  name: 'gradients',
  compares: 'gradients of α, β and weights of a supernet with finite differences',
  wantsFloat32: true,
  run,
};
