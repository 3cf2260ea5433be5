/** Atrous convolutions with rate 2, 3×3 and 5×5. */
import { batchNorm } from '../../nn/batch-norm.js';
import { convolution } from '../../nn/layers.js';
import { outputSize } from '../../ops/geometry.js';
import { relu } from '../../ops/relu.js';
import { resizeBilinear } from '../../ops/resize.js';
import { convolutionCost, outputPixels } from './cost.js';
import type { Operation } from './operation.js';
import { relaxedNorm } from './relaxed.js';

/** Source: Auto-DeepLab §3.1. */
const RATE = 2;

/**
 * ReLU, dense k×k convolution with rate 2, batch norm; where the cell halves the size: ReLU, bilinear
 * resize to half the size, dense k×k convolution with rate 1, batch norm.
 *
 * Source: Auto-DeepLab §3.1; the authors' code for dense filters and for stride 2.
 */
function atrousConv(kernel: number, color: string): Operation {
  const size = `${kernel}x${kernel}`;
  return {
    name: `dil_conv_${size}`,
    label: `atrous conv ${size}`,
    shortLabel: `atr ${kernel}×${kernel}`,
    color,
    family: 'convolution',
    relaxed: (scope, x, options) => {
      const y = convolution(scope, relu(x), { filters: x.shape[3], kernel, rate: RATE });
      return relaxedNorm(scope.child('bn'), y, options);
    },
    fused: {
      kind: 'wide',
      apply: (scope, { x, activated, consumers }, weight, options) => {
        const filters = consumers * x.shape[3];
        const y = convolution(scope, activated, { filters, kernel, rate: RATE });
        return relaxedNorm(scope.child('bn'), y, options, weight);
      },
    },
    derived: (scope, x, { stride, norm }) => {
      const [, height, width, filters] = x.shape;
      const activated = relu(x);
      const y =
        stride === 1
          ? convolution(scope, activated, { filters, kernel, rate: RATE })
          : convolution(
              scope,
              resizeBilinear(activated, [outputSize(height, stride), outputSize(width, stride)]),
              { filters, kernel },
            );
      return batchNorm(scope.child('bn'), y, norm);
    },
    cost: (place) => convolutionCost(kernel, place.channels, outputPixels(place)),
  };
}

/** 3×3 atrous convolution. */
export const atrousConv3x3 = atrousConv(3, '#009e73');

/** 5×5 atrous convolution. */
export const atrousConv5x5 = atrousConv(5, '#d55e00');
