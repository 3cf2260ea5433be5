/**
 * The augmented training set of VOC 2012: VOC's own images and those of the Semantic Boundaries
 * Dataset (SBD), with SBD's label maps read from its `.mat` files.
 */
import path from 'node:path';
import { DataError } from '../../errors.js';
import type { Sample } from '../dataset.js';
import { attempt, ListingProblem, type ListingProblemKind, type ListOptions } from '../listing.js';
import { FileIndex } from '../reading/file-index.js';
import { readIds } from './lists.js';

const DATASET = path.join('benchmark_RELEASE', 'dataset');
const LISTS = ['train.txt', 'val.txt'];

/** How many images the downloads list: VOC's val, and both lists of SBD together. */
const FULL = { val: 1449, sbd: 11_355 };
/** Source: the paper's number of training images (Auto-DeepLab §5.2). */
export const TRAIN_AUG = 10_582;

/**
 * The folder `dataset` of SBD: that of `sbd`, or where it usually lies: in the root, beside or in
 * `VOCdevkit`, alone or in a folder `SBD`.
 *
 * @param sbd - a folder that the user names, which must hold it
 * @returns undefined if it is nowhere
 * @throws {@link DataError} if it is not in the folder named
 */
export async function findSbd(
  root: string,
  folder: string,
  sbd: string | undefined,
): Promise<string | undefined> {
  const usual = [root, folder, path.join(folder, '..'), path.join(folder, '..', '..')];
  const places = sbd === undefined ? usual.flatMap((p) => [p, path.join(p, 'SBD')]) : [sbd];
  const candidates = places.flatMap((place) =>
    sbd === undefined
      ? [path.join(place, DATASET)]
      : [place, path.join(place, 'dataset'), path.join(place, DATASET)],
  );
  const index = new FileIndex();
  for (const candidate of candidates) {
    const needed = ['cls', ...LISTS].map((name) => path.join(candidate, name));
    const found = await Promise.all(needed.map((file) => index.has(file)));
    if (found.every(Boolean)) {
      return candidate;
    }
  }
  if (sbd === undefined) {
    return undefined;
  }
  throw new DataError(
    `voc: expected ${DATASET} with cls, train.txt and val.txt in ${path.resolve(sbd)}, got not all ` +
      'of them; unpack benchmark.tgz of SBD there',
    sbd,
  );
}

/**
 * The samples of train_aug, by id: the images that VOC's train or SBD's train or val list, without
 * those of VOC's val.
 *
 * An image of VOC's train has VOC's label map, with its void border around objects; every other one
 * has SBD's, which has none. The images are VOC's where it has them.
 *
 * Source: 12,031 images have labels of VOC or SBD; without the 1,449 of VOC's val these are the
 * 10,582 of the paper (Auto-DeepLab §5.2). VOC's labels go before SBD's, as in the label maps that
 * are in circulation as `SegmentationClassAug`.
 *
 * @param folder - `VOC2012`
 * @param sbd - the folder `dataset` of SBD
 * @throws {@link DataError} if files are missing, or whole downloads give another number of images, and
 *   nobody collects what is wrong
 */
export async function listTrainAug(
  folder: string,
  sbd: string,
  name: string,
  options: ListOptions = {},
): Promise<readonly Sample[]> {
  const listOf = (split: string) =>
    readIds(path.join(folder, 'ImageSets', 'Segmentation', `${split}.txt`), options);
  const [train, val] = (await Promise.all([listOf('train'), listOf('val')])).map(
    (ids) => new Set(ids),
  );
  const lists = await Promise.all(LISTS.map((list) => readIds(path.join(sbd, list), options)));
  const ofSbd = new Set(lists.flat());
  const isWhole = ofSbd.size === FULL.sbd;
  await attempt(options, () => {
    if (isWhole && val.size !== FULL.val) {
      throw new ListingProblem(
        'count',
        `${name}: expected the ${FULL.val} images of VOC's val.txt, which train_aug must leave out, ` +
          `got ${val.size}; restore ImageSets from the download of VOC 2012`,
        folder,
      );
    }
  });
  const ids = [...new Set([...train, ...ofSbd])].filter((id) => !val.has(id)).sort();
  await attempt(options, () => {
    if (isWhole && ids.length !== TRAIN_AUG) {
      throw new ListingProblem(
        'count',
        `${name}: expected ${TRAIN_AUG} images in train_aug of VOC 2012 and SBD, got ${ids.length}; ` +
          'restore train.txt of both downloads',
        folder,
      );
    }
  });
  const index = new FileIndex();
  const samples: Sample[] = [];
  const complete = async (id: string): Promise<void> => {
    const find = async (
      kind: ListingProblemKind,
      ...places: readonly string[]
    ): Promise<string> => {
      for (const place of places) {
        const found = await index.find(place);
        if (found !== undefined) {
          return found;
        }
      }
      throw new ListingProblem(
        kind,
        `${name}, split train_aug: expected ${places.join(' or ')} for ${id}, got no such file; ` +
          'unpack the whole downloads of VOC 2012 and SBD',
        places[0],
      );
    };
    const imageFile = await find(
      'missing',
      path.join(folder, 'JPEGImages', `${id}.jpg`),
      path.join(sbd, 'img', `${id}.jpg`),
    );
    const labelFile = await find(
      'unlabelled',
      train.has(id)
        ? path.join(folder, 'SegmentationClass', `${id}.png`)
        : path.join(sbd, 'cls', `${id}.mat`),
    );
    samples.push({ id, imageFile, labelFile });
  };
  for (const id of ids) {
    await attempt(options, () => complete(id));
  }
  return samples;
}
