/** A call of a session of which TensorFlow notes when each node ran. */
import * as tf from '@tensorflow/tfjs-core';
import { SETUP_COMMAND } from '../../backend/native-package.js';
import { BackendError } from '../../errors.js';
import type { NamedTensors } from '../../tensors.js';
import { readNodeRuns, type NodeRun } from './run-metadata.js';

/** What `profile.cc` adds to the binding; missing in tfjs's own. */
export interface NotingBinding {
  readonly profileRuns?: (isOn: boolean) => void;
  readonly lastRun?: () => Uint8Array;
}

/**
 * Lets TensorFlow note a call.
 *
 * @param call - runs a session once; its outputs are disposed
 * @throws {@link BackendError} if the backend cannot
 */
export function notedRun(
  { profileRuns, lastRun }: NotingBinding,
  call: () => NamedTensors,
): { readonly seconds: number; readonly runs: readonly NodeRun[] } {
  if (profileRuns === undefined || lastRun === undefined) {
    throw new BackendError(
      "profile: expected the native backend as our set-up builds it, got tfjs's own binding, which cannot " +
        `note the times of operations; run: ${SETUP_COMMAND} --force`,
    );
  }
  profileRuns(true);
  try {
    const start = performance.now();
    tf.dispose(call());
    const seconds = (performance.now() - start) / 1000;
    return { seconds, runs: readNodeRuns(lastRun()) };
  } finally {
    profileRuns(false);
  }
}
