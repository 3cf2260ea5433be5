import { describe, expect, it } from 'vitest';
import {
  isPrimitive,
  PRIMITIVE_LABELS,
  primitiveIndex,
  PRIMITIVES,
} from '../../lib/search-space/primitives.js';

describe('primitives', () => {
  it('are the 8 of the paper in the order of DARTS', () => {
    expect(PRIMITIVES.join(' ')).toBe(
      'none max_pool_3x3 avg_pool_3x3 skip_connect sep_conv_3x3 sep_conv_5x5 dil_conv_3x3 dil_conv_5x5',
    );
  });

  it('know their column in α and have a label each', () => {
    expect(primitiveIndex('none')).toBe(0);
    expect(primitiveIndex('dil_conv_5x5')).toBe(7);
    expect(new Set(Object.values(PRIMITIVE_LABELS)).size).toBe(8);
  });

  it('are told from other values', () => {
    expect(isPrimitive('sep_conv_3x3')).toBe(true);
    expect(isPrimitive('sep_conv_7x7')).toBe(false);
    expect(isPrimitive(4)).toBe(false);
  });
});
