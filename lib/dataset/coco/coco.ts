/** COCO 2017 with the classes of VOC, to train on before VOC. */
import path from 'node:path';
import { DataError } from '../../errors.js';
import { vocColor } from '../color-map.js';
import { labelTable, requireSplit, type Dataset, type Sample } from '../dataset.js';
import { checkCommonOptions, type CommonOptions, type DatasetKind } from '../kind.js';
import { attempt, ListingProblem, type ListOptions } from '../listing.js';
import { FileIndex } from '../reading/file-index.js';
import { listFolder, readLines } from '../reading/files.js';
import { checkLink } from '../reading/links.js';
import { VOC_CLASSES, VOC_VOID } from '../voc/classes.js';
import { prepareCoco } from './prepare.js';
import { COCO_SPLITS, labelOf, listOf, type CocoSplit } from './layout.js';

/** COCO 2017 as a kind of dataset. */
export const COCO: DatasetKind<CommonOptions, 'coco'> = {
  name: 'coco',
  summary: "COCO 2017 with VOC's 21 classes, for training before VOC",
  terms: 'annotations CC BY 4.0; images from Flickr, under its terms of use',
  labelPng: 'palette',
  check: checkCommonOptions('coco'),
  open: openCoco,
  prepare: prepareCoco,
  presets: {
    // On a laptop about as many steps as for some thousand images of the other kinds.
    retrain: {
      source: 'Auto-DeepLab §5.2; Assumption: crop as for VOC',
      paper: { crop: 513, steps: 4_000_000 },
      laptop: { epochs: 4 },
    },
  },
};

/**
 * Opens COCO: the splits `train` and `val` are `train2017` and `val2017`, with the label maps that
 * `prepareDataset` made of `annotations/instances_*2017.json`.
 *
 * @throws {@link DataError} if nothing has been prepared
 */
export async function openCoco(options: CommonOptions): Promise<Dataset> {
  const { root, name = 'coco' } = options;
  await listFolder(root, name, 'pass the folder that holds train2017 and annotations as root');
  const index = new FileIndex();
  const splits: CocoSplit[] = [];
  for (const split of Object.keys(COCO_SPLITS) as CocoSplit[]) {
    if (await index.has(listOf(root, split))) {
      splits.push(split);
    }
  }
  if (splits.length === 0) {
    throw new DataError(
      `${name}: expected label maps with VOC's classes in ${path.dirname(listOf(root, 'train'))}, got ` +
        `none; make them by \`npx autodeeplab data prepare coco --root ${root}\``,
      root,
    );
  }
  return {
    name,
    description: { kind: 'coco', name, root: path.resolve(root), options: {} },
    classes: VOC_CLASSES,
    labelTable: labelTable(VOC_CLASSES, [{ value: VOC_VOID, color: vocColor(VOC_VOID) }]),
    splits,
    // Of train, images with few pixels of VOC's classes are left out.
    whole: Object.fromEntries(
      Object.entries(COCO_SPLITS).map(([split, { images, folder }]) => [
        split,
        { images, folder: path.join(root, folder) },
      ]),
    ),
    async samples(split, listing) {
      requireSplit(name, splits, split);
      await checkLink(listOf(root, split as CocoSplit), options);
      return listSamples(root, name, split as CocoSplit, listing);
    },
  };
}

async function listSamples(
  root: string,
  name: string,
  split: CocoSplit,
  options: ListOptions = {},
): Promise<readonly Sample[]> {
  const files = await readLines(listOf(root, split), 'split list');
  const index = new FileIndex();
  const samples: Sample[] = [];
  const complete = async (file: string): Promise<void> => {
    const id = path.basename(file, path.extname(file));
    const imageFile = path.join(root, COCO_SPLITS[split].folder, file);
    const labelFile = labelOf(root, split, id);
    for (const [kind, needed] of [
      ['missing', imageFile],
      ['unlabelled', labelFile],
    ] as const) {
      if (!(await index.has(needed))) {
        throw new ListingProblem(
          kind,
          `${name}, split ${split}: expected ${needed}, got no such file; unpack the whole download, ` +
            `then \`npx autodeeplab data prepare coco --root ${root}\``,
          needed,
        );
      }
    }
    samples.push({ id, imageFile, labelFile });
  };
  for (const file of files.filter(Boolean)) {
    await attempt(options, () => complete(file));
  }
  return samples;
}
