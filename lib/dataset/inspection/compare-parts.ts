/** What is wrong between the parts of a run: classes that only one has, images that two have. */
import type { Dataset } from '../dataset.js';
import { namesOf } from '../find-folder.js';
import type { DataFinding } from './findings.js';
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
    findings.push({
      severity: 'warning',
      text:
        `${name}: none of the label maps ${isSampled ? 'looked at ' : ''}holds ` +
        `${namesOf(unseen.map((one) => one.name))} (${unseen.length} of ${classes.length} ` +
        'classes); if they should, check their ids in the class list',
    });
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
      findings.push({
        severity: 'warning',
        text:
          `${name}: ${namesOfParts(lacking)} ${lack} ` +
          `${namesOf(absent.map((one) => one.name))}, found in ${namesOfParts(owners)}: a class ` +
          'that is not trained on scores 0; move images between the splits',
      });
    }
  }
  return findings;
}

const namesOfParts = (parts: readonly PartSummary[]): string =>
  parts.map(({ name }) => name).join(' and ');

/**
 * Images that two parts share, and images whose names differ only in spelling.
 *
 * @throws the signal's reason if it is aborted
 */
export async function sharingFindings(
  parts: readonly DataPart[],
  { name }: Pick<Dataset, 'name'>,
  signal?: AbortSignal,
): Promise<DataFinding[]> {
  const findings: DataFinding[] = [];
  for (const [i, first] of parts.entries()) {
    for (const second of parts.slice(i + 1)) {
      const equal = await equalImages(first.samples, second.samples, signal);
      const ids = new Set(equal.map(({ ids: [, id] }) => id));
      const others = second.samples.filter(({ id }) => !ids.has(id));
      const alike = alikeImages(first.samples, others);
      const where = `of ${second.samples.length} images of ${second.name}`;
      const advice =
        second.role === 'validation'
          ? 'the validation scores what was trained on; remove them from one of the splits'
          : 'α and β should learn from images that w does not; remove the copies';
      if (equal.length > 0) {
        findings.push({
          severity: 'warning',
          text:
            `${name}: ${equal.length} ${where} are in ${first.name} too, ${examplesOf(equal)}; ` +
            advice,
        });
      }
      if (alike.length > 0) {
        findings.push({
          severity: 'warning',
          text:
            `${name}: ${alike.length} ${where} differ from one of ${first.name} only in the ` +
            `spelling of their names, ${examplesOf(alike)}; if they show the same, ${advice}`,
        });
      }
    }
  }
  return findings;
}

function examplesOf(shared: readonly SharedImage[]): string {
  const shown = shared
    .slice(0, MOST_EXAMPLES)
    .map(({ ids: [ours, theirs] }) => (ours === theirs ? ours : `${ours} = ${theirs}`));
  return `such as ${shown.join(', ')}`;
}
