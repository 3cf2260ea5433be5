/**
 * The 21 classes of PASCAL VOC 2012 segmentation: 20 kinds of objects and the background.
 *
 * Source: Everingham et al., "The PASCAL Visual Object Classes Challenge 2012"; names as in its
 * development kit.
 */
import { vocColor } from '../color-map.js';
import type { DatasetClass } from '../dataset.js';

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

/** The 21 classes; the label value is the train id. */
export const VOC_CLASSES: readonly DatasetClass[] = NAMES.map((name, trainId) => ({
  name,
  trainId,
  color: vocColor(trainId),
  labelValues: [trainId],
}));
