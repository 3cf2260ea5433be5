/** What the benchmark of Cityscapes scores: categories, and things one by one. */
import type { Benchmark } from '../benchmark.js';
import { CITYSCAPES_CATEGORIES, CITYSCAPES_INSTANCE_CLASSES } from './categories.js';

/**
 * IoU of the seven categories, and instance-weighted IoU of eight classes and two categories.
 *
 * Source: evalPixelLevelSemanticLabeling.py of cityscapesScripts; it takes `_instanceIds.png` beside
 * the label map.
 */
export const CITYSCAPES_BENCHMARK: Benchmark = {
  categories: CITYSCAPES_CATEGORIES,
  instances: {
    classes: CITYSCAPES_INSTANCE_CLASSES,
    fileOf: (labelFile) => labelFile.replace(/_label(?:Train)?Ids\.png$/i, '_instanceIds.png'),
  },
};
