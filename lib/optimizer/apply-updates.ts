import * as tf from '@tensorflow/tfjs-core';
import { mapTensors, tensorOf, type NamedTensors } from '../tensors.js';

/**
 * The parameters after an update, p + u.
 *
 * @param parameters - all parameters
 * @param updates - what to add, by name; parameters may be left out
 * @returns all parameters; one without an update is the same tensor as before. The caller disposes
 *   the new ones (see {@link disposeReplaced})
 * @throws {@link ConfigError} if an update has no parameter
 */
export function applyUpdates(parameters: NamedTensors, updates: NamedTensors): NamedTensors {
  return tf.tidy(() => ({
    ...parameters,
    ...mapTensors(updates, (update, name) =>
      tf.add(tensorOf(parameters, name, 'applyUpdates'), update),
    ),
  }));
}

/** Disposes the tensors of `before` that are no longer in `after`. */
export function disposeReplaced(before: NamedTensors, after: NamedTensors): void {
  const kept = new Set(Object.values(after));
  for (const tensor of Object.values(before)) {
    if (!kept.has(tensor)) {
      tensor.dispose();
    }
  }
}
