/** The numbers that steps compute with. */
import * as tf from '@tensorflow/tfjs-core';
import { bfloat16Instructions, gainsByBfloat16, type PrecisionPlace } from '../backend/bfloat16.js';
import { BackendError } from '../errors.js';
import { usesGpu } from '../ops/native-kernels.js';

/**
 * *float32* - all of a step. *bfloat16* - convolutions and what lies between them; weights, gradients of
 * weights, statistics of norms, losses and the optimizer's state stay float32.
 */
export type Precision = 'float32' | 'bfloat16';

/** *auto* - bfloat16 where that is known to be faster, float32 elsewhere. */
export type PrecisionChoice = Precision | 'auto';

/** All choices. */
export const PRECISIONS: readonly PrecisionChoice[] = ['float32', 'bfloat16', 'auto'];

/** Where steps run now. */
function placeNow(): PrecisionPlace {
  return {
    isCompiled: tf.getBackend() === 'tensorflow',
    isGpu: usesGpu(),
    instructions: bfloat16Instructions(),
  };
}

/**
 * The precision that a choice means here, with the backend in use.
 *
 * @throws {@link BackendError} for bfloat16 where steps run operation by operation
 */
export function resolvePrecision(
  choice: PrecisionChoice,
  place: Partial<PrecisionPlace> = {},
): Precision {
  const all = { ...placeNow(), ...place };
  if (choice === 'bfloat16' && !all.isCompiled) {
    throw new BackendError(
      'precision: expected float32 or auto where steps run operation by operation (backend ' +
        `${tf.getBackend()}), got bfloat16; use the tensorflow backend, or set the option precision to auto`,
    );
  }
  if (choice === 'auto') {
    return gainsByBfloat16(all) ? 'bfloat16' : 'float32';
  }
  return choice;
}

/** What the user should know about a precision; nothing about float32. */
export function precisionNotes(
  precision: Precision,
  instructions: readonly string[] = bfloat16Instructions(),
  isGpu = usesGpu(),
): readonly string[] {
  if (precision === 'float32') {
    return [];
  }
  const slow =
    isGpu || instructions.length > 0
      ? ''
      : '; this processor has no instructions for it, so that it may be slower than float32';
  return [`precision: convolutions and what lies between them in bfloat16${slow}`];
}
