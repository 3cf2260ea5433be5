import { describe, expect, it } from 'vitest';
import { toBfloat16 } from '../../lib/files/bfloat16.js';
import { Random } from '../../lib/random.js';
import { roundedTo8Bits } from '../helpers/bfloat16.js';

/** What the bits mean. */
const valueOf = (bits: number) => new Float32Array(Uint32Array.of(bits << 16).buffer)[0];

describe('toBfloat16', () => {
  /** Each as `torch.tensor(x).bfloat16()` and ml_dtypes give it; by hand: 8 bits, ties to even. */
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3f80],
    [1 + 2 ** -8, 0x3f80], // between 1 and 1 + 2⁻⁷: to the even one, below
    [1 + 3 * 2 ** -8, 0x3f82], // between 1 + 2⁻⁷ and 1 + 2⁻⁶: to the even one, above
    [1 + 2 ** -8 + 2 ** -23, 0x3f81], // a little more than half
    [1 + 3 * 2 ** -8 - 2 ** -23, 0x3f81], // a little less than half
    [-(1 + 3 * 2 ** -8), 0xbf82],
    [0.1, 0x3dcd], // 0.10009765625
    [1 / 3, 0x3eab], // 0.333984375
    [Math.PI, 0x4049], // 3.140625
    [65504, 0x4780], // the largest float16 becomes 65536
    [3.4028234663852886e38, 0x7f80], // the largest float32 becomes an infinity
    [3.3895313892515355e38, 0x7f7f], // the largest bfloat16 stays
    [2 ** -133, 0x0001], // the least above 0
    [2 ** -134, 0x0000], // between 0 and that: to the even one
    [Infinity, 0x7f80],
    [-Infinity, 0xff80],
    [NaN, 0x7fc0],
  ])('gives the bits of %d', (x, bits) => {
    expect(toBfloat16([x])[0].toString(16)).toBe(bits.toString(16));
  });

  it('keeps NaN that rounding would make an infinity or a zero', () => {
    const bits = Uint32Array.of(0x7f800001, 0x7fffffff, 0xff800001);
    const numbers = new Float32Array(bits.buffer, 0, 3);
    expect(Array.from(toBfloat16(numbers), valueOf)).toEqual([NaN, NaN, NaN]);
    expect(toBfloat16(numbers.subarray(1))).toHaveLength(2);
  });

  it('rounds to the nearest of 8 bits', () => {
    const random = new Random(1);
    const numbers = Float32Array.from(
      { length: 2000 },
      () => random.uniform(-1, 1) * 2 ** random.integer(40),
    );
    const got = Array.from(toBfloat16(numbers), valueOf);
    expect(got).toEqual(Array.from(numbers, roundedTo8Bits));
  });
});
