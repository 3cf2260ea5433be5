import { beforeAll, describe, expect, it } from 'vitest';
import { SEARCH_EPSILON } from '../../../lib/search-space/operations/relaxed.js';
import {
  separableConv3x3,
  separableConv5x5,
} from '../../../lib/search-space/operations/separable-conv.js';
import { useBackend } from '../../helpers/backends.js';
import { expectSameMap, normAt, runFilled, type FilledRun } from '../../helpers/filled-network.js';
import { conv, depthwise, norm, relu, type PlainMap } from '../../helpers/plain-maps.js';

const NORM = { epsilon: 1e-3, momentum: 0.9 };
const kernels = [
  { kernel: 3, operation: separableConv3x3 },
  { kernel: 5, operation: separableConv5x5 },
] as const;

/** (ReLU, depthwise, pointwise, norm) twice, the stride in the first. */
function expected(run: FilledRun, stride: number, epsilon: number, statistics: 'moving' | 'batch') {
  const round = (x: PlainMap, part: number, step: number) => {
    const y = depthwise(relu(x), run.filters[`depthwise${part}`], { stride: step });
    return norm(
      conv(y, run.filters[`pointwise${part}`]),
      normAt(run, `bn${part}`, epsilon, statistics),
    );
  };
  return round(round(run.image, 1, stride), 2, 1);
}

describe('the separable convolution', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  it.each(kernels)('runs twice, each with ReLU and batch norm: $kernel × $kernel', (row) => {
    const run = runFilled(
      (scope, x) => row.operation.relaxed(scope, x, { bnAffine: true }),
      [2, 6, 7, 4],
    );
    expect(run.filters.depthwise1.shape).toEqual([row.kernel, row.kernel, 4, 1]);
    expectSameMap(run.output, expected(run, 1, SEARCH_EPSILON, 'batch'));
  });

  it.each(
    kernels.flatMap((kind) => ([1, 2] as const).map((stride) => ({ ...kind, stride }))), // oxfmt-ignore
  )('strides in its first half: $kernel × $kernel, stride $stride', ({ operation, stride }) => {
    for (const [height, width] of [
      [7, 5],
      [6, 8],
    ]) {
      // oxfmt-ignore
      const run = runFilled(
        (scope, x) => operation.derived(scope, x, { stride, norm: NORM }) ?? x,
        [2, height, width, 4],
      );
      expectSameMap(run.output, expected(run, stride, NORM.epsilon, 'moving'));
    }
  });
});
