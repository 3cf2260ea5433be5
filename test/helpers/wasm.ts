/** Tensor arithmetic of a test file on the wasm backend. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll } from 'vitest';

/** The tests that follow in the file run on the wasm backend. */
export function runOnWasm(): void {
  beforeAll(async () => {
    await tf.setBackend('wasm');
    await tf.ready();
  });
}
