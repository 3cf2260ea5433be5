/** Turning label maps that were drawn on the stored pixels of an image: images are read upright. */
import type { LabelMap } from '../pixels.js';
import type { Size } from '../../size.js';

/** The first EXIF orientation in which width and height are exchanged. */
const EXCHANGED = 5;

/** The size of an image shown upright. */
export function uprightSize({ height, width }: Size, orientation: number): Size {
  return orientation >= EXCHANGED ? { height: width, width: height } : { height, width };
}

/**
 * A label map in the upright orientation, from one drawn on the stored pixels.
 *
 * Source: EXIF 2.3, tag 0x0112: where the stored first row and first column lie in the upright image.
 *
 * @param orientation - 1 to 8
 */
export function toUpright(stored: LabelMap, orientation: number): LabelMap {
  const isExchanged = orientation >= EXCHANGED;
  const isFromRight = [2, 3, 6, 7].includes(orientation);
  const isFromBottom = [3, 4, 7, 8].includes(orientation);
  const { height, width } = uprightSize(stored, orientation);
  const data = new Uint8Array(height * width);
  for (let row = 0; row < stored.height; row++) {
    for (let column = 0; column < stored.width; column++) {
      const [down, across] = isExchanged ? [column, row] : [row, column];
      const y = isFromBottom ? height - 1 - down : down;
      const x = isFromRight ? width - 1 - across : across;
      data[y * width + x] = stored.data[row * stored.width + column];
    }
  }
  return { height, width, data };
}
