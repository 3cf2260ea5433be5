/** Kernels of our own in C++, which the native backend has if our set-up compiled its binding. */
import * as tf from '@tensorflow/tfjs-core';

/** The environment variable in which the binding names the operations that it adds. */
const KERNELS_VARIABLE = 'AUTODEEPLAB_KERNELS';

/** Kernels that may be missing and are asked for; the sources are in `backend/setup/native`. */
export type NativeKernelName = 'AdlDepthwiseFilterGradient' | 'AdlGroupBatchNorm';

/** The operations that the binding of this process adds to TensorFlow; none for tfjs's own. */
export function addedOperations(): readonly string[] {
  return process.env[KERNELS_VARIABLE]?.split(',') ?? [];
}

/**
 * True if the native backend has a kernel of ours and runs on the CPU, for which it is written.
 *
 * Elsewhere TensorFlow's own kernels compute the same.
 */
export function hasNativeKernel(name: NativeKernelName): boolean {
  const backend = tf.findBackend('tensorflow') as { isUsingGpuDevice?: boolean } | null;
  return backend !== null && backend.isUsingGpuDevice !== true && addedOperations().includes(name);
}
