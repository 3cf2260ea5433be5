/** The colour map of PASCAL VOC, which many labelling tools write whatever their classes are. */
import type { Color } from './dataset.js';

/**
 * The colour that VOC's label maps show an index in.
 *
 * The bits of the index, three at a time from the lowest, are the bits of red, green and blue, from
 * the highest down.
 *
 * Source: `VOCcolormap` of the development kit.
 */
export function vocColor(index: number): Color {
  const channel = (first: number): number => {
    let value = 0;
    for (let bit = 0; bit < 3; bit++) {
      if ((index >> (3 * bit + first)) & 1) {
        value |= 128 >> bit;
      }
    }
    return value;
  };
  return [channel(0), channel(1), channel(2)];
}
