/** Cityscapes, in the folders that its downloads unpack to. */
import path from 'node:path';
import { z } from 'zod';
import { checkOptions } from '../../check-options.js';
import { DataError } from '../../errors.js';
import { CITYSCAPES_BENCHMARK } from './benchmark.js';
import { cityscapesClasses, cityscapesIgnored, type CityscapesLabels } from './classes.js';
import { IGNORE_LABEL, labelTable, requireSplit, type Dataset } from '../dataset.js';
import { commonOptions, type CommonOptions, type DatasetKind } from '../kind.js';
import { listFolder } from '../reading/files.js';
import { displayName, sampleLayout } from '../sample/marker.js';
import { prepareCityscapes } from './prepare.js';
import {
  EXTRA,
  JOINED,
  labelFolder,
  listCityscapesLabels,
  listCityscapesSplit,
  ROOT_HINT,
  WHOLE_CITYSCAPES,
} from './split.js';
import { CITYSCAPES_SUBMISSION } from './submission.js';

/** Where Cityscapes is (`root` holds `leftImg8bit` and `gtFine`) and how its label maps are coded. */
export interface CityscapesOptions extends CommonOptions {
  /**
   * Which label maps to read: `labelIds` (the download; 34 ids become 19 train ids) or
   * `labelTrainIds` (made by the dataset's scripts). Default: `labelIds`, or `labelTrainIds` where
   * the first labelled city has only those.
   */
  readonly labels?: CityscapesLabels | undefined;
}

const schema = commonOptions.extend({
  labels: z.enum(['labelIds', 'labelTrainIds']).optional(),
});

/** Cityscapes as a kind of dataset; the presets of search and retraining are made for it. */
export const CITYSCAPES: DatasetKind<CityscapesOptions, 'cityscapes'> = {
  name: 'cityscapes',
  summary: 'Cityscapes, fine and coarse: 19 classes of street scenes, 2048x1024 pixels',
  terms:
    'non-commercial research, teaching and personal experiments; neither the data nor modified versions of it may be passed on',
  submission: CITYSCAPES_SUBMISSION,
  check: (options) => checkOptions<CityscapesOptions>(schema, options, 'cityscapes'),
  open: openCityscapes,
  prepare: prepareCityscapes,
};

/** The label ids from 0 to this one belong to no class. */
const LAST_UNSCORED_ID = 6;
const LAST_TRAIN_ID = 18;

const USUAL_SPLITS = ['train', 'val', 'test', EXTRA];

/**
 * Opens Cityscapes: `leftImg8bit/<split>/<city>/*_leftImg8bit.png` with
 * `gtFine/<split>/<city>/*_gtFine_labelIds.png` or `*_gtFine_labelTrainIds.png`.
 *
 * The split `train_extra` has the coarse label maps of `gtCoarse`; `train+train_extra` is the train
 * with its fine ones and then train_extra. The ground truth of the split `test` is not public (the
 * files of the download are empty), so its samples have no label map. A label map without an image
 * is not a sample. A split that has all of its cities must have all of its images.
 *
 * @throws {@link DataError} if there is no `leftImg8bit` folder or no split in it
 */
export async function openCityscapes(options: CityscapesOptions): Promise<Dataset> {
  const { root } = options;
  const name = await displayName('cityscapes', options, root);
  const images = path.join(root, 'leftImg8bit');
  const { folders } = await listFolder(images, name, ROOT_HINT);
  const found = [
    ...USUAL_SPLITS.filter((split) => folders.includes(split)),
    ...folders.filter((split) => !USUAL_SPLITS.includes(split)),
  ];
  if (found.length === 0) {
    throw new DataError(
      `${name}: expected a folder train, val or test in ${images}, got none; ${ROOT_HINT}`,
      images,
    );
  }
  const hasBoth = found.includes('train') && found.includes(EXTRA);
  const splits = [...found, ...(hasBoth ? [JOINED] : [])];
  const labels = options.labels ?? (await detectLabels(root, found));
  const classes = cityscapesClasses(labels);
  const partsOf = (split: string) => (split === JOINED ? ['train', EXTRA] : [split]);
  return {
    name,
    description: { kind: 'cityscapes', name, root: path.resolve(root), options: { labels } },
    classes,
    labelTable: labelTable(classes, cityscapesIgnored(labels)),
    benchmark: CITYSCAPES_BENCHMARK,
    findLabelProblem: labels === 'labelIds' ? findTrainIds : undefined,
    splits,
    whole: (await sampleLayout(root)) === undefined ? WHOLE_CITYSCAPES : undefined,
    async samples(split, listing) {
      requireSplit(name, splits, split);
      const lists = partsOf(split).map((part) =>
        listCityscapesSplit(root, name, part, labels, listing),
      );
      return (await Promise.all(lists)).flat();
    },
    async labelFiles(split) {
      const lists = partsOf(split)
        .filter((part) => part !== 'test')
        .map((part) => listCityscapesLabels(root, part, labels));
      return (await Promise.all(lists)).flat();
    },
  };
}

/**
 * What is wrong with label maps that should hold label ids. Real ones never hold 255, and most of
 * their pixels lie above 6: the ids 0 to 6 are not scored.
 */
function findTrainIds(pixels: ArrayLike<number>): string | undefined {
  const values = Array.from({ length: 256 }, (_, value) => value).filter((i) => pixels[i] > 0);
  const sum = (some: readonly number[]) => some.reduce((total, value) => total + pixels[value], 0);
  const unscored = values.filter((value) => value <= LAST_UNSCORED_ID);
  const isLow =
    values.length > 1 && Math.max(...values) <= LAST_TRAIN_ID && sum(unscored) > sum(values) / 2;
  return values.includes(IGNORE_LABEL) || isLow
    ? `expected label ids from 0 to 33 in *_gtFine_labelIds.png, got the values ${values.join(', ')}, ` +
        'which are train ids (0 to 18, 255); restore the files from the download, or rename them to ' +
        '*_gtFine_labelTrainIds.png'
    : undefined;
}

/** `labelTrainIds` if the first city with label maps has no others. */
async function detectLabels(root: string, splits: readonly string[]): Promise<CityscapesLabels> {
  for (const split of splits.filter((candidate) => candidate !== 'test')) {
    const folder = path.join(root, labelFolder(split), split);
    const cities = await listFolder(folder, '', '').catch(() => undefined);
    for (const city of cities?.folders ?? []) {
      const { files } = await listFolder(path.join(folder, city), '', '');
      if (files.some((file) => file.endsWith('_labelIds.png'))) {
        return 'labelIds';
      }
      if (files.some((file) => file.endsWith('_labelTrainIds.png'))) {
        return 'labelTrainIds';
      }
    }
  }
  return 'labelIds';
}
