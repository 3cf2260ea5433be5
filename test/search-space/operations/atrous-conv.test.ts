import { beforeAll, describe, expect, it } from 'vitest';
import { atrousConv3x3, atrousConv5x5 } from '../../../lib/search-space/operations/atrous-conv.js';
import { SEARCH_EPSILON } from '../../../lib/search-space/operations/relaxed.js';
import { useBackend } from '../../helpers/backends.js';
import { expectSameMap, normAt, runFilled } from '../../helpers/filled-network.js';
import { conv, norm, relu, resize } from '../../helpers/plain-maps.js';

const NORM = { epsilon: 1e-3, momentum: 0.9 };
const kernels = [
  { kernel: 3, operation: atrousConv3x3 },
  { kernel: 5, operation: atrousConv5x5 },
] as const;
const sizes = [[7, 5], [6, 8]]; // oxfmt-ignore

describe('the atrous convolution', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  it.each(kernels)(
    'is ReLU, dense convolution with rate 2, batch norm: $kernel × $kernel',
    (row) => {
      const { operation, kernel } = row;
      for (const [height, width] of sizes) {
        const relaxed = runFilled(
          (scope, x) => operation.relaxed(scope, x, { bnAffine: true }),
          [2, height, width, 3],
        );
        expect(relaxed.filters.weights.shape).toEqual([kernel, kernel, 3, 3]);
        const y = conv(relu(relaxed.image), relaxed.filters.weights, { rate: 2 });
        expectSameMap(relaxed.output, norm(y, normAt(relaxed, 'bn', SEARCH_EPSILON)));
        const derived = runFilled(
          (scope, x) => operation.derived(scope, x, { stride: 1, norm: NORM }) ?? x,
          [2, height, width, 3],
        );
        expectSameMap(derived.output, norm(y, normAt(derived, 'bn', NORM.epsilon, 'moving')));
      }
    },
  );

  it.each(kernels)('is resized to half the size and has rate 1 with stride 2: $kernel', (row) => {
    for (const [height, width] of sizes) {
      const run = runFilled(
        (scope, x) => row.operation.derived(scope, x, { stride: 2, norm: NORM }) ?? x,
        [2, height, width, 3],
      );
      const half = resize(relu(run.image), Math.ceil(height / 2), Math.ceil(width / 2));
      const y = conv(half, run.filters.weights);
      expectSameMap(run.output, norm(y, normAt(run, 'bn', NORM.epsilon, 'moving')));
    }
  });
});
