/** Skip connection. */
import { reluConvNorm } from '../../nn/conv-norm.js';
import { convolutionCost, FREE, outputPixels } from './cost.js';
import type { Operation } from './operation.js';

/**
 * The identity; where the cell halves the size: ReLU, 1×1 convolution with stride 2, batch norm.
 *
 * Source: Auto-DeepLab §3.1; the authors' code for stride 2.
 */
export const skipConnect: Operation = {
  name: 'skip_connect',
  label: 'skip connection',
  shortLabel: 'skip',
  color: '#cc79a7',
  family: 'skip',
  relaxed: (_, x) => x,
  fused: { kind: 'linear', normalized: false, image: (x) => x },
  derived: (scope, x, { stride, norm }) =>
    stride === 1 ? x : reluConvNorm(scope, x, { filters: x.shape[3], stride, norm }),
  cost: (place) =>
    place.stride === 1 ? FREE : convolutionCost(1, place.channels, outputPixels(place)),
};
