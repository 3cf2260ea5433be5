/** Operations with correct gradients on every backend. */
export { avgPool3x3 } from './avg-pool.js';
export { batchNormInference, batchNormTraining } from './batch-norm.js';
export type { Affine, BatchNormResult } from './batch-norm.js';
export { conv2d } from './conv2d.js';
export { softmaxCrossEntropy } from './cross-entropy.js';
export { depthwiseConv2d } from './depthwise-conv2d.js';
export { outputSize } from './geometry.js';
export type { WindowOptions } from './geometry.js';
export { maxPool3x3 } from './max-pool.js';
export { randomUniform } from './random-uniform.js';
export { relu } from './relu.js';
export { resizeBilinear } from './resize.js';
