import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../backend/use-backend.js';
import { TRACE_BACKEND } from '../runtime/trace-backend.js';

/** Starts the backend that `auto` takes, unless the program has chosen one before. */
export async function ensureBackend(): Promise<void> {
  const current = tf.getBackend() as string | undefined;
  if (!current || current === TRACE_BACKEND) {
    await useBackend('auto');
  }
}
