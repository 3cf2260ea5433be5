/** Supervisely's objects, drawn as its own masks are. */
import { inflateSync } from 'node:zlib';
import { z } from 'zod';
import { DataError } from '../../../errors.js';
import type { LabelMap } from '../../pixels.js';
import { DEFAULT_MAX_PIXELS } from '../../reading/files.js';
import { drawThinLine, fillPolygonOpencv } from '../../reading/masks/opencv-polygon.js';
import type { Point } from '../../reading/masks/pillow-shapes.js';
import { spanPainter } from '../../reading/masks/spans.js';
import { paintMask, readObjectMask } from '../mask-bits.js';

const point = z.tuple([z.number(), z.number()]);

/** The form of an object. */
export const objectSchema = z.object({
  classTitle: z.string(),
  geometryType: z.string(),
  points: z.object({ exterior: z.array(point), interior: z.array(z.array(point)) }).optional(),
  bitmap: z.object({ origin: point, data: z.string() }).nullish(),
});

/** An object. */
export type SuperviselyObject = z.infer<typeof objectSchema>;

const AREAS = ['polygon', 'bitmap', 'rectangle', 'line', 'point'];

/** Why an object cannot be drawn; undefined if it can. */
export function objectFault({ geometryType, points, bitmap }: SuperviselyObject) {
  if (!AREAS.includes(geometryType)) {
    return `objects of the type ${geometryType}, which is no area: not drawn`;
  }
  const least = { polygon: 3, rectangle: 2, line: 2, point: 1 }[geometryType] ?? 0;
  const isIncomplete = geometryType === 'bitmap' ? !bitmap : (points?.exterior.length ?? 0) < least;
  return isIncomplete ? `objects of the type ${geometryType} without points: not drawn` : undefined;
}

/** The mask of a bitmap: base64 of a zlib stream of a PNG. */
async function bitmapMask(data: string, where: string): Promise<LabelMap> {
  let bytes: Buffer;
  try {
    bytes = inflateSync(Buffer.from(data, 'base64'), { maxOutputLength: DEFAULT_MAX_PIXELS });
  } catch (cause) {
    const got = (cause as Error).message;
    throw new DataError(
      `${where}: expected a bitmap as base64 of zlib, got "${got}"; export it again`,
      where,
      { cause },
    );
  }
  return readObjectMask(bytes, where);
}

/**
 * Draws an object that has no fault. A polygon loses its holes, outlines included; a line is one
 * pixel wide, as Supervisely's own SDK draws it where no thickness is given.
 *
 * @throws {@link DataError} if its bitmap is damaged
 */
export async function paintObject(
  { geometryType, points, bitmap }: SuperviselyObject,
  map: LabelMap,
  value: number,
  where: string,
): Promise<void> {
  if (geometryType === 'bitmap') {
    const [left, top] = bitmap?.origin ?? [0, 0];
    const mask = await bitmapMask(bitmap?.data ?? '', where);
    paintMask(map, mask, [Math.trunc(left), Math.trunc(top)], value);
    return;
  }
  const whole = (list: readonly Point[]): Point[] =>
    list.map(([x, y]) => [clamp(x, map.width), clamp(y, map.height)]);
  const exterior = whole(points?.exterior ?? []);
  const paint = spanPainter(map, value);
  if (geometryType === 'rectangle') {
    const [[x0, y0], [x1, y1]] = exterior;
    for (let row = Math.min(y0, y1); row <= Math.max(y0, y1); row++) {
      paint(row, Math.min(x0, x1), Math.max(x0, x1));
    }
  } else if (geometryType === 'polygon') {
    const { height, width } = map;
    const mask = { height, width, data: new Uint8Array(height * width) };
    fillPolygonOpencv(exterior, spanPainter(mask, 1));
    for (const hole of points?.interior ?? []) {
      fillPolygonOpencv(whole(hole), spanPainter(mask, 0));
    }
    paintMask(map, mask, [0, 0], value);
  } else {
    for (const [i, from] of exterior.entries()) {
      drawThinLine(from, exterior[Math.min(i + 1, exterior.length - 1)], paint);
    }
  }
}

/** A whole coordinate inside the image. */
function clamp(value: number, length: number): number {
  return Math.min(length - 1, Math.max(0, Math.round(value)));
}
