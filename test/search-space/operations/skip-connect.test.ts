import { beforeAll, describe, expect, it } from 'vitest';
import { skipConnect } from '../../../lib/search-space/operations/skip-connect.js';
import { useBackend } from '../../helpers/backends.js';
import { expectSameMap, normAt, runFilled } from '../../helpers/filled-network.js';
import { conv, norm, relu } from '../../helpers/plain-maps.js';

const NORM = { epsilon: 1e-3, momentum: 0.9 };

describe('the skip connection', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  it('is the identity when relaxed and with stride 1, without variables', () => {
    const relaxed = runFilled(
      (scope, x) => skipConnect.relaxed(scope, x, { bnAffine: true }),
      [2, 5, 4, 3],
    );
    const derived = runFilled(
      (scope, x) => skipConnect.derived(scope, x, { stride: 1, norm: NORM }) ?? x,
      [2, 5, 4, 3],
    );
    for (const run of [relaxed, derived]) {
      expect(run.output).toEqual(run.image);
      expect(run.variables).toEqual({});
    }
  });

  it.each([
    [7, 5],
    [6, 8],
  ])('is ReLU, 1×1 convolution and batch norm with stride 2: %i × %i', (height, width) => {
    const run = runFilled(
      (scope, x) => skipConnect.derived(scope, x, { stride: 2, norm: NORM }) ?? x,
      [2, height, width, 3],
    );
    const y = conv(relu(run.image), run.filters.weights, { stride: 2 });
    expect(run.filters.weights.shape).toEqual([1, 1, 3, 3]);
    expectSameMap(run.output, norm(y, normAt(run, 'bn', NORM.epsilon, 'moving')));
  });
});
