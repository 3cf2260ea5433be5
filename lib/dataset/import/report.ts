/** What an import decided, as a document and as text. */
import type { Color } from '../dataset.js';
import { count, percent, table } from '../../text.js';
import type { LeftOut } from './format.js';

/** How many files of one kind the text names. */
const MOST_NAMED = 3;

/** A class of the written dataset. */
export interface ImportedClass {
  readonly name: string;
  /** Its value in the label maps. */
  readonly value: number;
  readonly color: Color;
  /** Over all label maps. */
  readonly pixels: number;
}

/** What an import decided; `import.json` in the written folder. */
export interface ImportReport {
  /** The folder of the export, absolute. */
  readonly source: string;
  /** The folder of the dataset, absolute. */
  readonly root: string;
  /** The name of the format, and by what it was recognised. */
  readonly format: string;
  readonly recognisedBy: string;
  readonly classes: readonly ImportedClass[];
  /** Pixels of the value 255, which are neither learned nor scored. */
  readonly ignoredPixels: number;
  /** What became of unlabelled pixels. */
  readonly unlabelled: string;
  /** Which of two overlapping objects shows. */
  readonly overlap: string;
  /** The number of images of each split. */
  readonly splits: Readonly<Record<string, number>>;
  readonly splitRule: string;
  /** The number of images and label maps written. */
  readonly images: number;
  readonly leftOut: readonly LeftOut[];
  /** Other decisions. */
  readonly notes: readonly string[];
}

/** The report as text. */
export function describeImport(report: ImportReport): string {
  const { classes, ignoredPixels, splits, leftOut, notes } = report;
  const pixels = classes.reduce((sum, one) => sum + one.pixels, ignoredPixels);
  const rows = classes.map(({ name, value, color, pixels: own }) => [
    name,
    `${value}`,
    color.join(','),
    `${own}`,
    percent(own / pixels, 2),
  ]);
  const ignored = ['(ignored)', '255', '-', `${ignoredPixels}`, percent(ignoredPixels / pixels, 2)];
  const parts = Object.entries(splits).map(([name, n]) => `${name} ${n}`);
  return [
    `format      ${report.format}: ${report.recognisedBy}`,
    `images      ${report.images}; splits ${parts.join(', ')} (${report.splitRule})`,
    `unlabelled  ${report.unlabelled}`,
    `overlaps    ${report.overlap}`,
    '',
    table([['class', 'value', 'colour', 'pixels', 'share'], ...rows, ignored]),
    ...(notes.length > 0 ? ['', ...notes.map((note) => `note: ${note}`)] : []),
    ...(leftOut.length > 0 ? ['', ...describeLeftOut(leftOut)] : []),
  ].join('\n');
}

/** The files left out, a line for each reason. */
function describeLeftOut(leftOut: readonly LeftOut[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { file, why } of leftOut) {
    // Reasons that differ only in the name of a file belong together.
    const reason = why.replace(/there is no image [^,]+/, 'there is no such image');
    byReason.set(reason, [...(byReason.get(reason) ?? []), file]);
  }
  return [...byReason].map(([reason, files]) => {
    const rest = files.length - MOST_NAMED;
    const named = files.slice(0, MOST_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
    return `left out: ${count(files.length, 'file')}, ${reason}: ${named}`;
  });
}
