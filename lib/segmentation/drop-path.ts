/** Scheduled drop path. */
import * as tf from '@tensorflow/tfjs-core';
import { ConfigError } from '../errors.js';
import { dropPath } from '../nn/layers.js';
import type { Scope } from '../nn/scope.js';

/** Which cell of how many, and how much the last one drops at the end. */
export interface DropPathPlace {
  /** Probability to keep a branch of the last cell at the end of training; 1: off. */
  readonly keepProbability: number;
  /** The cell, from 0. */
  readonly cell: number;
  /** Number of cells. */
  readonly cells: number;
}

/** Share of branches that a cell drops at the end of training: (c + 1)/N · (1 − p). */
function finalDropProbability({ keepProbability, cell, cells }: DropPathPlace): number {
  return ((cell + 1) / cells) * (1 - keepProbability);
}

/**
 * Probability to keep a branch at some point of the training.
 *
 *     keep = 1 − min(1, progress) · (c + 1)/N · (1 − p)
 *
 * for cell c = 0 … N − 1: later cells and later steps drop more. A tensor of `progress`, so that one
 * compiled step serves the whole training.
 *
 * Source: Auto-DeepLab §5.2 (scheduled drop path); the authors' code for the schedule.
 *
 * @param progress - share of the training that is done, a scalar ≥ 0
 * @returns a scalar; the caller disposes it
 */
export function dropPathKeep(progress: tf.Scalar, place: DropPathPlace): tf.Scalar {
  return tf.tidy(() => {
    const dropped = tf.mul<tf.Scalar>(tf.minimum(progress, 1), finalDropProbability(place));
    return tf.sub<tf.Scalar>(1, dropped);
  });
}

/**
 * Drops a branch of a block for some samples: `x · mask / keep`, a mask of 0 or 1 per sample.
 *
 * Off at inference, where the step has no seed, and where p = 1.
 *
 * @param x - output of the branch, `[batch, height, width, channels]`
 * @throws {@link ConfigError} if it is on and the step does not say how far the training is
 */
export function scheduledDropPath(scope: Scope, x: tf.Tensor4D, place: DropPathPlace): tf.Tensor4D {
  if (!scope.training || place.keepProbability >= 1) {
    return x;
  }
  if (scope.progress) {
    return dropPath(scope, x, dropPathKeep(scope.progress, place));
  }
  if (scope.seed('drop_path')) {
    throw new ConfigError(
      'drop path: expected the progress of the training, from 0 to 1, got none; give it to the step ' +
        'or set dropPathKeepProbability to 1',
    );
  }
  return x;
}
