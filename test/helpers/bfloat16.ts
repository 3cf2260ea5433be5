/** Numbers in bfloat16, by arithmetic instead of bits. */

/** The largest relative error of rounding to 8 bits: half of the distance of the numbers from 1 on. */
export const HALF_UNIT = 2 ** -8;

/** A normal number with 8 bits, to the nearest, to even where two are. */
export function roundedTo8Bits(x: number): number {
  if (x === 0) {
    return 0;
  }
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(x))) - 7);
  const scaled = x / unit;
  const below = Math.floor(scaled);
  const rest = scaled - below;
  const isUp = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  return (isUp ? below + 1 : below) * unit;
}
