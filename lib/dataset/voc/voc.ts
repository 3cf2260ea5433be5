/** PASCAL VOC 2012, segmentation, in the folders that its download unpacks to. */
import path from 'node:path';
import { ConfigError, DataError } from '../../errors.js';
import { IGNORE_LABEL, labelTable, requireSplit, type Dataset, type Sample } from '../dataset.js';
import { FileIndex, listFolder, readBytes, reason } from '../reading/files.js';
import { findDatasetFolder, namesOf } from '../find-folder.js';
import { isRenderedSample } from '../../sample/sample-manifest.js';
import { VOC_CLASSES, VOC_VOID } from './classes.js';

/** Where PASCAL VOC 2012 is. */
export interface VocOptions {
  /** The folder `VOC2012`, or one that holds it or `VOCdevkit/VOC2012`. */
  readonly root: string;
  /** The name the dataset goes by; default `voc`, or `voc-sample` for a rendered sample. */
  readonly name?: string;
}

const LISTS = 'ImageSets/Segmentation';
const IMAGES = 'JPEGImages';
const LABELS = 'SegmentationClass';
const AUGMENTED_LABELS = 'SegmentationClassAug';
/** Splits in the order in which they are shown; other lists come after them. */
const USUAL_SPLITS = ['train', 'val', 'trainval', 'test', 'train_aug'];
/** The names under which the list of the augmented training images is passed on. */
const AUGMENTED_LISTS = ['train_aug', 'trainaug'];
const FOLDERS = ['ImageSets', IMAGES, LABELS];

/**
 * Opens PASCAL VOC 2012: the splits are the lists `ImageSets/Segmentation/*.txt`, with
 * `JPEGImages/<id>.jpg` and `SegmentationClass/<id>.png`.
 *
 * Label maps are palette PNG, of which the indices are read and not the colours, or grey PNG of
 * indices; 0 is the background, 255 is ignored. The labels of `test` are not public, so its samples
 * have none. The split `train_aug` is there if there are a list `train_aug.txt` (or `trainaug.txt`)
 * and a folder `SegmentationClassAug`; its label maps come from that folder. A line of a list is an
 * id, or paths of which the first gives the id.
 *
 * @throws {@link DataError} if the folder does not hold VOC 2012, or no list
 */
export async function openVoc(options: VocOptions): Promise<Dataset> {
  const folder = await findDatasetFolder(options.root, {
    where: options.name ?? 'voc',
    usual: 'VOCdevkit/VOC2012',
    folders: FOLDERS,
  });
  const isSample = await isRenderedSample(path.join(folder, '..', '..'));
  const name = options.name ?? (isSample ? 'voc-sample' : 'voc');
  const { lists, missing } = await findLists(folder, name);
  const splits = [...lists.keys()];
  return {
    name,
    root: options.root,
    classes: VOC_CLASSES,
    ignoreLabel: IGNORE_LABEL,
    labelTable: labelTable(VOC_CLASSES, [VOC_VOID]),
    splits,
    async samples(split) {
      if (split === 'train_aug' && !lists.has(split)) {
        throw new ConfigError(
          `${name}: expected ${missing} in ${folder} for the split train_aug, got nothing of ` +
            'that name; add the augmented labels, or train on train',
        );
      }
      requireSplit(name, splits, split);
      return readSplit(folder, name, split, lists.get(split) ?? '');
    },
  };
}

/** The lists by the name of their split, and what train_aug lacks. */
async function findLists(
  folder: string,
  name: string,
): Promise<{ readonly lists: ReadonlyMap<string, string>; readonly missing: string }> {
  const place = path.join(folder, LISTS);
  const { files } = await listFolder(place, name, 'unpack the whole download there');
  const stems = files.filter((file) => file.endsWith('.txt')).map((file) => file.slice(0, -4));
  if (stems.length === 0) {
    throw new DataError(
      `${name}: expected train.txt and val.txt in ${place}, got ${namesOf(files)}; ` +
        'unpack the whole download there',
      place,
    );
  }
  const hasAugmentedLabels = await new FileIndex().has(path.join(folder, AUGMENTED_LABELS));
  const augmented = stems.find((stem) => AUGMENTED_LISTS.includes(stem));
  const lists = new Map(
    stems.filter((stem) => !AUGMENTED_LISTS.includes(stem)).map((stem) => [stem, stem]),
  );
  if (augmented !== undefined && hasAugmentedLabels) {
    lists.set('train_aug', augmented);
  }
  const rank = ([split]: readonly [string, string]): number => {
    const place = USUAL_SPLITS.indexOf(split);
    return place < 0 ? USUAL_SPLITS.length : place;
  };
  return {
    lists: new Map([...lists].sort((a, b) => rank(a) - rank(b))),
    missing: [
      ...(augmented === undefined ? [`the list ${LISTS}/train_aug.txt`] : []),
      ...(hasAugmentedLabels ? [] : [`the folder ${AUGMENTED_LABELS}`]),
    ].join(' and '),
  };
}

/** The samples of one list, in its order. */
async function readSplit(
  folder: string,
  name: string,
  split: string,
  list: string,
): Promise<readonly Sample[]> {
  const file = path.join(folder, LISTS, `${list}.txt`);
  const lines = (await readBytes(file, 'split list')).toString('utf8').split(/\r?\n/);
  const labels = split === 'train_aug' ? AUGMENTED_LABELS : LABELS;
  const hasLabels = split !== 'test';
  const index = new FileIndex();
  const seen = new Set<string>();
  const samples: Sample[] = [];
  for (const [position, line] of lines.entries()) {
    const [first = ''] = line.trim().split(/\s+/);
    if (first === '') {
      continue;
    }
    const id = path.posix.basename(first).replace(/\.(?:jpg|png)$/i, '');
    const where = `${file}, line ${position + 1}`;
    if (seen.has(id)) {
      throw new DataError(`${where}: expected each image once, got ${id} again; remove one`, file);
    }
    seen.add(id);
    const imageFile = path.join(folder, IMAGES, `${id}.jpg`);
    const labelFile = hasLabels ? path.join(folder, labels, `${id}.png`) : undefined;
    for (const needed of [imageFile, ...(labelFile === undefined ? [] : [labelFile])]) {
      if (await index.has(needed)) {
        continue;
      }
      throw new DataError(
        `${where}: expected ${needed}, got ${reason({ code: 'ENOENT' })}; unpack the whole ` +
          'download, or take the id out of the list',
        needed,
      );
    }
    samples.push({ id, imageFile, labelFile });
  }
  if (samples.length > 0) {
    return samples;
  }
  throw new DataError(
    `${name}: expected ids of images in ${file}, got an empty list; restore it from the download`,
    file,
  );
}
