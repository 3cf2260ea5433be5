/** Operations with correct gradients on every backend. */
export { batchNormInference, batchNormTraining } from '../ops/batch-norm.js';
export type { Affine, BatchNormResult } from '../ops/batch-norm.js';
export { conv2d } from '../ops/conv2d.js';
export { softmaxCrossEntropy } from '../ops/cross-entropy.js';
export type { CrossEntropyOptions } from '../ops/cross-entropy.js';
export { depthwiseConv2d } from '../ops/depthwise-conv2d.js';
export { outputSize } from '../ops/geometry.js';
export type { WindowOptions } from '../ops/geometry.js';
export { avgPool3x3 } from '../ops/avg-pool.js';
export { maxPool3x3 } from '../ops/max-pool.js';
export { randomUniform } from '../ops/random-uniform.js';
export { relu } from '../ops/relu.js';
export { resizeBilinear } from '../ops/resize.js';
