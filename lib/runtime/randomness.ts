/** Steps have no randomness of their own: a compiled one would repeat the numbers of its trace. */
import { BackendError } from '../errors.js';

function refuse(): never {
  throw new BackendError(
    'step: expected no random numbers but those that follow from its inputs, got a call of ' +
      'Math.random (tf.dropout, tf.randomUniform and others without a seed call it); declare an ' +
      "int32 input 'seed' of shape [2] and use ops.randomUniform(shape, seed)",
  );
}

/**
 * Runs a synchronous computation in which `Math.random` is refused.
 *
 * @throws {@link BackendError} where it is called
 */
export function withoutRandomness<T>(compute: () => T): T {
  const { random } = Math; // oxlint-disable-line no-restricted-properties -- it is kept, not called
  Math.random = refuse; // oxlint-disable-line no-restricted-properties
  try {
    return compute();
  } finally {
    Math.random = random; // oxlint-disable-line no-restricted-properties
  }
}
