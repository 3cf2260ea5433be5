/** What the label maps of some samples hold, as plain JSON. */
import { IGNORE_LABEL, type Dataset, type Sample } from '../dataset.js';
import type { Look } from './look.js';

/** Examples of a finding that are kept. */
const MOST_EXAMPLES = 3;

/** Samples that a run uses for one purpose. */
export interface DataPart {
  /** What it is called, such as `train` or `train (half A)`. */
  readonly name: string;
  readonly role: 'training' | 'validation';
  readonly samples: readonly Sample[];
}

/** How often something was found, and where first. */
export interface Occurrences {
  readonly images: number;
  readonly examples: readonly string[];
}

/** What was found in the samples of a part. */
export interface PartSummary extends Pick<DataPart, 'name' | 'role'> {
  /** The samples there are. */
  readonly images: number;
  /** The samples that were looked at. */
  readonly lookedAt: number;
  /** The label maps that were read. */
  readonly labelMaps: number;
  /** In the order of the train ids: pixels, and images with at least one of them. */
  readonly classes: readonly {
    readonly name: string;
    readonly pixels: number;
    readonly images: number;
  }[];
  /** Pixels of values that are ignored. */
  readonly ignoredPixels: number;
  /** Pixels of each label value that occurs. */
  readonly values: Readonly<Record<string, number>>;
  /** Label values that the class list lacks. */
  readonly unknownValues: Readonly<Record<string, Occurrences>>;
  readonly withoutLabels: Occurrences;
  /** Label maps in which every pixel is ignored. */
  readonly ignoredOnly: Occurrences;
  /** Label maps that were read by the colours of their palette. */
  readonly byColor: Occurrences;
  /** Samples of which a file cannot be read; the examples say why. */
  readonly problems: Occurrences;
  /** Samples whose image and label map differ in size; the examples say how. */
  readonly misfits: Occurrences;
}

function occurrences(looks: readonly Look[], example: (look: Look) => string): Occurrences {
  return { images: looks.length, examples: looks.slice(0, MOST_EXAMPLES).map(example) };
}

/** Sums by key. */
function added(entries: readonly (readonly [number, number])[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [key, value] of entries) {
    sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return sums;
}

/** Whether every pixel of a readable label map is ignored. */
export function isIgnoredOnly({ pixels, trainIdPixels, unknown }: Look): boolean {
  const isIgnored = (trainId: number) => trainId === IGNORE_LABEL;
  return pixels !== undefined && unknown.length === 0 && [...trainIdPixels.keys()].every(isIgnored);
}

const labelFileOf = ({ sample }: Look): string => sample.labelFile ?? sample.imageFile;

/** Adds up what was found in the samples of a part. */
export function summarise(
  { name, role, samples }: DataPart,
  looks: readonly Look[],
  { classes }: Pick<Dataset, 'classes'>,
): PartSummary {
  const read = looks.filter(({ pixels }) => pixels !== undefined);
  const values = added(read.flatMap(({ pixels }) => [...(pixels ?? [])]));
  const trainIds = added(read.flatMap(({ trainIdPixels }) => [...trainIdPixels]));
  const unknown = [...new Set(read.flatMap((look) => look.unknown))].sort((a, b) => a - b);
  return {
    name,
    role,
    images: samples.length,
    lookedAt: looks.length,
    labelMaps: read.length,
    classes: classes.map(({ name: className, trainId }) => ({
      name: className,
      pixels: trainIds.get(trainId) ?? 0,
      images: read.filter(({ trainIdPixels }) => trainIdPixels.has(trainId)).length,
    })),
    ignoredPixels: trainIds.get(IGNORE_LABEL) ?? 0,
    values: Object.fromEntries([...values].sort(([a], [b]) => a - b)),
    unknownValues: Object.fromEntries(
      unknown.map((value) => [
        value,
        occurrences(
          read.filter((look) => look.unknown.includes(value)),
          labelFileOf,
        ),
      ]),
    ),
    withoutLabels: occurrences(
      looks.filter(({ sample }) => sample.labelFile === undefined),
      ({ sample }) => sample.id,
    ),
    ignoredOnly: occurrences(read.filter(isIgnoredOnly), ({ sample }) => sample.id),
    byColor: occurrences(
      read.filter(({ isByColor }) => isByColor),
      labelFileOf,
    ),
    problems: occurrences(
      looks.filter((look) => look.problems.length > 0),
      (look) => look.problems[0].message,
    ),
    misfits: occurrences(
      looks.filter(({ misfit }) => misfit !== undefined),
      ({ misfit }) => misfit?.message ?? '',
    ),
  };
}
