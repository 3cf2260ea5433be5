/** A ninth operation, as a user would write it: an inverted bottleneck without a fused form. */
import type * as tf from '@tensorflow/tfjs-core';
import { batchNorm } from '../../lib/nn/batch-norm.js';
import { convolution, depthwiseConvolution } from '../../lib/nn/layers.js';
import type { Scope } from '../../lib/nn/scope.js';
import { outputSize } from '../../lib/ops/geometry.js';
import { relu } from '../../lib/ops/relu.js';
import type { Operation } from '../../lib/search-space/operations/operation.js';
import { relaxedNorm } from '../../lib/search-space/operations/relaxed.js';

/** How many times wider the middle is. */
const EXPANSION = 3;

type Norm = (scope: Scope, x: tf.Tensor4D) => tf.Tensor4D;

/** ReLU, 1×1 to 3c, norm, ReLU, depthwise 3×3, norm, 1×1 to c, norm. */
function build(scope: Scope, x: tf.Tensor4D, norm: Norm, stride: number): tf.Tensor4D {
  const channels = x.shape[3];
  const wide = { filters: EXPANSION * channels, kernel: 1, name: 'expand' };
  let y = norm(scope.child('bn1'), convolution(scope, relu(x), wide));
  y = depthwiseConvolution(scope, relu(y), { kernel: 3, stride, name: 'depthwise' });
  y = norm(scope.child('bn2'), y);
  y = convolution(scope, y, { filters: channels, kernel: 1, name: 'project' });
  return norm(scope.child('bn3'), y);
}

/** The operation; make it known with `defineOperation`. */
export const invertedBottleneck: Operation = {
  name: 'inverted_bottleneck',
  label: 'inverted bottleneck 3x3',
  shortLabel: 'inv 3×3',
  color: '#7b3294',
  family: 'convolution',
  relaxed: (scope, x, options) => build(scope, x, (at, y) => relaxedNorm(at, y, options), 1),
  derived: (scope, x, { stride, norm }) =>
    build(scope, x, (at, y) => batchNorm(at, y, norm), stride),
  cost: ({ height, width, channels: c, stride }) => {
    const [inside, outside] = [
      height * width,
      outputSize(height, stride) * outputSize(width, stride),
    ];
    return {
      parameters: 2 * EXPANSION * c * c + 9 * EXPANSION * c + 4 * EXPANSION * c + 2 * c,
      multiplyAdds: EXPANSION * c * (c * inside + (9 + c) * outside),
    };
  },
};
