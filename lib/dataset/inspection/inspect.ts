/** Looking at the data of a run before it trains: what the label maps hold, and what is wrong. */
import { percent } from '../../text.js';
import type { Sample } from '../dataset.js';
import { spreadEvenly } from '../spread-evenly.js';
import { allPairs, classFindings, sharingFindings } from './compare-parts.js';
import { findingsOfPart, labelMapsOf, type DataFinding, type FindingDataset } from './findings.js';
import { inParallel, type FileWork } from './in-parallel.js';
import { lookAt, type Look } from './look.js';
import { summarise, type DataPart, type PartSummary } from './summary.js';

/** Training samples per part that `sample` looks at. */
export const SAMPLED_LABEL_MAPS = 500;

/** Classes that a line names. */
const MOST_CLASSES = 6;

/** What the data of a run holds; plain JSON. */
export interface Inspection {
  readonly parts: readonly PartSummary[];
  readonly findings: readonly DataFinding[];
}

/** How to look. */
export interface InspectOptions extends FileWork {
  /**
   * *all* (default) - every training label map. *sample* - at most {@link SAMPLED_LABEL_MAPS} of each
   * part, spread evenly. Validation samples are read as a whole, images too, in either case.
   */
  readonly labelCheck?: 'all' | 'sample' | undefined;
  /** Called with what was found in each sample. */
  readonly onLook?: ((look: Look) => void) | undefined;
  /** Larger files are refused; default 64 megapixels. */
  readonly maxPixels?: number | undefined;
}

/**
 * Looks at the files of some parts of a dataset and compares the parts.
 *
 * Of training samples the label map is read and the header of the image, of validation samples
 * everything. Images that two parts share are found by the contents of their files.
 *
 * @throws the signal's reason if it is aborted
 *
 * @example
 * const { parts, findings } = await inspectData(dataset, [
 *   { name: 'train', role: 'training', samples },
 * ]);
 */
export async function inspectData(
  dataset: FindingDataset,
  parts: readonly DataPart[],
  { labelCheck = 'all', signal, onProgress, onLook, maxPixels }: InspectOptions = {},
): Promise<Inspection> {
  const chosen = parts.map(({ role, samples }) =>
    labelCheck === 'all' || role === 'validation'
      ? samples
      : spreadEvenly(samples, SAMPLED_LABEL_MAPS),
  );
  const total = chosen.reduce((sum, samples) => sum + samples.length, 0);
  const summaries: PartSummary[] = [];
  let before = 0;
  for (const [i, part] of parts.entries()) {
    const options = { decodesImages: part.role === 'validation', maxPixels };
    const looks = await inParallel(
      chosen[i],
      (sample: Sample) => lookAt(sample, dataset.labelTable, options),
      { signal, onProgress: (done) => onProgress?.(before + done, total) },
    );
    before += looks.length;
    for (const look of looks) {
      onLook?.(look);
    }
    summaries.push(summarise(part, looks, dataset));
  }
  const findings = [
    ...summaries.flatMap((part) => findingsOfPart(part, dataset)),
    ...classFindings(summaries, dataset),
    ...(await sharingFindings(allPairs(parts), dataset, { signal })),
  ];
  return { parts: summaries, findings };
}

/**
 * A part in a line: its classes by their shares of the pixels that count, the largest first, such as
 * `labels of val, 50 label maps: road 32.1 %, sky 17.0 %; 4.2 % ignored`.
 */
export function describePart(part: PartSummary): string {
  const { classes, ignoredPixels, byColor } = part;
  const counted = classes.reduce((sum, { pixels }) => sum + pixels, 0);
  const found = classes.filter(({ pixels }) => pixels > 0).sort((a, b) => b.pixels - a.pixels);
  const shown = found
    .slice(0, MOST_CLASSES)
    .map(({ name, pixels }) => `${name} ${percent(pixels / counted)}`);
  const rest = found.length - shown.length;
  const absent = classes.length - found.length;
  return [
    `${part.name}, ${labelMapsOf(part)}: ${shown.join(', ') || 'no class'}`,
    ...(rest > 0 ? [`${rest} smaller`] : []),
    ...(absent > 0 ? [`${absent} absent`] : []),
    ...(ignoredPixels > 0 ? [`${percent(ignoredPixels / (counted + ignoredPixels))} ignored`] : []),
    ...(byColor.images > 0 ? [`${byColor.images} read by the colours of the palette`] : []),
  ].join('; ');
}
