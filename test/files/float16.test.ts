import { describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from '../../lib/files/float16.js';

const ALL = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);

/** The number of a half, by the definition of binary16, digit by digit. */
function byDefinition(half: number): number {
  const digits = half.toString(2).padStart(16, '0');
  const sign = digits.startsWith('1') ? -1 : 1;
  const exponent = parseInt(digits.slice(1, 6), 2);
  const fraction = [...digits.slice(6)].reduce(
    (sum, digit, i) => sum + Number(digit) * 2 ** -(i + 1),
    0,
  );
  if (exponent === 31) {
    return fraction === 0 ? sign * Infinity : NaN;
  }
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

describe('halves', () => {
  it('are the numbers of the definition, all 65,536', () => {
    expect(Array.from(fromFloat16(ALL))).toEqual(Array.from(ALL, byDefinition));
  });

  it('come back as they were', () => {
    const numbers = ALL.filter((half) => !Number.isNaN(byDefinition(half)));
    expect(toFloat16(fromFloat16(numbers))).toEqual(numbers);
  });

  it('are the nearest ones; halfway, the even one', () => {
    const finite = Array.from({ length: 0x7bff }, (_, half) => half);
    const between = (share: number) =>
      finite.map((half) => {
        const low = byDefinition(half);
        return low + share * (byDefinition(half + 1) - low);
      });
    const even = finite.map((half) => half + (half % 2));
    expect(Array.from(toFloat16(between(31 / 64)))).toEqual(finite);
    expect(Array.from(toFloat16(between(1 / 2)))).toEqual(even);
    expect(Array.from(toFloat16(between(33 / 64)))).toEqual(finite.map((half) => half + 1));
    const negative = between(1 / 2).map((value) => -value);
    expect(Array.from(toFloat16(negative))).toEqual(even.map((half) => half + 0x8000));
  });

  it('of what is too large are infinite, of what is tiny 0, of NaN NaN', () => {
    const values = [65519, 65520, -1e10, Infinity, 2 ** -26, -(2 ** -25), 1e-45, NaN];
    const halves = [0x7bff, 0x7c00, 0xfc00, 0x7c00, 0, 0x8000, 0, 0x7e00];
    expect(Array.from(toFloat16(values))).toEqual(halves);
  });
});
