/** Opening a dataset by its name. A new dataset is one file and one row here. */
import { z } from 'zod';
import { ConfigError } from '../errors.js';
import { openAde20k, type Ade20kOptions } from './ade20k/ade20k.js';
import { openCamvid, type CamvidOptions } from './camvid/camvid.js';
import { openCityscapes, type CityscapesOptions } from './cityscapes/cityscapes.js';
import type { Dataset } from './dataset.js';
import { openFolder, type FolderOptions } from './folder/folder.js';
import { checkOptions } from './check-options.js';
import { openVoc, type VocOptions } from './voc/voc.js';

/** The options of each dataset, by its name. */
export interface DatasetOptions {
  readonly cityscapes: CityscapesOptions;
  readonly voc: VocOptions;
  readonly ade20k: Ade20kOptions;
  readonly camvid: CamvidOptions;
  readonly folder: FolderOptions;
  /** A rendered sample, in the layout of Cityscapes. */
  readonly sample: Pick<CityscapesOptions, 'root'>;
}

/** The names that {@link openDataset} knows. */
export type DatasetName = keyof DatasetOptions;

const rootOnly = z.strictObject({ root: z.string().min(1) });
const named = rootOnly.extend({ name: z.string().min(1).optional() });
const cityscapes = rootOnly.extend({ labels: z.enum(['labelIds', 'labelTrainIds']).optional() });

/** How each dataset checks its options and opens. */
const OPENERS: Readonly<Record<DatasetName, (options: unknown) => Promise<Dataset>>> = {
  cityscapes: (options) =>
    openCityscapes(checkOptions(cityscapes, options, 'cityscapes') as CityscapesOptions),
  voc: (options) => openVoc(checkOptions(named, options, 'voc') as VocOptions),
  ade20k: (options) => openAde20k(checkOptions(named, options, 'ade20k') as Ade20kOptions),
  camvid: (options) => openCamvid(checkOptions(rootOnly, options, 'camvid')),
  folder: (options) => openFolder(options as FolderOptions),
  sample: (options) =>
    openCityscapes({ ...checkOptions(rootOnly, options, 'sample'), name: 'sample' }),
};

/** The datasets that can be opened by name. */
export const DATASET_NAMES = Object.keys(OPENERS) as readonly DatasetName[];

/**
 * The kind of dataset that a dataset's own name stands for, as a run notes it.
 *
 * @returns what {@link openDataset} takes: `voc` for `voc-sample`, `folder` for a name of your own
 */
export function datasetKind(name: string): DatasetName {
  const kind = name.replace(/^(voc|ade20k)-sample$/, '$1');
  return Object.hasOwn(OPENERS, kind) ? (kind as DatasetName) : 'folder';
}

/**
 * Opens a dataset by name.
 *
 * @param name - `cityscapes`, `voc`, `ade20k`, `camvid`, `folder` (your own images) or `sample`
 * @param options - `root` and what else the dataset knows
 * @throws {@link ConfigError} if the name or an option is unknown
 * @throws {@link DataError} if the folder does not hold such a dataset
 *
 * @example
 * const dataset = await openDataset('cityscapes', { root: '/data/cityscapes' });
 * const samples = await dataset.samples('train');
 */
export function openDataset<Name extends DatasetName>(
  name: Name,
  options: DatasetOptions[Name],
): Promise<Dataset>;
export function openDataset(
  name: string,
  options: Readonly<Record<string, unknown>>,
): Promise<Dataset>;
export async function openDataset(name: string, options: unknown): Promise<Dataset> {
  if (!Object.hasOwn(OPENERS, name)) {
    throw new ConfigError(
      `dataset: expected one of ${DATASET_NAMES.join(', ')}, got "${name}"; for images of your ` +
        'own use folder',
    );
  }
  return OPENERS[name as DatasetName](options);
}
