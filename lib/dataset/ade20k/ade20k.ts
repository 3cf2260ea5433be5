/** ADE20K with the 150 classes of MIT Scene Parsing, in that form or from a full release. */
import path from 'node:path';
import { DataError } from '../../errors.js';
import { ADE20K_BENCHMARK } from './benchmark.js';
import { ADE20K_CLASSES, ADE20K_OTHER } from './classes.js';
import {
  labelTable,
  requireSplit,
  type Dataset,
  type IgnoredValue,
  type Sample,
} from '../dataset.js';
import { FileIndex } from '../reading/file-index.js';
import { listFolder, readLines } from '../reading/files.js';
import { checkLink } from '../reading/links.js';
import { findDatasetFolder } from '../find-folder.js';
import { checkFullCount } from '../full-count.js';
import { attempt, type ListOptions, type WholeSplit } from '../listing.js';
import { checkCommonOptions, type CommonOptions, type DatasetKind } from '../kind.js';
import { displayName, sampleLayout } from '../sample/marker.js';
import { listSource } from '../split-source.js';
import { findFullRelease, listFullSamples, type FullRelease } from './full-layout.js';
import { prepareAde20k } from './prepare.js';
import { ADE20K_SUBMISSION } from './submission.js';

/** ADE20K as a kind of dataset. */
export const ADE20K: DatasetKind<CommonOptions, 'ade20k'> = {
  name: 'ade20k',
  summary: 'ADE20K as in MIT Scene Parsing: 150 classes, images of many sizes',
  terms: 'images for non-commercial research and education only; annotations BSD 3-Clause',
  submission: ADE20K_SUBMISSION,
  check: checkCommonOptions('ade20k'),
  open: openAde20k,
  prepare: prepareAde20k,
  presets: {
    search: {
      source: 'Assumption: the paper searches on Cityscapes only; read as for training',
      paper: { resolution: { longerSide: 513 } },
      laptop: { resolution: { longerSide: 257 } },
      tiny: { resolution: { longerSide: 97 } },
    },
    // Batch as for Cityscapes: the paper gives none.
    retrain: {
      source: 'Auto-DeepLab §5.2',
      paper: { resolution: { longerSide: 513 }, crop: 513, steps: 4_000_000 },
      laptop: { resolution: { longerSide: 257 } },
      tiny: { resolution: { longerSide: 97 } },
    },
  },
};

/** The folder of each split. */
const SPLITS = { train: 'training', val: 'validation', test: 'testing' } as const;
type Split = keyof typeof SPLITS;

/** What label maps hold beside the classes, and the colour that palettes show it in. */
const IGNORED: readonly IgnoredValue[] = [{ value: ADE20K_OTHER, color: [0, 0, 0] }];

/** Source: the benchmark's page. */
const COUNTS: Readonly<Record<string, number>> = {
  training: 20_210,
  validation: 2000,
  testing: 3352,
};
/** A split with this share of its images seems to be whole. */
const WHOLE = 0.99;

/**
 * Opens ADE20K (MIT Scene Parsing, 2016): `images/training/*.jpg` with
 * `annotations/training/*.png` is the split `train`, `validation` is `val`; images in `testing`,
 * where there are some, are `test`, without label maps.
 *
 * In the label maps 0 means none of the classes and is ignored; 1 to 150 become the train ids 0 to
 * 149. They are grey or palette PNG. Classes and colours are built in; if there is an `objectInfo150.txt`, it must list the same classes in the same order.
 *
 * A full release (`ADE20K_2016_07_26` or `ADE20K_2021_17_01`: images by scene, `_seg.png` with 3,000
 * kinds of objects) opens with the same classes once `prepareDataset` has made its label maps. A
 * split that has 99 % of its images must have all of them.
 *
 * Source: the paper's setting for ADE20K (Auto-DeepLab §5.2); its longer side of 513 is set when
 * images are read (`resolution: { longerSide: 513 }`), not in the files.
 *
 * @param options - `root` is the folder `ADEChallengeData2016` or a full release, or the one that
 *   holds it
 * @throws {@link DataError} if the folder does not hold ADE20K, or other classes
 */
export async function openAde20k(options: CommonOptions): Promise<Dataset> {
  const release = await findFullRelease(options.root);
  if (release !== undefined) {
    return openFullRelease(options, release);
  }
  const folder = await findDatasetFolder(options.root, {
    where: options.name ?? 'ade20k',
    usual: 'ADEChallengeData2016',
    folders: ['images', 'annotations'],
  });
  const above = path.join(folder, '..');
  const name = await displayName('ade20k', options, above);
  const images = path.join(folder, 'images');
  const { folders } = await listFolder(images, name, 'unpack the whole download there');
  const splits = (Object.keys(SPLITS) as Split[]).filter((split) =>
    folders.includes(SPLITS[split]),
  );
  if (splits.length === 0) {
    throw new DataError(
      `${name}: expected a folder training or validation in ${images}, got ` +
        `${folders.join(', ') || 'no folder'}; unpack the whole download there`,
      images,
    );
  }
  await checkLink(path.join(folder, 'objectInfo150.txt'), options);
  await checkClassFile(folder, name);
  return {
    name,
    description: { kind: 'ade20k', name, root: path.resolve(folder), options: {} },
    classes: ADE20K_CLASSES,
    labelTable: labelTable(ADE20K_CLASSES, IGNORED),
    benchmark: ADE20K_BENCHMARK,
    splits,
    whole: (await sampleLayout(above)) === undefined ? wholeOf(COUNTS) : undefined,
    async samples(split, listing = {}) {
      requireSplit(name, splits, split);
      const place = SPLITS[split as Split];
      const source = {
        images: `images/${place}`,
        ...(split === 'test' ? {} : { labels: `annotations/${place}` }),
      };
      const where = `${name}, split ${split}`;
      return listCounted(
        where,
        { folder: path.join(images, place), images: COUNTS[place] },
        (all) => listSource(folder, source, where, all),
        listing,
      );
    },
  };
}

async function openFullRelease(options: CommonOptions, release: FullRelease): Promise<Dataset> {
  const { name = 'ade20k' } = options;
  const images = path.join(release.folder, release.images);
  const { folders } = await listFolder(images, name, 'unpack the whole download there');
  const splits = (['train', 'val'] as const).filter((split) => folders.includes(SPLITS[split]));
  return {
    name,
    description: { kind: 'ade20k', name, root: path.resolve(release.folder), options: {} },
    classes: ADE20K_CLASSES,
    labelTable: labelTable(ADE20K_CLASSES, IGNORED),
    benchmark: ADE20K_BENCHMARK,
    splits,
    whole: wholeOf(release.counts),
    async samples(split, listing = {}) {
      requireSplit(name, splits, split);
      const place = SPLITS[split as Split];
      return listCounted(
        `${name}, split ${split}`,
        { folder: path.join(images, place), images: release.counts[place] },
        (all) => listFullSamples(release, name, place, all),
        listing,
      );
    },
  };
}

/** The images of each split by its name, from those of its folder. */
function wholeOf(counts: Readonly<Record<string, number>>): Record<string, WholeSplit> {
  const entries = Object.entries(SPLITS).flatMap(([split, place]) =>
    place in counts ? [[split, { images: counts[place] }] as const] : [],
  );
  return Object.fromEntries(entries);
}

/** Lists a split, and checks the number of its images if it seems to be whole. */
async function listCounted(
  where: string,
  full: { readonly folder: string; readonly images: number },
  list: (options: ListOptions) => Promise<readonly Sample[]>,
  { onProblem }: ListOptions,
): Promise<readonly Sample[]> {
  let unlabelled = 0;
  const samples = await list({
    onProblem:
      onProblem &&
      ((problem) => {
        unlabelled += problem.kind === 'unlabelled' ? 1 : 0;
        onProblem(problem);
      }),
  });
  const images = samples.length + unlabelled;
  if (images >= WHOLE * full.images) {
    await attempt({ onProblem }, () => {
      checkFullCount(where, full.folder, images, full.images, 'take fewer than 99 % of the images');
    });
  }
  return samples;
}

/** Compares `objectInfo150.txt`, if it is there, with the classes built in. */
async function checkClassFile(folder: string, name: string): Promise<void> {
  const file = await new FileIndex().find(path.join(folder, 'objectInfo150.txt'));
  if (file === undefined) {
    return;
  }
  const [, ...lines] = (await readLines(file, 'class file')).filter((line) => line.trim() !== '');
  const names = lines.map((line) => (line.split('\t').at(-1) ?? '').split(',')[0].trim());
  const count = Math.max(names.length, ADE20K_CLASSES.length);
  for (let i = 0; i < count; i++) {
    const expected = ADE20K_CLASSES.at(i)?.name ?? 'no more classes';
    if (names[i] === expected) {
      continue;
    }
    throw new DataError(
      `${name}: expected "${expected}" as class ${i + 1} in ${file}, got ` +
        `"${names[i] ?? 'nothing'}"; this is another form of ADE20K: take the download of ` +
        'MIT Scene Parsing (ADEChallengeData2016)',
      file,
    );
  }
}
