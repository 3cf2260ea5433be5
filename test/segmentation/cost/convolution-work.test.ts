import { describe, expect, it } from 'vitest';
import { declareNetwork } from '../../../lib/nn/declare.js';
import { convolution, depthwiseConvolution } from '../../../lib/nn/layers.js';
import type { Network } from '../../../lib/nn/scope.js';
import { avgPool3x3 } from '../../../lib/ops/avg-pool.js';
import { convolutionsOf, multiplyAddsOf } from '../../../lib/segmentation/cost/convolution-work.js';

/** A strided convolution, a pool, an atrous depthwise convolution. */
const network: Network = (scope, x) => {
  const y = convolution(scope.child('first'), x, { filters: 6, kernel: 3, stride: 2 });
  return depthwiseConvolution(scope, avgPool3x3(y), { kernel: 5, rate: 2, name: 'second' });
};

describe('the convolutions of a traced network', () => {
  const found = convolutionsOf(declareNetwork(network, [1, 7, 10, 4]).graph);

  it('are those with weights, in order; a pool is none', () => {
    expect(found).toMatchObject([
      { weights: 'first/weights', kernel: 3, stride: 2, rate: 1, outputShape: [1, 4, 5, 6] },
      { weights: 'second', kernel: 5, stride: 1, rate: 2, outputShape: [1, 4, 5, 6] },
    ]);
  });

  it('cost taps times the channels that a filter sees, per number of the result', () => {
    expect(found.map(({ perOutput }) => perOutput)).toEqual([9 * 4, 25]);
    expect(found.map(multiplyAddsOf)).toEqual([120 * 36, 120 * 25]);
  });
});
