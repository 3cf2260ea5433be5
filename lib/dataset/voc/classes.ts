/**
 * The 21 classes of PASCAL VOC 2012 segmentation: 20 kinds of objects and the background.
 *
 * Source: Everingham et al., "The PASCAL Visual Object Classes Challenge 2012"; names as in its
 * development kit.
 */
import type { Color, DatasetClass } from '../dataset.js';

/** Names in the order of the label values 0 to 20. */
const NAMES = [
  'background',
  'aeroplane',
  'bicycle',
  'bird',
  'boat',
  'bottle',
  'bus',
  'car',
  'cat',
  'chair',
  'cow',
  'diningtable',
  'dog',
  'horse',
  'motorbike',
  'person',
  'pottedplant',
  'sheep',
  'sofa',
  'train',
  'tvmonitor',
];

/** The label value of pixels that are not scored: the borders of objects, and unclear ones. */
export const VOC_VOID = 255;

/**
 * The colour that the label maps show an index in.
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

/** The 21 classes; the label value is the train id. */
export const VOC_CLASSES: readonly DatasetClass[] = NAMES.map((name, trainId) => ({
  name,
  trainId,
  color: vocColor(trainId),
  labelValues: [trainId],
}));
