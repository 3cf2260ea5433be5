/** Kernels of our own in C++, which the native backend has if our set-up compiled its binding. */
import * as tf from '@tensorflow/tfjs-core';

/** The environment variable in which the binding names the kernels that it brought. */
const KERNELS_VARIABLE = 'AUTODEEPLAB_KERNELS';

/** Operations that our binding adds to TensorFlow; the sources are in `backend/setup/native`. */
export type NativeKernelName = 'AdlDepthwiseFilterGradient' | 'AdlGroupBatchNorm';

/**
 * True if the native backend has a kernel of ours and computes on the CPU, for which it is written.
 *
 * Elsewhere TensorFlow's own kernels give the same result.
 */
export function hasNativeKernel(name: NativeKernelName): boolean {
  const backend = tf.findBackend('tensorflow') as { isUsingGpuDevice?: boolean } | null;
  const known = process.env[KERNELS_VARIABLE]?.split(',') ?? [];
  return backend !== null && backend.isUsingGpuDevice !== true && known.includes(name);
}
