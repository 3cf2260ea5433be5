/** The shapes of labelme, drawn as `labelme.utils.shape_to_mask` draws them. */
import { z } from 'zod';
import type { LabelMap } from '../../pixels.js';
import {
  drawLine,
  fillCircle,
  fillPolygon,
  fillRectangle,
  type Point,
} from '../../reading/masks/pillow-shapes.js';
import { spanPainter } from '../../reading/masks/spans.js';
import { checkOutline } from '../blank-map.js';
import { paintMask, readObjectMask } from '../mask-bits.js';

/** The width of lines and the radius of points in pixels. */
const LINE_WIDTH = 10;
const POINT_RADIUS = 5;

/** The points that a shape has at least. */
const LEAST_POINTS: Readonly<Record<string, number>> = {
  polygon: 3,
  oriented_rectangle: 3,
  rectangle: 2,
  circle: 2,
  line: 2,
  linestrip: 2,
  point: 1,
  mask: 2,
};

/** The form of a shape. */
export const shapeSchema = z.object({
  label: z.string(),
  points: z.array(z.tuple([z.number(), z.number()])),
  shape_type: z.string().nullish(),
  mask: z.string().nullish(),
});

/** A shape. */
export type LabelmeShape = z.infer<typeof shapeSchema>;

/** Why a shape cannot be drawn; undefined if it can. */
export function shapeFault({ shape_type: type, points, mask }: LabelmeShape): string | undefined {
  const kind = type ?? 'polygon';
  const least = LEAST_POINTS[kind];
  if (least === undefined) {
    return `shapes of the type ${kind}, which is not known: not drawn`;
  }
  if (points.length < least) {
    return `shapes of the type ${kind} with fewer than ${least} points: not drawn`;
  }
  return kind === 'mask' && (mask === null || mask === undefined)
    ? 'shapes of the type mask without a mask: not drawn'
    : undefined;
}

/**
 * Draws a shape that has no fault.
 *
 * @throws {@link DataError} if its mask is damaged, or a point lies far outside of the image
 */
export async function paintShape(
  shape: LabelmeShape,
  map: LabelMap,
  value: number,
  where: string,
): Promise<void> {
  const points = shape.points as readonly Point[];
  checkOutline(points.flat(), map, where);
  const paint = spanPainter(map, value);
  switch (shape.shape_type ?? 'polygon') {
    case 'rectangle':
      fillRectangle(points[0], points[1], map.height, paint);
      break;
    case 'circle': {
      const [[x, y], [x1, y1]] = points;
      fillCircle([x, y], Math.sqrt((x - x1) ** 2 + (y - y1) ** 2), paint);
      break;
    }
    case 'line':
    case 'linestrip':
      drawLine(points, LINE_WIDTH, map.height, paint);
      break;
    case 'point':
      fillCircle(points[0], POINT_RADIUS, paint);
      break;
    case 'mask': {
      const mask = await readObjectMask(Buffer.from(shape.mask ?? '', 'base64'), where);
      paintMask(map, mask, [Math.trunc(points[0][0]), Math.trunc(points[0][1])], value);
      break;
    }
    default:
      fillPolygon(points, map.height, paint);
  }
}
