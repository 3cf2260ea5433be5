import { beforeAll, describe, expect, it } from 'vitest';
import { SEARCH_EPSILON } from '../../../lib/search-space/operations/relaxed.js';
import { prepare, prepareArrow } from '../../../lib/search-space/supernet/prepare.js';
import { useBackend } from '../../helpers/backends.js';
import { expectSameMap, normAt, runFilled } from '../../helpers/filled-network.js';
import { conv, norm, relu, resize } from '../../helpers/plain-maps.js';

describe('prepare', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  it.each([
    [1, 1],
    [2, 3],
    [4, 3],
  ])('is ReLU, convolution, batch norm; stride %i takes a kernel of %i', (stride, kernel) => {
    const options = { filters: 5, stride, bnAffine: true };
    const run = runFilled((scope, x) => prepare(scope, x, options), [2, 9, 8, 3]);
    expect(run.filters.weights.shape).toEqual([kernel, kernel, 3, 5]);
    const y = conv(relu(run.image), run.filters.weights, { stride });
    expectSameMap(run.output, norm(y, normAt(run, 'bn', SEARCH_EPSILON)));
  });
});

describe('prepareArrow', () => {
  const options = { filters: 4, bnAffine: false };
  const epsilon = SEARCH_EPSILON;

  beforeAll(async () => {
    await useBackend('wasm');
  });

  it('goes down by a 3×3 convolution with stride 2', () => {
    const size = { height: 4, width: 3 };
    const run = runFilled((scope, x) => prepareArrow(scope, x, 1, size, options), [2, 7, 6, 3]);
    const weights = run.filters['down/weights'];
    expect(weights.shape).toEqual([3, 3, 3, 4]);
    expectSameMap(run.output, norm(conv(relu(run.image), weights, { stride: 2 }), { epsilon }));
  });

  it('stays by a 1×1 convolution', () => {
    const size = { height: 7, width: 6 };
    const run = runFilled((scope, x) => prepareArrow(scope, x, 0, size, options), [2, 7, 6, 3]);
    const weights = run.filters['same/weights'];
    expect(weights.shape).toEqual([1, 1, 3, 4]);
    expectSameMap(run.output, norm(conv(relu(run.image), weights), { epsilon }));
  });

  it('goes up by a resize to the size of the node, then ReLU and a 1×1 convolution', () => {
    // Not the same as a ReLU first: a resize between signs gives other zeros.
    for (const size of [
      { height: 5, width: 9 },
      { height: 6, width: 8 },
    ]) {
      // oxfmt-ignore
      const run = runFilled((scope, x) => prepareArrow(scope, x, -1, size, options), [2, 3, 5, 3]);
      const resized = resize(run.image, size.height, size.width);
      const y = conv(relu(resized), run.filters['up/weights']);
      expectSameMap(run.output, norm(y, { epsilon }));
      const other = conv(relu(run.image), run.filters['up/weights']);
      const early = norm(resize(other, size.height, size.width), { epsilon });
      expect(() => {
        expectSameMap(run.output, early);
      }).toThrow();
    }
  });
});
