/** Importing this file runs tensor arithmetic on the wasm backend. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll } from 'vitest';

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
});
