/** What the native set-up builds, in exact versions. */

/** The TensorFlow whose C library is taken from its Python wheel. */
export const TENSORFLOW_VERSION = '2.21.0';

/**
 * A Python version for which wheels of {@link TENSORFLOW_VERSION} exist. The C library is the same
 * in all of them, so a machine with another Python takes this one.
 */
export const WHEEL_PYTHON = '3.11';

/**
 * The GPUs that the wheel of {@link TENSORFLOW_VERSION} holds code for, the oldest first.
 *
 * Source: tensorflow/tensorflow, .bazelrc, the configuration of its releases for CUDA 12
 * (HERMETIC_CUDA_COMPUTE_CAPABILITIES with CUDA 12.5.1 and cuDNN 9.3.0): before and after 2.21.
 * Assumption: 2.21.0 is no exception; its wheel for GPUs was not at hand.
 */
export const GPU_CODE: readonly string[] = ['sm_60', 'sm_70', 'sm_80', 'sm_89', 'compute_90'];

/** C headers of Node-API from npm, for a Node that was installed without its headers. */
export const NODE_API_HEADERS = 'node-api-headers@1.9.0';

/** Counts the changes of our own C++ (`native/`) and of what we change in tfjs's (`binding-changes.ts`). */
export const ADDON_REVISION = 10;
