/** Small pictures for the tests of the figures of images. */
import type { LabelMap, RgbImage } from '../../../lib/dataset/pixels.js';
import type { PictureClass } from '../../../lib/plot/images/classes.js';

/** Three classes of strong colours. */
export const CLASSES: readonly PictureClass[] = [
  { name: 'road', color: [128, 64, 128] },
  { name: 'a < b', color: [0, 200, 0] },
  { name: 'sky', color: [70, 130, 180] },
];

/** A label map of the given rows. */
export function labelMap(...rows: readonly (readonly number[])[]): LabelMap {
  return { height: rows.length, width: rows[0].length, data: Uint8Array.from(rows.flat()) };
}

/** An image of one colour. */
export function plainImage(height: number, width: number, color = [200, 100, 50]): RgbImage {
  const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => color[i % 3]);
  return { height, width, data };
}
