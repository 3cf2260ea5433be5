/** Numbers in bfloat16, as files hold them: the upper half of the bits of a float32, one Uint16 each. */

/** The upper half of the bits of a float32, to the nearest, to even where two are; NaN stays NaN. */
function upperHalf(bits: number): number {
  const isNan = (bits & 0x7fffffff) > 0x7f800000;
  return isNan ? 0x7fc0 : (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** Rounds numbers to bfloat16: 8 bits, the exponents of float32. */
export function toBfloat16(numbers: ArrayLike<number>): Uint16Array {
  const floats = numbers instanceof Float32Array ? numbers : Float32Array.from(numbers);
  const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length);
  return Uint16Array.from(bits, upperHalf);
}
