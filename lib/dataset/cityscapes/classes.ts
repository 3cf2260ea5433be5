/**
 * The classes of Cityscapes: 19 that count, and the label ids of the full annotation.
 *
 * Source: Cordts et al., "The Cityscapes Dataset for Semantic Urban Scene Understanding" (2016);
 * names, ids and colours as the dataset's own label definition has them.
 */
import type { Color, DatasetClass } from '../dataset.js';

/** How the label maps are coded: the annotators' ids, or train ids already. */
export type CityscapesLabels = 'labelIds' | 'labelTrainIds';

/** Name, label id and colour of each class, in order of the train ids 0 to 18. */
const CLASSES: readonly (readonly [name: string, labelId: number, color: Color])[] = [
  ['road', 7, [128, 64, 128]],
  ['sidewalk', 8, [244, 35, 232]],
  ['building', 11, [70, 70, 70]],
  ['wall', 12, [102, 102, 156]],
  ['fence', 13, [190, 153, 153]],
  ['pole', 17, [153, 153, 153]],
  ['traffic light', 19, [250, 170, 30]],
  ['traffic sign', 20, [220, 220, 0]],
  ['vegetation', 21, [107, 142, 35]],
  ['terrain', 22, [152, 251, 152]],
  ['sky', 23, [70, 130, 180]],
  ['person', 24, [220, 20, 60]],
  ['rider', 25, [255, 0, 0]],
  ['car', 26, [0, 0, 142]],
  ['truck', 27, [0, 0, 70]],
  ['bus', 28, [0, 60, 100]],
  ['train', 31, [0, 80, 100]],
  ['motorcycle', 32, [0, 0, 230]],
  ['bicycle', 33, [119, 11, 32]],
];

/**
 * Label ids that are annotated but do not count: unlabeled, ego vehicle, rectification border, out
 * of roi, static, dynamic, ground (0 to 6), parking, rail track (9, 10), guard rail, bridge, tunnel
 * (14 to 16), polegroup (18), caravan, trailer (29, 30). License plate has the id -1, which an
 * 8-bit file can only hold as 255.
 */
const IGNORED_LABEL_IDS = [0, 1, 2, 3, 4, 5, 6, 9, 10, 14, 15, 16, 18, 29, 30, 255];

/** The 19 classes, with the label values of the given coding. */
export function cityscapesClasses(labels: CityscapesLabels): readonly DatasetClass[] {
  return CLASSES.map(([name, labelId, color], trainId) => ({
    name,
    trainId,
    color,
    labelValues: [labels === 'labelIds' ? labelId : trainId],
  }));
}

/** The label values that the given coding allows besides those of the classes. */
export function cityscapesIgnoredValues(labels: CityscapesLabels): readonly number[] {
  return labels === 'labelIds' ? IGNORED_LABEL_IDS : [255];
}
