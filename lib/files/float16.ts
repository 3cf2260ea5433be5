/** Numbers in half precision (IEEE 754 binary16), as files hold them: one Uint16 each. */

const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);

/** The bits of the half that is nearest to a number; of two, the one whose last bit is 0. */
function encode(value: number): number {
  floats[0] = value;
  const sign = (bits[0] >>> 16) & 0x8000;
  const magnitude = bits[0] & 0x7fffffff;
  if (magnitude > 0x7f800000) {
    return 0x7e00; // NaN
  }
  if (magnitude < 0x38800000) {
    // Below 2^-14 halves lie 2^-24 apart, as floats do between 0.5 and 1.
    floats[0] = Math.abs(value) + 0.5;
    return sign | (bits[0] - 0x3f000000);
  }
  // The exponent counts from 15 in place of 127; 13 bits less of the fraction, half of the last one added.
  const rounded = magnitude - (112 << 23) + 0xfff + ((magnitude >>> 13) & 1);
  return sign | Math.min(rounded >>> 13, 0x7c00);
}

/** The number that 16 bits stand for. */
function decode(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) {
    return fraction === 0 ? sign * Infinity : NaN;
  }
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Rounds numbers to halves; from 65520 on they become infinite. */
export function toFloat16(values: ArrayLike<number>): Uint16Array {
  return Uint16Array.from(values, encode);
}

/** The numbers that halves stand for, without loss. */
export function fromFloat16(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, decode);
}
