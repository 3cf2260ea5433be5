/** Checking a whole dataset: every split, every file, before anything is trained. */
import { z } from 'zod';
import { checkOptions } from '../../check-options.js';
import type { Dataset, Sample } from '../dataset.js';
import { requireSplit } from '../dataset.js';
import { classFindings, nameFindings, sharingFindings } from './compare-parts.js';
import {
  examplesOf,
  listingProblems,
  problemsOfLooks,
  type FileProblem,
  type FoundExample,
} from './file-problems.js';
import { findingsOfPart, note, type DataFinding } from './findings.js';
import { countSizes, imageFindings, sizeFindings, type SizeCount } from './image-findings.js';
import { inParallel, type FileWork } from './in-parallel.js';
import { labelsWithoutImage, listSplit, type ListedSplit } from './list-split.js';
import { listingFindings } from './listing-findings.js';
import { lookAt, type Look } from './look.js';
import { comparedPairs } from './pairs.js';
import { imagesWithEqualKeys } from './shared-images.js';
import { summarise, type PartSummary } from './summary.js';

/** How to check a dataset. */
export interface CheckOptions extends FileWork {
  /** The splits to check; default all. */
  readonly splits?: readonly string[] | undefined;
  /**
   * What is read of the files. *all* (default) - everything. *labels* - label maps, and of images the
   * header: damage behind it is not seen, and equal images are found by equal files only. *nothing* -
   * counts and pairs, from the names alone.
   */
  readonly read?: 'all' | 'labels' | 'nothing' | undefined;
  /** Larger files are refused; default 64 megapixels. */
  readonly maxPixels?: number | undefined;
}

/** What a check read. */
export type CheckRead = NonNullable<CheckOptions['read']>;

/** What was found in a split; plain JSON. */
export interface SplitCheck {
  readonly name: string;
  readonly role: 'training' | 'validation';
  /** The images there are: samples, and images that lack a label map. */
  readonly images: number;
  /** The images of the whole benchmark, where it is one. */
  readonly whole: number | undefined;
  /** Image and label map, or an image whose label map is not public. */
  readonly samples: number;
  readonly labelMapsWithoutImage: number;
  /** What the label maps hold; undefined if nothing was read. */
  readonly content: PartSummary | undefined;
  /** The sizes of the upright images, the smallest first; empty if nothing was read. */
  readonly sizes: readonly SizeCount[];
}

/** What a check found; plain JSON. */
export interface DatasetCheck {
  readonly dataset: string;
  readonly kind: string;
  readonly root: string;
  readonly read: CheckRead;
  readonly splits: readonly SplitCheck[];
  /** The worst first. */
  readonly findings: readonly DataFinding[];
  /** Every file that something is wrong with. */
  readonly files: readonly FileProblem[];
  /** A few samples that show it. */
  readonly examples: readonly FoundExample[];
  readonly seconds: number;
}

const schema = z.object({
  splits: z.array(z.string()).min(1).optional(),
  read: z.enum(['all', 'labels', 'nothing']).optional(),
  maxPixels: z.int().min(1).optional(),
});

const SEVERITIES: readonly DataFinding['severity'][] = ['error', 'warning', 'note'];

/**
 * Checks a dataset as it is on disk: counts against those of the whole benchmark, pairs of images and
 * label maps, files that cannot be read, sizes, orientation, label values, classes, and images that are
 * in two splits. Every file is read once, whatever splits it is in.
 *
 * What is wrong is part of the result; a finding is an error if it would spoil a training or its scores.
 *
 * @throws {@link ConfigError} if there is no such split, or an option is wrong
 * @throws the signal's reason if it is aborted
 *
 * @example
 * const found = await checkDataset(dataset, { read: 'labels' });
 * console.log(describeCheck(found));
 * await show(classFrequencyFigure(found));
 */
export async function checkDataset(
  dataset: Dataset,
  options: CheckOptions = {},
): Promise<DatasetCheck> {
  const start = performance.now();
  const { signal, onProgress } = options;
  const checked = { ...options, signal: undefined, onProgress: undefined };
  const {
    splits: names = dataset.splits,
    read = 'all',
    maxPixels,
  } = checkOptions<CheckOptions>(schema, checked, 'checkDataset');
  names.forEach((name) => {
    requireSplit(dataset.name, dataset.splits, name);
  });
  // Label maps may belong to images of any split.
  const listed: ListedSplit[] = [];
  for (const name of dataset.splits) {
    signal?.throwIfAborted();
    listed.push(await listSplit(dataset, name));
  }
  const alone = await labelsWithoutImage(dataset, listed);
  const parts = listed.filter(({ name }) => names.includes(name));
  const looks =
    read === 'nothing'
      ? undefined
      : await lookAtAll(dataset, parts, { read, maxPixels, signal, onProgress });
  const looksOf = ({ samples }: ListedSplit) =>
    samples.flatMap((sample) => looks?.get(keyOf(sample)) ?? []);
  const contents = parts.map((part) =>
    looks === undefined ? undefined : summarise(part, looksOf(part), dataset),
  );
  const sizes = parts.map((part) => ({ name: part.name, sizes: countSizes(looksOf(part)) }));
  const findings = [
    ...parts.flatMap((part) => listingFindings(part, dataset.name, alone.get(part.name) ?? [])),
    ...contents.flatMap((content, i) =>
      content === undefined ? [] : contentFindings(content, looksOf(parts[i]), dataset),
    ),
    ...sizeFindings(sizes, dataset.name),
    ...labelFindings(contents, dataset),
    ...(await overlapFindings(parts, dataset, looks, { read, signal })),
  ];
  return {
    dataset: dataset.name,
    kind: dataset.description.kind,
    root: dataset.description.root,
    read,
    splits: parts.map(({ name, role, images, whole, samples }, i) => ({
      name,
      role,
      images,
      whole,
      samples: samples.length,
      labelMapsWithoutImage: alone.get(name)?.length ?? 0,
      content: contents[i],
      sizes: sizes[i].sizes,
    })),
    findings: SEVERITIES.flatMap((severity) =>
      findings.filter((finding) => finding.severity === severity),
    ),
    files: [
      ...parts.flatMap((part) => listingProblems(part, alone.get(part.name) ?? [])),
      ...problemsOfLooks(parts, looksOf),
    ],
    examples: parts.flatMap((part) => examplesOf(part, looksOf(part))),
    seconds: (performance.now() - start) / 1000,
  };
}

/** One key for the same files in several splits. */
const keyOf = ({ imageFile, labelFile = '' }: Sample): string => `${imageFile}\n${labelFile}`;

/** Looks at each sample once. */
async function lookAtAll(
  dataset: Dataset,
  parts: readonly ListedSplit[],
  { read, maxPixels, ...work }: FileWork & Pick<CheckOptions, 'read' | 'maxPixels'>,
): Promise<ReadonlyMap<string, Look>> {
  const samples = new Map(
    parts.flatMap((part) => part.samples).map((sample) => [keyOf(sample), sample]),
  );
  const options = { decodesImages: read === 'all', hashesPixels: read === 'all', maxPixels };
  const found = await inParallel(
    [...samples.values()],
    (sample) => lookAt(sample, dataset.labelTable, options),
    work,
  );
  return new Map(found.map((look) => [keyOf(look.sample), look]));
}

/** Whether there is nothing to say of label maps: the split has none by design, or is empty. */
function hasNoLabels({ name, images, withoutLabels }: PartSummary): boolean {
  return images === 0 || (/^test/i.test(name) && withoutLabels.images === images);
}

function contentFindings(
  content: PartSummary,
  looks: readonly Look[],
  dataset: Dataset,
): DataFinding[] {
  if (content.images === 0) {
    return [];
  }
  const ofPart = findingsOfPart(content, dataset).filter(
    ({ topic }) => topic !== 'pairs' || !hasNoLabels(content),
  );
  return [...ofPart, ...imageFindings(content, looks, dataset.name)];
}

/** Classes that are missing somewhere. */
function labelFindings(
  contents: readonly (PartSummary | undefined)[],
  dataset: Dataset,
): DataFinding[] {
  const labelled = contents.flatMap((content) =>
    content === undefined || content.labelMaps === 0 ? [] : [content],
  );
  const trained = labelled.filter(({ role }) => role === 'training');
  const isTrained = (trainId: number) => trained.some(({ classes }) => classes[trainId].pixels > 0);
  const unscored = labelled
    .filter(({ role }) => role === 'validation')
    .flatMap(({ name, classes }) => {
      const absent = classes.filter(({ pixels }, trainId) => pixels === 0 && isTrained(trainId));
      const names = absent.map((one) => one.name).join(', ');
      return absent.length === 0
        ? []
        : [note('classes', `${dataset.name}, ${name}: no pixel of ${names}: not scored there`)];
    });
  return labelled.length === 0 ? [] : [...classFindings(labelled, dataset), ...unscored];
}

/** Images and names that two splits share. */
async function overlapFindings(
  parts: readonly ListedSplit[],
  dataset: Dataset,
  looks: ReadonlyMap<string, Look> | undefined,
  { read, signal }: Pick<CheckOptions, 'read' | 'signal'>,
): Promise<DataFinding[]> {
  const pairs = comparedPairs(parts.filter(({ samples }) => samples.length > 0));
  const hashOf = (sample: Sample) =>
    read === 'all' ? looks?.get(keyOf(sample))?.pixelHash : sample.imageFile;
  const isSame = (first: Sample, second: Sample) =>
    hashOf(first) !== undefined && hashOf(first) === hashOf(second);
  const byHash = (first: ListedSplit, second: ListedSplit) =>
    imagesWithEqualKeys(first.samples, second.samples, hashOf);
  const findShared = read === 'labels' ? undefined : byHash;
  return [
    ...(await sharingFindings(pairs, dataset, { signal, leak: 'error', findShared })),
    ...nameFindings(pairs, dataset, isSame),
  ];
}
