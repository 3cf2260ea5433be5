/** Registers this library's kernels with tfjs. */
import { avgPoolKernels } from './avg-pool.js';
import { batchNormKernels } from './batch-norm.js';
import { convKernels } from './conv2d.js';
import { registerCoreGradients } from './core-gradients.js';
import { crossEntropyKernels } from './cross-entropy.js';
import { depthwiseKernels } from './depthwise-conv2d.js';
import { groupBatchNormKernels } from './group-batch-norm.js';
import { registerGradientOf, registerKernelFor, type AnyKernelDefinition } from './kernel.js';
import { maxPoolKernels } from './max-pool.js';
import { nthLargestKernels } from './nth-largest.js';
import { randomKernels } from './random-uniform.js';
import { reluKernels } from './relu.js';

/** Every kernel that this library defines. */
export const kernels: readonly AnyKernelDefinition[] = [
  ...convKernels,
  ...depthwiseKernels,
  ...batchNormKernels,
  ...groupBatchNormKernels,
  ...avgPoolKernels,
  ...maxPoolKernels,
  ...crossEntropyKernels,
  ...nthLargestKernels,
  ...randomKernels,
  ...reluKernels,
];

/** Registers all kernels and gradients for one backend; safe to call twice. */
export function registerKernels(backendName: 'tensorflow' | 'wasm'): void {
  registerCoreGradients();
  for (const kernel of kernels) {
    registerKernelFor(kernel, backendName);
    registerGradientOf(kernel);
  }
}
