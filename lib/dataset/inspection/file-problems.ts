/** The files that something is wrong with, and samples that show it. */
import type { Sample } from '../dataset.js';
import type { FindingTopic } from './findings.js';
import { isTurnUnclear } from './image-findings.js';
import type { ListedSplit } from './list-split.js';
import type { Look } from './look.js';
import { isIgnoredOnly } from './summary.js';

/** Something that is wrong with a file. */
export interface FileProblem {
  readonly split: string;
  readonly topic: FindingTopic;
  readonly file: string;
  readonly text: string;
}

/** A sample that shows what was found. */
export interface FoundExample {
  readonly split: string;
  readonly topic: FindingTopic;
  readonly text: string;
  readonly sample: Sample;
}

/** Examples per topic and split. */
const MOST_EXAMPLES = 2;

/** What is wrong with single files, by the listing of a split alone. */
export function listingProblems(
  { name, problems }: ListedSplit,
  alone: readonly string[],
): FileProblem[] {
  return [
    ...problems.map(({ kind, file = '', message }) => ({
      split: name,
      topic: kind === 'count' || kind === 'skipped' ? ('counts' as const) : ('pairs' as const),
      file,
      text: message,
    })),
    ...alone.map((file) => ({
      split: name,
      topic: 'pairs' as const,
      file,
      text: `label map ${file}: expected an image for it, got none; add it, or let it be`,
    })),
  ];
}

/** Every problem of the files that were read, once for files in several splits. */
export function problemsOfLooks(
  parts: readonly ListedSplit[],
  looksOf: (part: ListedSplit) => readonly Look[],
): FileProblem[] {
  const seen = new Set<Look>();
  return parts.flatMap((part) =>
    looksOf(part).flatMap((look) => {
      if (seen.has(look)) {
        return [];
      }
      seen.add(look);
      return problemsOf(look).map((problem) => ({ split: part.name, ...problem }));
    }),
  );
}

function problemsOf({ sample, problems, misfit, unknown }: Look): Omit<FileProblem, 'split'>[] {
  const { imageFile, labelFile = imageFile } = sample;
  return [
    ...problems.map(({ file = imageFile, message }) => ({
      topic: 'files' as const,
      file,
      text: message,
    })),
    ...(misfit === undefined
      ? []
      : [{ topic: 'sizes' as const, file: labelFile, text: misfit.message }]),
    ...(unknown.length === 0
      ? []
      : [
          {
            topic: 'values' as const,
            file: labelFile,
            text: `label map ${labelFile}: unknown values ${unknown.join(', ')}`,
          },
        ]),
  ];
}

/** A few samples per topic that can be shown. */
export function examplesOf({ name }: ListedSplit, looks: readonly Look[]): FoundExample[] {
  const kinds: readonly (readonly [FindingTopic, (look: Look) => string | undefined])[] = [
    ['sizes', ({ misfit }) => misfit && 'image and label map differ in size'],
    [
      'values',
      ({ unknown }) => (unknown.length > 0 ? `unknown values ${unknown.join(', ')}` : undefined),
    ],
    ['orientation', (look) => (isTurnUnclear(look) ? 'turned by EXIF data' : undefined)],
    ['classes', (look) => (isIgnoredOnly(look) ? 'every pixel is ignored' : undefined)],
  ];
  return kinds.flatMap(([topic, textOf]) =>
    looks
      .filter((look) => textOf(look) !== undefined)
      .slice(0, MOST_EXAMPLES)
      .map((look) => ({ split: name, topic, text: textOf(look) ?? '', sample: look.sample })),
  );
}
