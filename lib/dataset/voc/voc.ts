/** PASCAL VOC 2012, segmentation, in the folders that its download unpacks to. */
import path from 'node:path';
import { z } from 'zod';
import { checkOptions } from '../../check-options.js';
import { ConfigError } from '../../errors.js';
import { vocColor } from '../color-map.js';
import { labelTable, requireSplit, type Dataset } from '../dataset.js';
import { findDatasetFolder } from '../find-folder.js';
import { commonOptions, type CommonOptions, type DatasetKind } from '../kind.js';
import { displayName, sampleLayout } from '../sample/marker.js';
import { VOC_CLASSES, VOC_VOID } from './classes.js';
import { checkLink } from '../reading/links.js';
import {
  findLists,
  labelsWithoutImage,
  listFile,
  readSplit,
  sortSplits,
  VOC_FOLDERS,
} from './lists.js';
import { findSbd, listTrainAug, TRAIN_AUG } from './sbd.js';
import { VOC_SUBMISSION } from './submission.js';

/** Where PASCAL VOC 2012 is, and SBD. */
export interface VocOptions extends CommonOptions {
  /**
   * The folder that holds `benchmark_RELEASE` of SBD, whose labels make `train_aug`. Default: it is
   * looked for beside and in `VOCdevkit`, and in a folder `SBD` there.
   */
  readonly sbd?: string | undefined;
}

const schema = commonOptions.extend({ sbd: z.string().min(1).optional() });

/** PASCAL VOC 2012 as a kind of dataset. */
export const VOC: DatasetKind<VocOptions, 'voc'> = {
  name: 'voc',
  summary: 'PASCAL VOC 2012: 20 classes of objects and the background',
  terms: 'images from Flickr, under its terms of use; annotations free for research',
  labelPng: 'palette',
  submission: VOC_SUBMISSION,
  check: (options) => checkOptions<VocOptions>(schema, options, 'voc'),
  open: openVoc,
  presets: {
    search: {
      // Images of VOC are half as long as those that the paper searches at half resolution.
      source: 'Assumption: the paper searches on Cityscapes only; read at full size',
      paper: { split: 'train_aug', resolution: 1 },
    },
    // 1.5 million steps as for Cityscapes. Batch as for Cityscapes: the paper gives none.
    retrain: { source: 'Auto-DeepLab §5.2', paper: { split: 'train_aug', crop: 513 } },
  },
};

/** Source: the lists of the downloads. */
const WHOLE = {
  train: { images: 1464 },
  val: { images: 1449 },
  trainval: { images: 2913 },
  test: { images: 1456 },
  train_aug: { images: TRAIN_AUG },
};

/**
 * Opens PASCAL VOC 2012: the splits are the lists `ImageSets/Segmentation/*.txt`, with
 * `JPEGImages/<id>.jpg` and `SegmentationClass/<id>.png`.
 *
 * Label maps are palette PNG in the colours of the classes, or grey PNG of label values; 0 is the background, 255 is ignored. The labels of `test` are not public, so its samples
 * have none. A line of a list is an id, or paths of which the first gives the id.
 *
 * The split `train_aug` is made of VOC's train and the two lists of SBD without VOC's val, with VOC's
 * label map where it has one and else the `.mat` file of SBD. Where there are a list `train_aug.txt`
 * (or `trainaug.txt`) and a folder `SegmentationClassAug`, these are taken instead.
 *
 * @param options - `root` is the folder `VOC2012`, or one that holds it or `VOCdevkit/VOC2012`
 * @throws {@link DataError} if the folder does not hold VOC 2012, or no list
 */
export async function openVoc(options: VocOptions): Promise<Dataset> {
  const { root } = options;
  const folder = await findDatasetFolder(root, {
    where: options.name ?? 'voc',
    usual: 'VOCdevkit/VOC2012',
    folders: VOC_FOLDERS,
  });
  const above = path.join(folder, '..', '..');
  const name = await displayName('voc', options, above);
  const { lists, missing } = await findLists(folder, name);
  const isListed = lists.has('train_aug') && options.sbd === undefined;
  const sbd = isListed ? undefined : await findSbd(root, folder, options.sbd);
  const splits = sortSplits([...new Set([...lists.keys(), ...(sbd ? ['train_aug'] : [])])]);
  return {
    name,
    description: {
      kind: 'voc',
      name,
      root: path.resolve(folder),
      options: options.sbd === undefined ? {} : { sbd: path.resolve(options.sbd) },
    },
    classes: VOC_CLASSES,
    labelTable: labelTable(VOC_CLASSES, [{ value: VOC_VOID, color: vocColor(VOC_VOID) }]),
    splits,
    whole: (await sampleLayout(above)) === undefined ? WHOLE : undefined,
    async samples(split, listing) {
      if (split === 'train_aug' && sbd !== undefined) {
        return listTrainAug(folder, sbd, name, listing);
      }
      if (split === 'train_aug' && !lists.has(split)) {
        throw new ConfigError(
          `${name}: expected benchmark_RELEASE of SBD beside VOCdevkit, or ${missing} in ${folder}, ` +
            'for the split train_aug, got neither; unpack benchmark.tgz of SBD there, or say where it ' +
            "is, such as { sbd: '/data/SBD' }, or train on train",
        );
      }
      requireSplit(name, splits, split);
      const list = lists.get(split) ?? '';
      await checkLink(listFile(folder, list), options);
      return readSplit(folder, name, split, list, listing);
    },
    async labelFiles(split) {
      const isOfSbd = split === 'train_aug' && sbd !== undefined;
      return isOfSbd ? [] : labelsWithoutImage(folder, split);
    },
  };
}
