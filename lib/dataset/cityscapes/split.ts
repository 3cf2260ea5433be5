/** The splits of Cityscapes: folders of cities. */
import path from 'node:path';
import { DataError } from '../../errors.js';
import type { Sample } from '../dataset.js';
import { checkFullCount } from '../full-count.js';
import { attempt, ListingProblem, type ListOptions, type WholeSplit } from '../listing.js';
import { composed, FileIndex } from '../reading/file-index.js';
import { listFolder } from '../reading/files.js';
import type { CityscapesLabels } from './classes.js';

/** What to do if the folders are not there. */
export const ROOT_HINT =
  'pass the folder that holds leftImg8bit and gtFine as the option root; zip files in it are unpacked by ' +
  '`npx autodeeplab data prepare cityscapes --root …`';

/** The split that has coarse labels only. */
export const EXTRA = 'train_extra';
/** The split of all images with labels to train on. */
export const JOINED = `train+${EXTRA}`;

const IMAGE_SUFFIX = '_leftImg8bit.png';

/** What the whole of a split has. */
interface FullSplit extends WholeSplit {
  readonly cities: number;
}

/** Source: the dataset's scripts (cityscapesScripts); cities and images of each split. */
const FULL: Readonly<Record<string, FullSplit>> = {
  train: { cities: 18, images: 2975 },
  val: { cities: 3, images: 500 },
  test: { cities: 6, images: 1525 },
  [EXTRA]: { cities: 23, images: 19_998 },
};

/** The images of each split; those of train and train_extra together too. */
export const WHOLE_CITYSCAPES: Readonly<Record<string, WholeSplit>> = {
  ...FULL,
  [JOINED]: { images: FULL.train.images + FULL[EXTRA].images },
};

/** The folder of the label maps of a split. */
export function labelFolder(split: string): 'gtFine' | 'gtCoarse' {
  return split === EXTRA ? 'gtCoarse' : 'gtFine';
}

/**
 * The samples of one split, by city and frame.
 *
 * @throws {@link DataError} if there is no image; if label maps are missing, or all cities are there but
 *   not all of their images, and nobody collects what is wrong
 */
export async function listCityscapesSplit(
  root: string,
  name: string,
  split: string,
  labels: CityscapesLabels,
  options: ListOptions = {},
): Promise<readonly Sample[]> {
  const folder = path.join(root, 'leftImg8bit', split);
  const annotation = labelFolder(split);
  const other: CityscapesLabels = labels === 'labelIds' ? 'labelTrainIds' : 'labelIds';
  const index = new FileIndex();
  const samples: Sample[] = [];
  let images = 0;
  const cities = (await listFolder(folder, name, ROOT_HINT)).folders;
  for (const city of cities) {
    const { files } = await listFolder(path.join(folder, city), name, ROOT_HINT);
    const found = files.filter((candidate) => candidate.endsWith(IMAGE_SUFFIX));
    images += found.length;
    const complete = async (file: string): Promise<void> => {
      const imageFile = path.join(folder, city, file);
      const id = composed(file.slice(0, -IMAGE_SUFFIX.length));
      const label = `${id}_${annotation}_${labels}.png`;
      const wanted = path.join(root, annotation, split, city, label);
      const labelFile = split === 'test' ? undefined : await index.find(wanted);
      if (split !== 'test' && labelFile === undefined) {
        throw new ListingProblem(
          'unlabelled',
          `${name}: expected the label map ${wanted} for ${imageFile}, got no such file; unpack ` +
            `${annotation} beside leftImg8bit, or choose the other coding with { labels: '${other}' }`,
          wanted,
        );
      }
      samples.push({ id, imageFile, labelFile });
    };
    for (const file of found) {
      await attempt(options, () => complete(file));
    }
  }
  if (images === 0) {
    throw new DataError(
      `${name}: expected images ${path.join(folder, '<city>', `*${IMAGE_SUFFIX}`)}, got none; ` +
        'unpack leftImg8bit there',
      folder,
    );
  }
  const full = FULL[split] as FullSplit | undefined;
  if (cities.length === full?.cities) {
    const part = 'leave out whole cities to work on a part';
    const where = `${name}, split ${split}`;
    await attempt(options, () => {
      checkFullCount(where, folder, images, full.images, part);
    });
  }
  return samples;
}

/** All label maps of a split, by city, whether there are images for them or not. */
export async function listCityscapesLabels(
  root: string,
  split: string,
  labels: CityscapesLabels,
): Promise<string[]> {
  const folder = path.join(root, labelFolder(split), split);
  const suffix = `_${labelFolder(split)}_${labels}.png`;
  const cities = await listFolder(folder, '', '').catch(() => undefined);
  const found: string[] = [];
  for (const city of cities?.folders ?? []) {
    const { files } = await listFolder(path.join(folder, city), '', '');
    const own = files.filter((file) => file.endsWith(suffix));
    found.push(...own.map((file) => path.join(folder, city, file)));
  }
  return found;
}
