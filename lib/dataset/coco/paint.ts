/** The label map that the objects of an image make. */
import { DataError } from '../../errors.js';
import type { LabelMap } from '../pixels.js';
import { VOC_VOID } from '../voc/classes.js';
import type { CocoImage, CocoObject } from './annotations.js';
import { farCoordinate, polygonRuns } from '../reading/masks/polygon.js';
import { readRunLengths, type RunLengths } from '../reading/masks/rle.js';

/**
 * Paints the objects of an image with the values of VOC's classes.
 *
 * Pixels of several objects are ignored (255), and so are those of crowds where there is no single
 * object; what belongs to no object of VOC's classes is background (0).
 *
 * Source: overlap and background as in torchvision's reference training on COCO with VOC's classes;
 * the paper says nothing of them. Deviation: torchvision paints crowds like objects.
 *
 * @param file - the file of the annotations, for errors
 * @throws {@link DataError} if an annotation does not fit its image
 */
export function paintLabels(image: CocoImage, file: string): LabelMap {
  const { height, width, objects } = image;
  const byColumn = new Uint8Array(height * width);
  const owners = new Uint32Array(height * width);
  for (const [i, object] of objects.filter(({ isCrowd }) => !isCrowd).entries()) {
    const owner = i + 1;
    for (const [begin, end] of coveredBy(object, image, file)) {
      for (let pixel = begin; pixel < end; pixel++) {
        if (owners[pixel] !== owner) {
          byColumn[pixel] = owners[pixel] === 0 ? object.value : VOC_VOID;
          owners[pixel] = owner;
        }
      }
    }
  }
  for (const crowd of objects.filter(({ isCrowd }) => isCrowd)) {
    for (const [begin, end] of coveredBy(crowd, image, file)) {
      for (let pixel = begin; pixel < end; pixel++) {
        byColumn[pixel] = owners[pixel] === 0 ? VOC_VOID : byColumn[pixel];
      }
    }
  }
  const data = new Uint8Array(height * width);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      data[y * width + x] = byColumn[x * height + y];
    }
  }
  return { height, width, data };
}

/** The runs of pixels that an object covers; those of several polygons may overlap. */
function coveredBy(object: CocoObject, image: CocoImage, file: string): (readonly number[])[] {
  const { segmentation, id } = object;
  const { height, width, name } = image;
  const fail = (expected: string, got: string): DataError =>
    new DataError(
      `${file}, annotation ${id} of ${name}: expected ${expected}, got ${got}; restore the file from ` +
        'the download',
      file,
    );
  if (!('counts' in segmentation)) {
    const outside = farCoordinate(segmentation.flat(), image);
    if (outside !== undefined) {
      throw fail(`points in an image of ${width}x${height}`, String(outside));
    }
    return segmentation.flatMap((points) => pairs(polygonRuns(points, image)));
  }
  const { size, counts } = segmentation;
  if (size[0] !== height || size[1] !== width) {
    throw fail(`runs for ${width}x${height} pixels`, `${size[1]}x${size[0]}`);
  }
  const runs = readRunLengths(image, counts);
  if (typeof runs === 'string') {
    throw fail('runs that cover the image', runs);
  }
  return pairs(runs);
}

/** Begin and end (exclusive) of each run of ones. */
function pairs({ counts }: RunLengths): (readonly number[])[] {
  const result: (readonly number[])[] = [];
  let position = 0;
  for (const [i, run] of counts.entries()) {
    if (i % 2 === 1) {
      result.push([position, position + run]);
    }
    position += run;
  }
  return result;
}
