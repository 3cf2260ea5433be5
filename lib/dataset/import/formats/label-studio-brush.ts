/**
 * Label Studio's brush strokes: run lengths of an RGBA picture as a stream of bits, highest first.
 *
 * 32 bits: the number of bytes n; 5 bits: w − 1 of words of w bits; four times 4 bits: s₀ … s₃, each
 * less 1. Then, until there are n words: 1 bit, whether one word repeats; 2 bits: k; sₖ bits: the
 * length of the run less 1; the word, or that many words. A pixel is part of the stroke if its
 * fourth byte, the opacity, is not 0.
 *
 * Source: thi.ng/rle-pack, which Label Studio uses.
 */

/**
 * Decodes strokes.
 *
 * @param pixels - the number of pixels of the image
 * @returns 1 where a stroke is, or what is wrong with the bytes
 */
export function decodeBrush(bytes: readonly number[], pixels: number): Uint8Array | string {
  let bit = 0;
  const read = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, bit++) {
      value = value * 2 + ((bytes[bit >> 3] >> (7 - (bit & 7))) & 1);
    }
    return value;
  };
  const total = read(32);
  if (total !== 4 * pixels) {
    return `${total} bytes for ${pixels} pixels`;
  }
  const wordBits = read(5) + 1;
  const runBits = [read(4) + 1, read(4) + 1, read(4) + 1, read(4) + 1];
  const mask = new Uint8Array(pixels);
  for (let at = 0; at < total;) {
    if (bit >= 8 * bytes.length) {
      return `a stream that ends after ${at} of ${total} bytes`;
    }
    const repeats = read(1) === 1;
    const end = at + 1 + read(runBits[read(2)]);
    if (end > total) {
      return `a run beyond the last of ${total} bytes`;
    }
    if (repeats) {
      const isOpaque = read(wordBits) !== 0;
      if (isOpaque) {
        mask.fill(1, at >> 2, end >> 2); // the fourth byte of a pixel decides
      }
      at = end;
    } else {
      for (; at < end; at++) {
        const isOpaque = read(wordBits) !== 0;
        if (at % 4 === 3 && isOpaque) {
          mask[at >> 2] = 1;
        }
      }
    }
  }
  return mask;
}
