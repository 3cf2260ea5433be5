import { describe, expect, it } from 'vitest';
import { halfFormOf } from '../../../lib/runtime/passes/half-forms.js';
import type { TraceNode } from '../../../lib/runtime/trace-graph.js';

/** The gradient of a filter of a shape. */
const gradientOf = (...shape: number[]) =>
  ({ kernel: 'AdlConv2DFilterGradient', attributes: { shape } }) as unknown as TraceNode;

describe('halfFormOf', () => {
  it('leaves the gradients of filters in float32 whose height or width is more than 1', () => {
    expect(halfFormOf(gradientOf(1, 1, 8, 4))).toMatchObject({ isOfWeights: true });
    for (const shape of [
      [3, 3, 8, 4],
      [1, 3, 8, 4],
      [3, 1, 8, 4],
    ]) {
      // oxfmt-ignore
      expect(halfFormOf(gradientOf(...shape))).toBeUndefined();
    }
  });

  it('has none for what it does not know', () => {
    expect(
      halfFormOf({ kernel: 'Softmax', attributes: {} } as unknown as TraceNode),
    ).toBeUndefined();
  });
});
