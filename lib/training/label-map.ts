/** From images to label maps: one step, for every network and every use. */
import * as tf from '@tensorflow/tfjs-core';
import type { Size } from '../size.js';
import { applyNetwork } from '../nn/apply.js';
import type { Network } from '../nn/scope.js';
import type { Step } from '../runtime/program.js';
import { withoutPrefix } from '../tensors.js';

/** Images of one size as plain numbers. */
export interface ImageBatch extends Size {
  /** `[batch, height, width, 3]`, from −1 to 1. */
  readonly images: Float32Array;
}

/**
 * A step from `image` to `labels`, the most probable class of each pixel, int32
 * `[batch, height, width]`. The scores stay inside, so that only label maps are read out.
 *
 * State: `variables/<name>`; it does not change.
 */
export function labelMapStep(network: Network): Step {
  return (state, { image }) => {
    const variables = withoutPrefix('variables', state);
    const { output } = applyNetwork(network, variables, image as tf.Tensor4D);
    return { outputs: { labels: tf.argMax(output, 3) } };
  };
}
