/** Label Studio's regions: coordinates are percentages of the image's width and height. */
import { z } from 'zod';
import { DataError } from '../../../errors.js';
import type { LabelMap } from '../../pixels.js';
import { polygonRuns } from '../../reading/masks/polygon.js';
import { paintRuns } from '../../reading/masks/rle.js';
import type { Size } from '../../../size.js';
import { checkOutline } from '../blank-map.js';
import { paintMask } from '../mask-bits.js';
import { decodeBrush } from './label-studio-brush.js';

/** The form of a region. */
export const regionSchema = z.object({
  id: z.string().optional(),
  type: z.string(),
  original_width: z.int().positive().optional(),
  original_height: z.int().positive().optional(),
  value: z.looseObject({
    points: z.array(z.tuple([z.number(), z.number()])).optional(),
    x: z.number().optional(),
    y: z.number().optional(),
    width: z.number().optional(),
    height: z.number().optional(),
    radiusX: z.number().optional(),
    radiusY: z.number().optional(),
    rotation: z.number().optional(),
    format: z.string().optional(),
    rle: z.array(z.int().min(0).max(255)).optional(),
  }),
});

/** A region. */
export type Region = z.infer<typeof regionSchema>;

/** The label of a region: its first one, in whatever field. */
export function labelOf({ value }: Region): string | undefined {
  for (const [key, labels] of Object.entries(value)) {
    if (/labels$/i.test(key) && Array.isArray(labels) && typeof labels[0] === 'string') {
      return labels[0];
    }
  }
  return undefined;
}

type Shape = 'polygon' | 'rectangle' | 'ellipse' | 'brush';

/** What a region is drawn as; undefined for points, texts and whatever else has no area. */
export function shapeOf({ value }: Region): Shape | undefined {
  if (value.rle !== undefined && value.format === 'rle') {
    return 'brush';
  }
  if (value.points !== undefined && value.points.length >= 3) {
    return 'polygon';
  }
  const hasPlace = value.x !== undefined && value.y !== undefined;
  if (hasPlace && value.radiusX !== undefined && value.radiusY !== undefined) {
    return 'ellipse';
  }
  // A key point has a width too, but no height.
  return hasPlace && value.width !== undefined && value.height !== undefined
    ? 'rectangle'
    : undefined;
}

/**
 * Draws a region that has a shape: outlines by COCO's rule, ellipses by the middles of the pixels.
 *
 * @throws {@link DataError} if brush strokes are damaged, or an outline lies far outside of the image
 */
export function paintRegion(region: Region, map: LabelMap, index: number, where: string): void {
  const { value } = region;
  const { x = 0, y = 0, width = 0, height = 0, rotation = 0 } = value;
  const [perX, perY] = [map.width / 100, map.height / 100];
  switch (shapeOf(region)) {
    case 'polygon': {
      const points = (value.points ?? []).flatMap(([px, py]) => [px * perX, py * perY]);
      checkOutline(points, map, where);
      paintRuns(map, polygonRuns(points, map), index);
      break;
    }
    case 'rectangle': {
      const corners: [number, number][] = [
        [0, 0],
        [width, 0],
        [width, height],
        [0, height],
      ];
      const [sin, cos] = turn(rotation);
      const points = corners.flatMap(([dx, dy]) => [
        x * perX + dx * perX * cos - dy * perY * sin,
        y * perY + dx * perX * sin + dy * perY * cos,
      ]);
      checkOutline(points, map, where);
      paintRuns(map, polygonRuns(points, map), index);
      break;
    }
    case 'ellipse':
      paintEllipse(region, map, index);
      break;
    case 'brush': {
      const mask = decodeBrush(value.rle ?? [], map.height * map.width);
      if (typeof mask === 'string') {
        throw new DataError(
          `${where}: expected brush strokes for ${map.width}x${map.height}, got ${mask}; export it again`,
          where,
        );
      }
      paintMask(map, { height: map.height, width: map.width, data: mask }, [0, 0], index);
      break;
    }
    default:
      break;
  }
}

/** Sine and cosine of degrees, clockwise. */
function turn(degrees: number): [sin: number, cos: number] {
  const angle = (degrees * Math.PI) / 180;
  return [Math.sin(angle), Math.cos(angle)];
}

/** ((dx cos + dy sin) / rx)² + ((dy cos − dx sin) / ry)² ≤ 1 at the middle of a pixel. */
function paintEllipse({ value }: Region, map: LabelMap, index: number): void {
  const { x = 0, y = 0, radiusX = 0, radiusY = 0, rotation = 0 } = value;
  const [rx, ry] = [(radiusX * map.width) / 100, (radiusY * map.height) / 100];
  const [cx, cy] = [(x * map.width) / 100, (y * map.height) / 100];
  const reach = Math.max(rx, ry);
  const [sin, cos] = turn(rotation);
  const [top, bottom] = bounds(cy, reach, map.height);
  const [left, right] = bounds(cx, reach, map.width);
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const [dx, dy] = [column + 0.5 - cx, row + 0.5 - cy];
      if (((dx * cos + dy * sin) / rx) ** 2 + ((dy * cos - dx * sin) / ry) ** 2 <= 1) {
        map.data[row * map.width + column] = index;
      }
    }
  }
}

function bounds(middle: number, reach: number, length: number): [number, number] {
  return [Math.max(0, Math.floor(middle - reach)), Math.min(length, Math.ceil(middle + reach))];
}

/** The size that regions were drawn on: the one that they state, else that of the image. */
export function regionSize(regions: readonly Region[], image: Size): Size {
  const stated = regions.find(
    (region) => region.original_width !== undefined && region.original_height !== undefined,
  );
  return {
    height: stated?.original_height ?? image.height,
    width: stated?.original_width ?? image.width,
  };
}
