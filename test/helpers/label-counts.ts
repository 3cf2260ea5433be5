/** Real label maps as another program read them: test/reference/label_counts.py. */
import { readFileSync } from 'node:fs';

/** Size and pixels of each value. */
export interface LabelCounts {
  readonly width: number;
  readonly height: number;
  readonly counts: Readonly<Record<number, number>>;
}

/** One label map: whole, and with its longer side scaled. */
export interface LabelCase extends LabelCounts {
  readonly dataset: string;
  readonly file: string;
  /** `L` grey, `P` palette. */
  readonly mode: string;
  readonly longerSide: number;
  readonly scaled: LabelCounts;
}

interface Fixture {
  readonly longerSide: number;
  readonly split: { readonly images: number; readonly counts: Readonly<Record<number, number>> };
  readonly cases: readonly Omit<LabelCase, 'longerSide'>[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/label-counts.json', import.meta.url), 'utf8'),
) as Fixture;

/** The label maps of one dataset. */
export function labelCases(dataset: string): LabelCase[] {
  const { longerSide, cases } = fixture;
  return cases
    .filter((entry) => entry.dataset === dataset)
    .map((entry) => ({ ...entry, longerSide }));
}

/** The sums over the label maps of VOC's validation split. */
export function splitCounts(): Fixture['split'] {
  return fixture.split;
}

/** How often each value occurs. */
export function histogram(values: Uint8Array = new Uint8Array()): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const value of values) {
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}
