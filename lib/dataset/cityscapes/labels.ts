/**
 * The 35 official labels of Cityscapes: id on disk, name, train id, colour.
 *
 * Source: Cordts et al., "The Cityscapes Dataset for Semantic Urban Scene Understanding" (2016);
 * names, ids and colours as in the dataset's own label definition.
 */
import type { Color } from '../dataset.js';

/** One official Cityscapes label. */
export interface CityscapesLabel {
  /** The value in `*_gtFine_labelIds.png`, 0 to 33; −1 for the license plate, which is not drawn. */
  readonly labelId: number;
  readonly name: string;
  /** The class that networks learn, 0 to 18; 255 if the benchmark ignores the label. */
  readonly trainId: number;
  readonly color: Color;
  /** Whether the dataset tells things with this label apart (instance ids). */
  readonly hasInstances: boolean;
}

function label(
  labelId: number,
  name: string,
  trainId: number,
  color: Color,
  hasInstances = false,
): CityscapesLabel {
  return { labelId, name, trainId, color, hasInstances };
}

/** Every official label, in the order of the ids; the licence plate (-1) comes last. */
export const CITYSCAPES_LABELS: readonly CityscapesLabel[] = [
  label(0, 'unlabeled', 255, [0, 0, 0]),
  label(1, 'ego vehicle', 255, [0, 0, 0]),
  label(2, 'rectification border', 255, [0, 0, 0]),
  label(3, 'out of roi', 255, [0, 0, 0]),
  label(4, 'static', 255, [0, 0, 0]),
  label(5, 'dynamic', 255, [111, 74, 0]),
  label(6, 'ground', 255, [81, 0, 81]),
  label(7, 'road', 0, [128, 64, 128]),
  label(8, 'sidewalk', 1, [244, 35, 232]),
  label(9, 'parking', 255, [250, 170, 160]),
  label(10, 'rail track', 255, [230, 150, 140]),
  label(11, 'building', 2, [70, 70, 70]),
  label(12, 'wall', 3, [102, 102, 156]),
  label(13, 'fence', 4, [190, 153, 153]),
  label(14, 'guard rail', 255, [180, 165, 180]),
  label(15, 'bridge', 255, [150, 100, 100]),
  label(16, 'tunnel', 255, [150, 120, 90]),
  label(17, 'pole', 5, [153, 153, 153]),
  label(18, 'polegroup', 255, [153, 153, 153]),
  label(19, 'traffic light', 6, [250, 170, 30]),
  label(20, 'traffic sign', 7, [220, 220, 0]),
  label(21, 'vegetation', 8, [107, 142, 35]),
  label(22, 'terrain', 9, [152, 251, 152]),
  label(23, 'sky', 10, [70, 130, 180]),
  label(24, 'person', 11, [220, 20, 60], true),
  label(25, 'rider', 12, [255, 0, 0], true),
  label(26, 'car', 13, [0, 0, 142], true),
  label(27, 'truck', 14, [0, 0, 70], true),
  label(28, 'bus', 15, [0, 60, 100], true),
  label(29, 'caravan', 255, [0, 0, 90], true),
  label(30, 'trailer', 255, [0, 0, 110], true),
  label(31, 'train', 16, [0, 80, 100], true),
  label(32, 'motorcycle', 17, [0, 0, 230], true),
  label(33, 'bicycle', 18, [119, 11, 32], true),
  label(-1, 'license plate', 255, [0, 0, 142]),
];
