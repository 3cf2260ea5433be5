/** The files of a split: samples, what is wrong with single files, label maps that stand alone. */
import path from 'node:path';
import { DataError } from '../../errors.js';
import type { Dataset, Sample } from '../dataset.js';
import type { ListingProblem } from '../listing.js';
import { composed } from '../reading/file-index.js';
import { isImageName, listFolder } from '../reading/files.js';
import type { DataPart } from './summary.js';

/** A split with everything that its listing says. */
export interface ListedSplit extends DataPart {
  readonly problems: readonly ListingProblem[];
  /** Why it cannot be listed at all. */
  readonly failure: DataError | undefined;
  /** The images of the whole benchmark, as far as they are known. */
  readonly whole: number | undefined;
  /** The images that count against those: samples, and images that lack a label map. */
  readonly images: number;
}

const SCORED = /^(?:val|valid|validation|dev|test|testing|eval)(?![a-z])/i;

/** Whether the images of a split score networks, or train them; its name tells. */
export function roleOf(split: string): DataPart['role'] {
  return SCORED.test(split) ? 'validation' : 'training';
}

/** Lists a split, with what is wrong with single files. */
export async function listSplit(dataset: Dataset, name: string): Promise<ListedSplit> {
  const problems: ListingProblem[] = [];
  const whole = dataset.whole?.[name];
  let samples: readonly Sample[] = [];
  let failure: DataError | undefined;
  try {
    samples = await dataset.samples(name, { onProblem: (problem) => problems.push(problem) });
  } catch (error) {
    if (!(error instanceof DataError)) {
      throw error;
    }
    failure = error;
  }
  const unlabelled = problems.filter(({ kind }) => kind === 'unlabelled').length;
  return {
    name,
    role: roleOf(name),
    samples,
    problems,
    failure,
    whole: whole?.images,
    images:
      whole?.folder === undefined ? samples.length + unlabelled : await countImages(whole.folder),
  };
}

/** The images in a folder; none if there is no folder. */
async function countImages(folder: string): Promise<number> {
  const listing = await listFolder(folder, '', '').catch(() => undefined);
  return listing?.files.filter(isImageName).length ?? 0;
}

/** Label maps that no sample of any split has, by split; each is counted once. */
export async function labelsWithoutImage(
  dataset: Dataset,
  splits: readonly ListedSplit[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const used = new Set(
    splits.flatMap(({ samples, problems }) => [
      ...samples.flatMap(({ labelFile }) => labelFile ?? []),
      // Files that several samples or spellings stand for are a finding of their own.
      ...problems.flatMap(({ kind, file }) => (kind === 'name' && file ? file : [])),
    ]),
  );
  const found = new Map<string, readonly string[]>();
  for (const split of splits) {
    const files =
      (await dataset.labelFiles?.(split.name)) ?? (await filesBesideLabels(split.samples));
    const alone = files.filter((file) => !used.has(file));
    alone.forEach((file) => used.add(file));
    found.set(split.name, alone);
  }
  return found;
}

/** The files of the folders that hold the label maps, whose names end as those do. */
async function filesBesideLabels(samples: readonly Sample[]): Promise<string[]> {
  const endings = new Map<string, Set<string>>();
  for (const { id, labelFile } of samples) {
    if (labelFile !== undefined) {
      const folder = path.dirname(labelFile);
      const known = endings.get(folder) ?? new Set();
      known.add(endingOf(path.basename(labelFile), path.basename(id)));
      endings.set(folder, known);
    }
  }
  const found: string[] = [];
  for (const [folder, known] of endings) {
    const { files } = await listFolder(folder, '', '');
    const own = files.filter((file) => [...known].some((ending) => file.endsWith(ending)));
    found.push(...own.map((file) => path.join(folder, file)));
  }
  return found;
}

/** What the name of a label map has after that of its image, such as `_mask.png`. */
function endingOf(file: string, id: string): string {
  return composed(file).startsWith(id) ? composed(file).slice(id.length) : path.extname(file);
}
