/** Small pictures as text, to stand inside a figure, and the words under the pointer. */
import { encode } from 'fast-png';
import sharp from 'sharp';
import { resizeLabels } from '../../dataset/reading/geometry.js';
import type { LabelMap, RgbImage } from '../../dataset/pixels.js';
import type { Size } from '../../size.js';

/** Red, green, blue and opacity, 0 to 255. */
export type Rgba = readonly [red: number, green: number, blue: number, opacity: number];

/** The size that fits into a square of that many pixels, never larger than the picture itself. */
export function fitInto({ height, width }: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(height, width));
  return {
    height: Math.max(1, Math.round(height * scale)),
    width: Math.max(1, Math.round(width * scale)),
  };
}

/**
 * A photograph as a JPEG of the given size: a tenth of what a PNG takes, and no difference to see.
 *
 * @returns a `data:` URI
 */
export async function photographUri(
  image: RgbImage,
  { height, width }: Size,
  { grey = false }: { readonly grey?: boolean } = {},
): Promise<string> {
  const raw = { height: image.height, width: image.width, channels: 3 } as const;
  const picture = sharp(image.data, { raw }).resize({ height, width, fit: 'fill' });
  const jpeg = await (grey ? picture.greyscale() : picture)
    .jpeg({ quality: 82, mozjpeg: true })
    .toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}

/**
 * A label map as a palette PNG of the given size; no label is mixed with its neighbour.
 *
 * @param colorOf - the colour of each value that occurs
 * @returns a `data:` URI
 */
export function labelUri(labels: LabelMap, size: Size, colorOf: (label: number) => Rgba): string {
  const small = resizeLabels(labels, size);
  const values = [...new Set(small.data)].map((label) => ({ label, color: colorOf(label) }));
  // The encoder writes the opacities of the colours that have one, in order: they must come first.
  values.sort((a, b) => a.color[3] - b.color[3] || a.label - b.label);
  const indexOf = new Uint8Array(256);
  values.forEach(({ label }, index) => (indexOf[label] = index));
  const png = encode({
    height: small.height,
    width: small.width,
    depth: 8,
    channels: 1,
    data: small.data.map((label) => indexOf[label]),
    palette: values.map(({ color }) => [...color] as [number, number, number, number]),
  });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}

/** How many places the longer side of a picture has by default, for the words under the pointer. */
export const HOVER_GRID = 48;

/**
 * Words for the places of a coarse grid over label maps of one size.
 *
 * @param grid - places along the longer side; 0 for no words
 * @param say - the words for the labels of one place, one for each map
 * @returns `[rows][columns]`; undefined for no words
 */
export function wordsOf(
  maps: readonly LabelMap[],
  grid: number,
  say: (...labels: number[]) => string,
): readonly (readonly string[])[] | undefined {
  if (grid < 1 || maps.length === 0) {
    return undefined;
  }
  const { height, width } = fitInto(maps[0], grid);
  const small = maps.map((map) => resizeLabels(map, { height, width }).data);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) => say(...small.map((data) => data[y * width + x]))),
  );
}
