/** What is wrong with the label maps of a part, each with what to do. */
import { count, percent } from '../../text.js';
import { IGNORE_LABEL, type Dataset } from '../dataset.js';
import { namesOf } from '../find-folder.js';
import { knownValues } from '../reading/label-file.js';
import type { Occurrences, PartSummary } from './summary.js';

/** What a finding is about. */
export type FindingTopic =
  | 'counts'
  | 'pairs'
  | 'files'
  | 'sizes'
  | 'orientation'
  | 'values'
  | 'classes'
  | 'overlaps';

/** Something that is to be known of data. */
export interface DataFinding {
  /**
   * *error* - it makes a training worthless, its scores wrong or files unusable. *warning* - to be
   * considered. *note* - to be known; nothing is wrong.
   */
  readonly severity: 'error' | 'warning' | 'note';
  readonly topic: FindingTopic;
  readonly text: string;
}

/** The dataset as far as findings need it. */
export type FindingDataset = Pick<
  Dataset,
  'name' | 'classes' | 'labelTable' | 'description' | 'findLabelProblem'
>;

/** Makes findings of a severity. */
const finding =
  (severity: DataFinding['severity']) =>
  (topic: FindingTopic, text: string): DataFinding => ({ severity, topic, text });

/** Findings by their severity. */
export const [error, warning, note] = (['error', 'warning', 'note'] as const).map(finding);

const such = ({ examples }: Occurrences): string => `such as ${examples.join(', ')}`;

/** How many label maps a statement is about. */
export function labelMapsOf({ labelMaps, images }: PartSummary): string {
  return labelMaps === images ? count(images, 'label map') : `${labelMaps} of ${images} label maps`;
}

/** What is wrong with one part by itself. */
export function findingsOfPart(part: PartSummary, dataset: FindingDataset): DataFinding[] {
  const where = `${dataset.name}, ${part.name}`;
  return [
    ...fileFindings(part, where),
    ...valueFindings(part, dataset, where),
    ...contentFindings(part, dataset, where),
  ];
}

function fileFindings(part: PartSummary, where: string): DataFinding[] {
  const { problems, misfits, withoutLabels, images, lookedAt, role } = part;
  const findings: DataFinding[] = [];
  if (problems.images > 0) {
    findings.push(
      error(
        'files',
        `${where}: expected samples that can be read, got ${problems.images} of ${lookedAt} that ` +
          `cannot:\n  ${problems.examples.join('\n  ')}`,
      ),
    );
  }
  if (misfits.images > 0) {
    findings.push(
      error(
        'sizes',
        `${where}: expected label maps of the size of their images, got ${misfits.images} of ` +
          `${lookedAt} that differ:\n  ${misfits.examples.join('\n  ')}`,
      ),
    );
  }
  if (withoutLabels.images === images) {
    const other = role === 'validation' ? ', or set validationSplit to none' : '';
    findings.push(
      error(
        'pairs',
        `${where}: expected label maps, got none; choose a split that has them${other}`,
      ),
    );
  } else if (withoutLabels.images > 0) {
    const text =
      `${where}: expected a label map for every image, got none for ${withoutLabels.images} of ` +
      `${lookedAt}, ${such(withoutLabels)}; add them or remove the images from the split`;
    findings.push(
      role === 'training' ? error('pairs', text) : warning('pairs', `${text}: they are not scored`),
    );
  }
  return findings;
}

function valueFindings(part: PartSummary, dataset: FindingDataset, where: string): DataFinding[] {
  const findings: DataFinding[] = [];
  const unknown = Object.entries(part.unknownValues);
  if (unknown.length > 0) {
    const shown = unknown
      .slice(0, 3)
      .map(([value, { images, examples }]) => `${value} in ${images} (such as ${examples[0]})`);
    const more = unknown.length > 3 ? ` and ${unknown.length - 3} more values` : '';
    findings.push(
      error(
        'values',
        `${where}: expected label values out of ${knownValues(dataset.labelTable)}, got in ` +
          `${labelMapsOf(part)} ${shown.join(', ')}${more}; give these values classes, ignore ` +
          'them in the class list, or choose the coding that the files have',
      ),
    );
  }
  const pixels = Array.from({ length: 256 }, (_, value) => part.values[value] ?? 0);
  const problem = dataset.findLabelProblem?.(pixels);
  if (problem !== undefined) {
    findings.push(error('values', `${where}: ${problem}`));
  }
  return findings;
}

function contentFindings(part: PartSummary, dataset: FindingDataset, where: string): DataFinding[] {
  const { classes, labelMaps, ignoredOnly, role } = part;
  const found = classes.filter(({ pixels }) => pixels > 0);
  const hasUnknown = Object.keys(part.unknownValues).length > 0;
  if (labelMaps === 0 || hasUnknown) {
    return [];
  }
  if (found.length === 0) {
    return [
      error(
        'classes',
        `${where}: expected pixels of classes, got ${labelMapsOf(part)} in which every pixel is ` +
          `ignored; ${adviceOn(part, dataset)}`,
      ),
    ];
  }
  const findings: DataFinding[] = [];
  if (found.length === 1) {
    const text =
      `${where}: expected pixels of several classes, got only "${found[0].name}" in ` +
      `${labelMapsOf(part)}; ${adviceOn(part, dataset)}`;
    findings.push(role === 'training' ? error('classes', text) : warning('classes', text));
  }
  if (ignoredOnly.images > 0) {
    findings.push(
      warning(
        'classes',
        `${where}: every pixel is ignored in ${ignoredOnly.images} of ${labelMapsOf(part)}, ` +
          `${such(ignoredOnly)}; remove them from the split if they should teach something`,
      ),
    );
  }
  return findings;
}

/** What to do if there are fewer classes than it takes. */
function adviceOn(part: PartSummary, { labelTable }: FindingDataset): string {
  const values = Object.keys(part.values);
  const total = Object.values(part.values).reduce((sum, pixels) => sum + pixels, 0);
  const ignored = part.values[IGNORE_LABEL] ?? 0;
  if (ignored > 0 && labelTable.trainIds[IGNORE_LABEL] === IGNORE_LABEL && values.length <= 2) {
    return (
      `the value 255 (${percent(ignored / total)} of the pixels) is ignored: if it is a class, as ` +
      'in masks of 0 and 255, list it in the classes of a folder dataset, ' +
      '{ "name": "object", "id": 255 }'
    );
  }
  return (
    `the label maps hold the values ${namesOf(values)}: check the ids of the classes, or choose ` +
    'another split (labelCheck none trains all the same)'
  );
}
