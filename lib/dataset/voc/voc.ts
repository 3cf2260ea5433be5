/** PASCAL VOC 2012, segmentation, in the folders that its download unpacks to. */
import path from 'node:path';
import { ConfigError } from '../../errors.js';
import { vocColor } from '../color-map.js';
import { labelTable, requireSplit, type Dataset } from '../dataset.js';
import { findDatasetFolder } from '../find-folder.js';
import { checkCommonOptions, type CommonOptions, type DatasetKind } from '../kind.js';
import { displayName } from '../sample/marker.js';
import { VOC_CLASSES, VOC_VOID } from './classes.js';
import { findLists, readSplit, VOC_FOLDERS } from './lists.js';

/** PASCAL VOC 2012 as a kind of dataset. */
export const VOC: DatasetKind<CommonOptions, 'voc'> = {
  name: 'voc',
  summary: 'PASCAL VOC 2012: 20 classes of objects and the background',
  labelPng: 'palette',
  check: checkCommonOptions('voc'),
  open: openVoc,
  presets: {
    // Assumption: the paper searches on Cityscapes only. Images of VOC are half as long as those
    // that it searches at half resolution, so they are read at full size.
    search: { paper: { split: 'train_aug', resolution: 1 } },
    // Source: §5.2: crop 513 and 1.5 million steps on the 10,582 images of train_aug. Batch as for
    // Cityscapes: the paper gives none.
    retrain: { paper: { split: 'train_aug', crop: 513 } },
  },
};

/**
 * Opens PASCAL VOC 2012: the splits are the lists `ImageSets/Segmentation/*.txt`, with
 * `JPEGImages/<id>.jpg` and `SegmentationClass/<id>.png`.
 *
 * Label maps are palette PNG in the colours of the classes, or grey PNG of label values; 0 is the background, 255 is ignored. The labels of `test` are not public, so its samples
 * have none. The split `train_aug` is there if there are a list `train_aug.txt` (or `trainaug.txt`)
 * and a folder `SegmentationClassAug`; its label maps come from that folder. A line of a list is an
 * id, or paths of which the first gives the id.
 *
 * @param options - `root` is the folder `VOC2012`, or one that holds it or `VOCdevkit/VOC2012`
 * @throws {@link DataError} if the folder does not hold VOC 2012, or no list
 */
export async function openVoc(options: CommonOptions): Promise<Dataset> {
  const folder = await findDatasetFolder(options.root, {
    where: options.name ?? 'voc',
    usual: 'VOCdevkit/VOC2012',
    folders: VOC_FOLDERS,
  });
  const name = await displayName('voc', options, path.join(folder, '..', '..'));
  const { lists, missing } = await findLists(folder, name);
  const splits = [...lists.keys()];
  return {
    name,
    description: { kind: 'voc', name, root: path.resolve(folder), options: {} },
    classes: VOC_CLASSES,
    labelTable: labelTable(VOC_CLASSES, [{ value: VOC_VOID, color: vocColor(VOC_VOID) }]),
    splits,
    async samples(split) {
      if (split === 'train_aug' && !lists.has(split)) {
        throw new ConfigError(
          `${name}: expected ${missing} in ${folder} for the split train_aug, got nothing of ` +
            "that name; add the augmented labels, or take { split: 'train' }",
        );
      }
      requireSplit(name, splits, split);
      return readSplit(folder, name, split, lists.get(split) ?? '');
    },
  };
}
