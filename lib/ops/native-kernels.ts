/** Kernels of our own in C++, which the native backend has if our set-up compiled its binding. */
import * as tf from '@tensorflow/tfjs-core';

/** Kernels that may be missing and are asked for; the sources are in `backend/setup/native`. */
export type NativeKernelName = 'AdlDepthwiseFilterGradient' | 'AdlGroupBatchNorm';

/** The part of tfjs-node's backend that is read here. */
interface NativeBackend {
  readonly isUsingGpuDevice?: boolean;
  /** What `backend/setup/native/binding.h` adds is missing in tfjs's own binding. */
  readonly binding?: { readonly ownOperations?: readonly string[] };
}

function nativeBackend(): NativeBackend | null {
  return tf.findBackend('tensorflow') as NativeBackend | null;
}

/** The operations that the binding of this process adds to TensorFlow; none for tfjs's own. */
export function addedOperations(): readonly string[] {
  return nativeBackend()?.binding?.ownOperations ?? [];
}

/** True if the binding of this process is the one that our set-up builds. */
export function isOwnBinding(): boolean {
  return nativeBackend()?.binding?.ownOperations !== undefined;
}

/** True if the native backend computes on a GPU. */
export function usesGpu(): boolean {
  return nativeBackend()?.isUsingGpuDevice === true;
}

/**
 * True if the native backend has a kernel of ours and runs on the CPU, for which it is written.
 *
 * Elsewhere TensorFlow's own kernels compute the same.
 */
export function hasNativeKernel(name: NativeKernelName): boolean {
  return !usesGpu() && addedOperations().includes(name);
}
