/** The categories of Cityscapes, and the classes whose things its benchmark counts one by one. */
import type { InstanceClass } from '../../metrics/instance-iou.js';
import type { Category } from '../benchmark.js';
import { IGNORE_LABEL } from '../dataset.js';
import { CITYSCAPES_LABELS } from './labels.js';

/**
 * The seven categories that the benchmark scores.
 *
 * Source: Cordts et al., "The Cityscapes Dataset for Semantic Urban Scene Understanding" (2016),
 * figure 1.
 */
export const CITYSCAPES_CATEGORIES: readonly Category[] = [
  { name: 'flat', classes: [0, 1] },
  { name: 'construction', classes: [2, 3, 4] },
  { name: 'object', classes: [5, 6, 7] },
  { name: 'nature', classes: [8, 9] },
  { name: 'sky', classes: [10] },
  { name: 'human', classes: [11, 12] },
  { name: 'vehicle', classes: [13, 14, 15, 16, 17, 18] },
];

/** Mean number of pixels of a thing, as the benchmark's scripts have them. */
const AVERAGE_SIZES: Readonly<Record<string, number>> = {
  person: 3462.4756337644,
  rider: 3930.4788056518,
  car: 12794.0202738185,
  truck: 27855.1264367816,
  bus: 35732.1511111111,
  train: 67583.7075812274,
  motorcycle: 6298.7200839748,
  bicycle: 4672.3249222261,
};

/** The eight classes whose things have numbers; both of their categories hold no other classes. */
export const CITYSCAPES_INSTANCE_CLASSES: readonly InstanceClass[] = CITYSCAPES_LABELS.filter(
  ({ hasInstances, trainId }) => hasInstances && trainId !== IGNORE_LABEL,
).map(({ name, labelId, trainId }) => ({
  trainId,
  id: labelId,
  averageSize: AVERAGE_SIZES[name],
  category: CITYSCAPES_CATEGORIES.find(({ classes }) => classes.includes(trainId))?.classes,
}));
