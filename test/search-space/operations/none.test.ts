import { beforeAll, describe, expect, it } from 'vitest';
import { declareNetwork } from '../../../lib/nn/declare.js';
import { none } from '../../../lib/search-space/operations/none.js';
import { useBackend } from '../../helpers/backends.js';
import { runFilled } from '../../helpers/filled-network.js';

describe('zero', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  it('gives zeros of the size of its input when relaxed, without variables', () => {
    const { output, variables } = runFilled(
      (scope, x) => none.relaxed(scope, x, { bnAffine: true }),
      [2, 5, 4, 3],
    );
    expect(output.shape).toEqual([2, 5, 4, 3]);
    expect(Array.from(output.values).every((value) => value === 0)).toBe(true);
    expect(variables).toEqual({});
  });

  it.each([1, 2] as const)(
    'adds nothing to a block of the derived network, stride %i',
    (stride) => {
      const results: unknown[] = [];
      declareNetwork(
        (scope, x) => {
          results.push(none.derived(scope, x, { stride, norm: { epsilon: 1e-3, momentum: 0.9 } }));
          return x;
        },
        [1, 5, 5, 3],
      );
      expect(results).toEqual([undefined]);
    },
  );
});
