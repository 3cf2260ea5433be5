/** What is wrong between the parts of a run: classes that only one has, images that two have. */
import path from 'node:path';
import type { Dataset, Sample } from '../dataset.js';
import { namesOf } from '../find-folder.js';
import { error, note, warning, type DataFinding } from './findings.js';
import { alikeImages, equalImages, type SharedImage } from './shared-images.js';
import type { DataPart, PartSummary } from './summary.js';

/** Examples that are shown. */
const MOST_EXAMPLES = 3;

/** Classes that no part has, or only a part from which they are not learned. */
export function classFindings(
  parts: readonly PartSummary[],
  { name, classes }: Pick<Dataset, 'name' | 'classes'>,
): DataFinding[] {
  const read = parts.filter(({ labelMaps }) => labelMaps > 0);
  if (read.length < parts.length) {
    return []; // the part is a finding of its own
  }
  const has = (part: PartSummary, trainId: number) => part.classes[trainId].pixels > 0;
  const lackedBy = (some: readonly PartSummary[]) =>
    classes.filter(({ trainId }) => !some.some((part) => has(part, trainId)));
  const unseen = lackedBy(read);
  const findings: DataFinding[] = [];
  const isSampled = read.some(({ lookedAt, images }) => lookedAt < images);
  if (unseen.length > 0) {
    findings.push(
      warning(
        'classes',
        `${name}: none of the label maps ${isSampled ? 'looked at ' : ''}holds ` +
          `${namesOf(unseen.map((one) => one.name))} (${unseen.length} of ${classes.length} ` +
          'classes); if they should, check their ids in the class list',
      ),
    );
  }
  const training = read.filter(({ role }) => role === 'training');
  // In a search the weights learn from the first part alone.
  const groups = training.length > 1 ? [training, training.slice(0, 1)] : [training];
  let known = unseen;
  for (const lacking of groups) {
    const absent = lackedBy(lacking).filter((one) => !known.includes(one));
    known = [...known, ...absent];
    if (absent.length > 0) {
      const owners = read.filter((part) => absent.some(({ trainId }) => has(part, trainId)));
      const s = lacking.length > 1 ? '' : 's';
      const lack = isSampled ? `seem${s} to lack` : `lack${s}`;
      findings.push(
        warning(
          'classes',
          `${name}: ${namesOfParts(lacking)} ${lack} ` +
            `${namesOf(absent.map((one) => one.name))}, found in ${namesOfParts(owners)}: a class ` +
            'that is not trained on scores 0; move images between the splits',
        ),
      );
    }
  }
  return findings;
}

const namesOfParts = (parts: readonly PartSummary[]): string =>
  parts.map(({ name }) => name).join(' and ');

/** How to compare parts. */
export interface SharingOptions<Part> {
  readonly signal?: AbortSignal | undefined;
  /** What a validation image among those of the training is; a warning by default. */
  readonly leak?: 'error' | 'warning' | undefined;
  /** Finds the images of the second part that the first has too; by default by their files' contents. */
  readonly findShared?:
    | ((first: Part, second: Part) => readonly SharedImage[] | Promise<readonly SharedImage[]>)
    | undefined;
}

/**
 * Images that two parts share, images whose names differ only in spelling, and names in both that
 * stand for different images.
 *
 * @param pairs - the parts to compare
 * @throws the signal's reason if it is aborted
 */
export async function sharingFindings<Part extends DataPart>(
  pairs: readonly (readonly [Part, Part])[],
  { name }: Pick<Dataset, 'name'>,
  {
    signal,
    leak = 'warning',
    findShared = (first, second) => equalImages(first.samples, second.samples, signal),
  }: SharingOptions<Part> = {},
): Promise<DataFinding[]> {
  const findings: DataFinding[] = [];
  for (const [first, second] of pairs) {
    const equal = await findShared(first, second);
    const ids = new Set(equal.map(({ ids: [, id] }) => id));
    const others = second.samples.filter(({ id }) => !ids.has(id));
    const alike = alikeImages(first.samples, others);
    const where = `of ${second.samples.length} images of ${second.name}`;
    const advice = adviceOn(first, second);
    if (equal.length > 0) {
      const text = `${name}: ${equal.length} ${where} are in ${first.name} too, ${examplesOf(equal)}`;
      const isLeak = first.role === 'training' && second.role === 'validation';
      const make = isLeak && leak === 'error' ? error : warning;
      findings.push(make('overlaps', `${text}; ${advice}`));
    }
    if (alike.length > 0) {
      findings.push(
        warning(
          'overlaps',
          `${name}: ${alike.length} ${where} differ from one of ${first.name} only in the ` +
            `spelling of their names, ${examplesOf(alike)}; if they show the same, ${advice}`,
        ),
      );
    }
  }
  return findings;
}

/** All pairs of parts, in their order. */
export function allPairs<T>(parts: readonly T[]): (readonly [T, T])[] {
  return parts.flatMap((first, i) => parts.slice(i + 1).map((second) => [first, second] as const));
}

/** What to do about images in both. */
function adviceOn(first: DataPart, second: DataPart): string {
  if (second.role === 'training') {
    return 'α and β should learn from images that w does not; remove the copies';
  }
  return first.role === 'training'
    ? 'the validation scores what was trained on; remove them from one of the splits'
    : 'what chooses a checkpoint should not score it; remove them from one of the splits';
}

function examplesOf(shared: readonly SharedImage[]): string {
  const shown = shared
    .slice(0, MOST_EXAMPLES)
    .map(({ ids: [ours, theirs] }) => (ours === theirs ? ours : `${ours} = ${theirs}`));
  return `such as ${shown.join(', ')}`;
}

/** Names of files in both parts that stand for different images. */
export function nameFindings(
  pairs: readonly (readonly [DataPart, DataPart])[],
  { name }: Pick<Dataset, 'name'>,
  isShared: (first: Sample, second: Sample) => boolean,
): DataFinding[] {
  return pairs.flatMap(([first, second]) => {
    const byName = new Map(first.samples.map((sample) => [fileName(sample), sample]));
    const same = second.samples.filter((sample) => {
      const twin = byName.get(fileName(sample));
      return twin !== undefined && !isShared(twin, sample);
    });
    if (same.length === 0) {
      return [];
    }
    const shown = same.slice(0, MOST_EXAMPLES).map(fileName);
    return [
      note(
        'overlaps',
        `${name}: ${same.length} of ${second.samples.length} images of ${second.name} have the name ` +
          `of an image of ${first.name} and other contents, such as ${shown.join(', ')}; nothing is ` +
          'wrong if each split counts its images anew, else compare them',
      ),
    ];
  });
}

const fileName = ({ imageFile }: Sample): string => path.basename(imageFile);
