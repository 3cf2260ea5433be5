/** What this process says of itself. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import type { Inside } from '../sample.js';

/** Collects all garbage of this process, as nothing but a measurement should. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** Measures this process. */
export function readInside(rounds: number): Inside {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  const { numTensors, numBytes } = tf.memory();
  return {
    heapUsed,
    external,
    arrayBuffers,
    tensors: numTensors,
    tensorBytes: numBytes,
    resources: process.getActiveResourcesInfo().length,
    rounds,
  };
}
