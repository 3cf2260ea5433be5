import { describe, expect, it } from 'vitest';
import { convNativeAttributes, convOutputSize } from '../../lib/ops/conv-attributes.js';

describe('convOutputSize', () => {
  it.each([
    ['same', 1, 1, 9],
    ['same', 2, 1, 5],
    ['valid', 1, 1, 7],
    ['valid', 2, 1, 4],
    ['valid', 1, 3, 3],
  ] as const)(
    'of 9 pixels under a 3-tap window: %s, stride %i, rate %i',
    (padding, stride, rate, size) => {
      expect(convOutputSize(9, 3, { padding, stride, rate })).toBe(size);
    },
  );
});

describe('convNativeAttributes', () => {
  it('are those of a TensorFlow convolution', () => {
    expect(convNativeAttributes({ stride: 2, rate: 3, padding: 'valid' })).toMatchObject({
      strides: { kind: 'int', value: [1, 2, 2, 1] },
      dilations: { kind: 'int', value: [1, 3, 3, 1] },
      padding: { kind: 'string', value: 'VALID' },
    });
  });
});
