/** The annotations of COCO as objects to paint. */
import { z } from 'zod';
import { DataError } from '../../../errors.js';
import { polygonRuns } from '../../reading/masks/polygon.js';
import { readRunLengths } from '../../reading/masks/rle.js';
import type { Size } from '../../../size.js';
import { checkOutline } from '../blank-map.js';
import { objectOfRuns, type PaintedObject } from '../objects.js';

const id = z.union([z.int(), z.string()]);

/** The parts of a COCO file that count; what they hold is checked when it is used. */
export const fileSchema = z.object({
  images: z.array(z.unknown()),
  annotations: z.array(z.unknown()),
  categories: z.array(z.object({ id, name: z.string(), supercategory: z.string().nullish() })),
});

/** An image of a COCO file. */
export const imageSchema = z.object({
  id,
  file_name: z.string().min(1),
  height: z.int().positive(),
  width: z.int().positive(),
});

/** An annotation of a COCO file. */
export const annotationSchema = z.object({
  image_id: id,
  category_id: id,
  segmentation: z
    .union([
      z.array(z.array(z.number())),
      z.object({
        size: z.tuple([z.int().positive(), z.int().positive()]),
        counts: z.union([z.string(), z.array(z.int())]),
      }),
    ])
    .nullish(),
});

/** An annotation. */
export type CocoAnnotation = z.infer<typeof annotationSchema>;

/** Whether an annotation has a mask or a polygon of three points or more. */
export function hasMask({ segmentation }: CocoAnnotation): boolean {
  return Array.isArray(segmentation)
    ? segmentation.some((polygon) => polygon.length >= 6)
    : segmentation !== null && segmentation !== undefined;
}

/**
 * The object of an annotation: its polygons together, or its run lengths.
 *
 * @param index - the index of its class
 * @throws {@link DataError} if its run lengths are damaged or of another size, or its outline lies far
 *   outside of the image
 */
export function cocoObject(
  { segmentation }: CocoAnnotation,
  size: Size,
  index: number,
  where: string,
): PaintedObject {
  if (Array.isArray(segmentation)) {
    const polygons = segmentation.filter((polygon) => polygon.length >= 6);
    checkOutline(polygons.flat(), size, where);
    return objectOfRuns(
      index,
      polygons.map((polygon) => polygonRuns(polygon, size)),
    );
  }
  const [height, width] = segmentation?.size ?? [0, 0];
  const runs =
    height === size.height && width === size.width
      ? readRunLengths(size, segmentation?.counts ?? [])
      : `a mask of ${width}x${height}`;
  if (typeof runs === 'string') {
    throw new DataError(
      `${where}: expected run lengths for ${size.width}x${size.height}, got ${runs}; export it again`,
      where,
    );
  }
  return objectOfRuns(index, [runs]);
}
