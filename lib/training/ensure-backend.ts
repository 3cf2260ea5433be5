import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../backend/use-backend.js';

/** Starts the backend that `auto` takes, unless the program has chosen one before. */
export async function ensureBackend(): Promise<void> {
  if (!(tf.getBackend() as string | undefined)) {
    await useBackend('auto');
  }
}
