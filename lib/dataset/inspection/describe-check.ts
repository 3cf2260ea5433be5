/** A check of a dataset as text. */
import { duration } from '../../duration.js';
import { count, percent, table } from '../../text.js';
import type { CheckRead, DatasetCheck, SplitCheck } from './check-dataset.js';
import type { DataFinding } from './findings.js';
import { describeSizes } from './image-findings.js';
import type { PartSummary } from './summary.js';

/** Classes that the table shows. */
const MOST_CLASSES = 40;

const READ: Readonly<Record<CheckRead, string>> = {
  all: 'every file read',
  labels: 'label maps read as a whole, of images the header',
  nothing: 'names only, no file read',
};

const SEVERITIES: Readonly<Record<DataFinding['severity'], string>> = {
  error: 'would spoil a training or its scores',
  warning: 'to be considered',
  note: 'to be known',
};

/**
 * What a check found, as text: a row per split, a row per class, then the findings, the worst first.
 *
 * @example
 * console.log(describeCheck(await checkDataset(dataset)));
 */
export function describeCheck(check: DatasetCheck): string {
  const { dataset, root, read, splits, findings, seconds } = check;
  const blocks = [
    `${dataset}: ${count(splits.length, 'split')}, ${READ[read]}, ${duration(seconds)}\n${root}`,
    splitTable(splits),
    ...classTable(splits),
    ...(Object.keys(SEVERITIES) as DataFinding['severity'][]).flatMap((severity) => {
      const own = findings.filter((finding) => finding.severity === severity);
      const lines = own.map(({ text }) => `  ${text.replaceAll('\n', '\n  ')}`);
      const title = `${count(own.length, severity)} (${SEVERITIES[severity]}):`;
      return own.length === 0 ? [] : [[title, ...lines].join('\n')];
    }),
    ...(findings.some(({ severity }) => severity !== 'note') ? [] : ['nothing wrong was found']),
  ];
  return blocks.join('\n\n');
}

function splitTable(splits: readonly SplitCheck[]): string {
  return table(
    [
      ['split', 'images', 'whole', 'complete', 'labels alone', 'sizes', 'ignored'],
      ...splits.map(({ name, images, whole, samples, labelMapsWithoutImage, sizes, content }) => [
        name,
        String(images),
        whole === undefined ? '-' : String(whole),
        String(samples),
        String(labelMapsWithoutImage),
        describeSizes(sizes),
        content === undefined ? '-' : percent(ignoredShare(content)),
      ]),
    ],
    {},
  );
}

function ignoredShare({ classes, ignoredPixels }: PartSummary): number {
  return ignoredPixels / (sum(classes) + ignoredPixels);
}

const sum = (classes: PartSummary['classes']): number =>
  classes.reduce((total, { pixels }) => total + pixels, 0);

/** The classes that occur, by their pixels in the first split that has label maps. */
function classTable(splits: readonly SplitCheck[]): string[] {
  const parts = splits.flatMap(({ content }) =>
    content !== undefined && content.labelMaps > 0 ? [content] : [],
  );
  if (parts.length === 0) {
    return [];
  }
  const [{ classes }] = parts;
  const order = [...classes.keys()]
    .filter((trainId) => parts.some((part) => part.classes[trainId].pixels > 0))
    .sort((a, b) => classes[b].pixels - classes[a].pixels);
  const totals = parts.map((part) => sum(part.classes));
  const rows = order.slice(0, MOST_CLASSES).map((trainId) => [
    classes[trainId].name,
    ...parts.flatMap((part, i) => {
      const { pixels, images } = part.classes[trainId];
      return pixels === 0 ? ['absent', '0'] : [percent(pixels / totals[i], 2), String(images)];
    }),
  ]);
  const more = order.length - rows.length;
  const title = ['class', ...parts.flatMap(({ name }) => [name, 'images'])];
  const text = table([title, ...rows]);
  return [more > 0 ? `${text}\n… and ${more} rarer` : text];
}
