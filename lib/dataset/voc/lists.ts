/** The splits of PASCAL VOC 2012: lists of ids in `ImageSets/Segmentation`. */
import path from 'node:path';
import { DataError } from '../../errors.js';
import type { Sample } from '../dataset.js';
import { namesOf } from '../find-folder.js';
import { attempt, ListingProblem, type ListingProblemKind, type ListOptions } from '../listing.js';
import { composed, FileIndex } from '../reading/file-index.js';
import { listFolder, readLines, reason, withoutExtension } from '../reading/files.js';

const LISTS = 'ImageSets/Segmentation';
const IMAGES = 'JPEGImages';
const LABELS = 'SegmentationClass';
const AUGMENTED_LABELS = 'SegmentationClassAug';
/** Splits in the order in which they are shown; other lists come after them. */
const USUAL_SPLITS = ['train', 'val', 'trainval', 'test', 'train_aug'];
/** The names that the list of the augmented training images is known by. */
const AUGMENTED_LISTS = ['train_aug', 'trainaug'];

/** The folders that make a folder VOC 2012. */
export const VOC_FOLDERS = ['ImageSets', IMAGES, LABELS];

/** The file of a list. */
export function listFile(folder: string, list: string): string {
  return path.join(folder, LISTS, `${list}.txt`);
}

/** The lists by the name of their split. */
export interface VocLists {
  readonly lists: ReadonlyMap<string, string>;
  /** What train_aug lacks in this folder; empty if nothing. */
  readonly missing: string;
}

/**
 * Finds the lists.
 *
 * @throws {@link DataError} if there is no list
 */
export async function findLists(folder: string, name: string): Promise<VocLists> {
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
  const hasAugmentedLabels =
    (await new FileIndex().find(path.join(folder, AUGMENTED_LABELS))) !== undefined;
  const augmented = stems.find((stem) => AUGMENTED_LISTS.includes(stem));
  const lists = new Map(
    stems.filter((stem) => !AUGMENTED_LISTS.includes(stem)).map((stem) => [stem, stem]),
  );
  if (augmented !== undefined && hasAugmentedLabels) {
    lists.set('train_aug', augmented);
  }
  return {
    lists,
    missing: [
      ...(augmented === undefined ? [`the list ${LISTS}/train_aug.txt`] : []),
      ...(hasAugmentedLabels ? [] : [`the folder ${AUGMENTED_LABELS}`]),
    ].join(' and '),
  };
}

/** The label maps beside those of a list whose image is not there, whether a list names it or not. */
export async function labelsWithoutImage(folder: string, split: string): Promise<string[]> {
  const place = path.join(folder, split === 'train_aug' ? AUGMENTED_LABELS : LABELS);
  const [labels, images] = await Promise.all(
    [place, path.join(folder, IMAGES)].map((one) => listFolder(one, '', '').catch(() => undefined)),
  );
  const names = new Set(images?.files.map((file) => composed(withoutExtension(file))));
  return (labels?.files ?? [])
    .filter((file) => file.endsWith('.png') && !names.has(composed(withoutExtension(file))))
    .map((file) => path.join(place, file));
}

/** Splits in the order in which they are shown. */
export function sortSplits(splits: readonly string[]): string[] {
  const rank = (split: string): number => {
    const place = USUAL_SPLITS.indexOf(split);
    return place < 0 ? USUAL_SPLITS.length : place;
  };
  return [...splits].sort((a, b) => rank(a) - rank(b));
}

/** An id in a list, with its line from 1 on. */
interface ListedId {
  readonly id: string;
  /** As the list spells it. */
  readonly name: string;
  readonly line: number;
}

/** The ids of a list, in its order; a line is an id, or paths of which the first gives the id. */
async function readListedIds(file: string, options: ListOptions = {}): Promise<ListedId[]> {
  const seen = new Set<string>();
  const listed: ListedId[] = [];
  const readLine = (text: string, position: number): void => {
    const [first = ''] = text.trim().split(/\s+/);
    if (first === '') {
      return;
    }
    const name = withoutExtension(path.posix.basename(first.replaceAll('\\', '/')));
    const id = composed(name);
    if (seen.has(id)) {
      throw new ListingProblem(
        'name',
        `${file}, line ${position + 1}: expected each image once, got ${id} again; remove one`,
        file,
      );
    }
    seen.add(id);
    listed.push({ id, name, line: position + 1 });
  };
  for (const [position, text] of (await readLines(file, 'split list')).entries()) {
    await attempt(options, () => {
      readLine(text, position);
    });
  }
  return listed;
}

/**
 * The ids of a list, in its order.
 *
 * @throws {@link DataError} naming the line that is wrong, unless somebody collects what is wrong
 */
export async function readIds(file: string, options: ListOptions = {}): Promise<string[]> {
  return (await readListedIds(file, options)).map(({ id }) => id);
}

/**
 * The samples of one list, in its order.
 *
 * @throws {@link DataError} naming the line that is wrong, unless somebody collects what is wrong
 */
export async function readSplit(
  folder: string,
  dataset: string,
  split: string,
  list: string,
  options: ListOptions = {},
): Promise<readonly Sample[]> {
  const file = listFile(folder, list);
  const labels = split === 'train_aug' ? AUGMENTED_LABELS : LABELS;
  const hasLabels = split !== 'test';
  const index = new FileIndex();
  const samples: Sample[] = [];
  const listed = await readListedIds(file, options);
  const complete = async ({ id, name, line }: ListedId): Promise<void> => {
    const where = `${file}, line ${line}`;
    const find = async (kind: ListingProblemKind, wanted: string) => {
      const found = await index.find(wanted);
      if (found === undefined) {
        throw new ListingProblem(
          kind,
          `${where}: expected ${wanted}, got ${reason({ code: 'ENOENT' })}; unpack the whole ` +
            'download, or remove the id from the list',
          wanted,
        );
      }
      return found;
    };
    const imageFile = await find('missing', path.join(folder, IMAGES, `${name}.jpg`));
    const label = path.join(folder, labels, `${name}.png`);
    const labelFile = hasLabels ? await find('unlabelled', label) : undefined;
    samples.push({ id, imageFile, labelFile });
  };
  for (const entry of listed) {
    await attempt(options, () => complete(entry));
  }
  if (listed.length > 0) {
    return samples;
  }
  throw new DataError(
    `${dataset}: expected ids of images in ${file}, got an empty list; restore it from the download`,
    file,
  );
}
