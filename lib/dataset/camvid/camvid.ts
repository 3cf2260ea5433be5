/** CamVid in the 11-class form that SegNet's tutorial distributes. */
import path from 'node:path';
import { DataError } from '../../errors.js';
import type { ClassEntry } from '../folder/class-file.js';
import type { Dataset } from '../dataset.js';
import { checkCommonOptions, type CommonOptions, type DatasetKind } from '../kind.js';
import { listFolder } from '../reading/files.js';
import { openFolder } from '../folder/folder.js';
import type { SplitSource } from '../split-source.js';

/** CamVid as a kind of dataset. */
export const CAMVID: DatasetKind<CommonOptions, 'camvid'> = {
  name: 'camvid',
  summary: 'CamVid: 11 classes of street scenes, 480x360 pixels',
  terms: "personal and research use only (CC BY-NC 4.0), as SegNet's copy states",
  check: checkCommonOptions('camvid'),
  open: openCamvid,
};

/**
 * Source: Brostow et al., "Semantic Object Classes in Video" (2009), in the 11 classes and colours
 * of Badrinarayanan et al., "SegNet" (2017).
 */
const CLASSES: readonly ClassEntry[] = [
  { name: 'sky', id: 0, color: [128, 128, 128] },
  { name: 'building', id: 1, color: [128, 0, 0] },
  { name: 'pole', id: 2, color: [192, 192, 128] },
  { name: 'road', id: 3, color: [128, 64, 128] },
  { name: 'pavement', id: 4, color: [60, 40, 222] },
  { name: 'tree', id: 5, color: [128, 128, 0] },
  { name: 'sign', id: 6, color: [192, 128, 128] },
  { name: 'fence', id: 7, color: [64, 64, 128] },
  { name: 'car', id: 8, color: [64, 0, 128] },
  { name: 'pedestrian', id: 9, color: [64, 64, 0] },
  { name: 'bicyclist', id: 10, color: [0, 128, 192] },
  { name: 'unlabelled', id: 11, color: [0, 0, 0], ignore: true },
];
/** Source: the lists of SegNet's tutorial. */
const WHOLE = { train: { images: 367 }, val: { images: 101 }, test: { images: 233 } };
const SPLITS = Object.keys(WHOLE);
const HINT = 'pass the folder that holds train, trainannot and train.txt as the option root';

/**
 * Opens CamVid: `<split>.txt` where there is one (lines `/SegNet/CamVid/train/X.png
 * /SegNet/CamVid/trainannot/X.png`), else the folders `<split>` and `<split>annot`.
 *
 * Lines whose image is missing are skipped, so that part of the dataset can be used; an image
 * without its label map is an error.
 *
 * @param options - `root` holds `train`, `trainannot`, `train.txt` and the like
 * @throws {@link DataError} if the folder has no split
 */
export async function openCamvid(options: CommonOptions): Promise<Dataset> {
  const { root, name = 'camvid', followLinks } = options;
  const { files, folders } = await listFolder(root, name, HINT);
  const splits: Record<string, SplitSource> = {};
  for (const split of SPLITS) {
    if (files.includes(`${split}.txt`)) {
      splits[split] = { list: `${split}.txt`, stripPrefix: '/SegNet/CamVid/', missing: 'skip' };
    } else if (folders.includes(split)) {
      splits[split] = { images: split, labels: `${split}annot` };
    }
  }
  if (Object.keys(splits).length === 0) {
    throw new DataError(
      `${name}: expected train.txt or a folder train in ${path.resolve(root)}, got neither; ${HINT}`,
      root,
    );
  }
  const dataset = await openFolder({ root, name, followLinks, classes: CLASSES, splits });
  return {
    ...dataset,
    whole: WHOLE,
    description: { kind: 'camvid', name, root: path.resolve(root), options: {} },
  };
}
