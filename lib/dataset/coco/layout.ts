/** Where COCO 2017 has its files, and where the label maps made of them go. */
import path from 'node:path';

/**
 * The splits by name: the folder of the images, and how many images and labelled pixels count.
 *
 * Source: the download page. Of train, images with at most 1,000 pixels of VOC's classes are left
 * out, as DeepLabv3 (Chen et al., 2017) and torchvision do.
 */
export const COCO_SPLITS = {
  train: { folder: 'train2017', images: 118_287, leastArea: 1000 },
  val: { folder: 'val2017', images: 5000, leastArea: undefined },
} as const;

/** The name of a split. */
export type CocoSplit = keyof typeof COCO_SPLITS;

/** The file of the annotations of a split. */
export function annotationsOf(root: string, split: CocoSplit): string {
  return path.join(root, 'annotations', `instances_${COCO_SPLITS[split].folder}.json`);
}

/** The label map of an image. */
export function labelOf(root: string, split: CocoSplit, id: string): string {
  return path.join(root, 'annotations_voc', COCO_SPLITS[split].folder, `${id}.png`);
}

/** The list of the images that have label maps; it is written last. */
export function listOf(root: string, split: CocoSplit): string {
  return path.join(root, 'annotations_voc', `${COCO_SPLITS[split].folder}.txt`);
}
