/** Checkpoints of two numbers. */
import type { NamedArrays } from '../../lib/files/arrays.js';
import type { Checkpoint } from '../../lib/run/checkpoint-file.js';

/** One array of a value. */
export function arraysOf(value: number): NamedArrays {
  return {
    'stem/conv1/weights': { dtype: 'float32', shape: [2], data: Float32Array.of(value, -value) },
  };
}

/** The checkpoint after a step. */
export function checkpointAt(step: number): Checkpoint {
  return {
    step,
    epoch: Math.floor(step / 10),
    metrics: {},
    extra: null,
    groups: { weights: arraysOf(step) },
  };
}
