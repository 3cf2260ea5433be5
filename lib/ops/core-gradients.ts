/** Makes the gradients of tfjs's own kernels known. */
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Registers the gradients of tfjs's kernels, unless they are known.
 *
 * tfjs-core exports no way to do it; the union package `@tensorflow/tfjs` does it when it is loaded.
 * The native backend loads it anyway, the wasm backend does not.
 */
export function registerCoreGradients(): void {
  // Absent in a process that has loaded tfjs-core and a backend only, whatever its type says.
  if ((tf.getGradient('RealDiv') as tf.GradConfig | undefined) === undefined) {
    createRequire(import.meta.url)('@tensorflow/tfjs');
  }
}
