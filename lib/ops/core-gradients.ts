/** Registers the gradients of tfjs's own kernels. */
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { correctGradients } from './corrected-gradients.js';

let isCorrected = false;

/**
 * Registers the gradients of tfjs's kernels, unless they are registered, with the wrong ones corrected.
 *
 * tfjs-core exports no way to do so; loading the union package `@tensorflow/tfjs` does it. The
 * native backend loads that anyway, the wasm backend does not.
 */
export function registerCoreGradients(): void {
  // Absent in a process that has loaded only tfjs-core and a backend, whatever its type says.
  if ((tf.getGradient('RealDiv') as tf.GradConfig | undefined) === undefined) {
    createRequire(import.meta.url)('@tensorflow/tfjs');
  }
  if (!isCorrected) {
    correctGradients();
    isCorrected = true;
  }
}
