/** Small pictures for the tests of the figures of images. */
import sharp from 'sharp';
import type { LabelMap, RgbImage } from '../../../lib/dataset/pixels.js';
import type { Figure, Layout } from '../../../lib/plot/figure.js';
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

/** Labels of two rows, with each class and two ignored pixels. */
export const labels = labelMap([0, 0, 1, 255], [0, 2, 2, 255]);

/** A prediction that is right on four of the six labelled pixels. */
export const prediction = labelMap([0, 1, 1, 0], [0, 2, 1, 0]);

/** The image that the labels belong to. */
export const image = plainImage(2, 4);

/** The pixels of a `data:` URI as RGBA. */
export async function pixelsOf(uri: string) {
  const bytes = Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64');
  const { data, info } = await sharp(bytes)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixel: (i: number) => [...data.subarray(4 * i, 4 * i + 4)], info };
}

/** The pictures of a figure. */
export function imagesOf({ layout }: Figure) {
  return layout.images as (Layout & { source: string })[];
}

/** The names in the legend of a figure. */
export function legendOf({ data }: Figure) {
  return data.filter(({ type }) => type === 'scatter').map(({ name }) => name);
}
