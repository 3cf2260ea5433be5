/**
 * α and β: from free parameters to probabilities, as tensors that gradients flow through.
 *
 * `architecture/probabilities.ts` gives the same as plain numbers; a test holds the two together.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { EndNormalisation } from '../end-normalisation.js';
import { trellisNode, type Trellis } from '../trellis.js';

/**
 * α: probabilities of the operations of each edge.
 *
 *     α^k_{j→i} = exp(a^k_{j→i}) / Σ_m exp(a^m_{j→i})
 *
 * Source: Auto-DeepLab eq. 3 and 4.
 *
 * @param logits - `[edges, operations]`
 * @returns `[edges, operations]`, each row sums to 1, zero operation included
 */
export function operationProbabilities(logits: tf.Tensor2D): tf.Tensor2D {
  return tf.softmax(logits);
}

/**
 * β: probabilities of the arrows, normalised over the arrows that leave a node.
 *
 *     β^l_{s→s'} = exp(b^l_{s→s'}) / Σ_{s''} exp(b^l_{s→s''}), s'' over the arrows that exist
 *
 * Source: Auto-DeepLab eq. 7 and 8, §4.3.
 *
 * @param logits - `[arrows]` in the trellis's order, in which the arrows of a node are neighbours
 * @param endNormalisation - *valid*: every node's arrows sum to 1; *two-thirds*: those of a node of
 *   n < 3 arrows sum to n/3
 * @returns `[arrows]`
 */
export function arrowProbabilities(
  trellis: Trellis,
  logits: tf.Tensor1D,
  endNormalisation: EndNormalisation = 'valid',
): tf.Tensor1D {
  const groups: tf.Tensor1D[] = [];
  for (let layer = 0; layer < trellis.layers; layer++) {
    for (let level = 0; level < trellis.levels; level++) {
      const arrows = trellisNode(trellis, layer, level)?.outgoing;
      if (arrows) {
        const group = tf.softmax(tf.slice(logits, arrows[0], arrows.length));
        const isScaled = arrows.length < 3 && endNormalisation === 'two-thirds';
        groups.push(isScaled ? tf.mul(group, arrows.length / 3) : group);
      }
    }
  }
  return tf.concat(groups);
}
