/** Memory of intermediate tensors. */
import * as tf from '@tensorflow/tfjs-core';
import type { Scope } from './scope.js';

/**
 * Runs a part of a network and, at inference, frees everything but its result immediately.
 *
 * While training nothing is freed here: gradients need the intermediate tensors, and new moving
 * statistics must outlive the part that computed them; whoever runs the step frees both.
 */
export function tidyAtInference(scope: Scope, part: () => tf.Tensor4D): tf.Tensor4D {
  return scope.training ? part() : tf.tidy(part);
}
