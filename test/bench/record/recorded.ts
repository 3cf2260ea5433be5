/** What was measured last, case by case: the file behind the tables. */
import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'oxfmt';
import type { Machine } from '../machine.js';
import type { Row } from '../row.js';

/** A case with all of its implementations, measured in one go. */
export interface RecordedCase {
  readonly machine: Machine;
  /** Share of the cores that others took meanwhile; null: unknown. */
  readonly others: number | null;
  readonly rows: readonly Row[];
}

/** All of them by name. */
export type Recorded = Readonly<Record<string, RecordedCase>>;

/** Reads the file. */
export function readRecorded(file: string): Recorded {
  return JSON.parse(readFileSync(file, 'utf8')) as Recorded;
}

/** The record with a block of cases measured anew, in the order of `names`. */
export function withCases(
  recorded: Recorded,
  { rows, ...conditions }: RecordedCase,
  names: readonly string[],
): Recorded {
  const measured = Object.fromEntries(
    [...new Set(rows.map(({ name }) => name))].map((name) => [
      name,
      { ...conditions, rows: rows.filter((row) => row.name === name) },
    ]),
  );
  const all: Recorded = { ...recorded, ...measured };
  return Object.fromEntries(names.flatMap((name) => (name in all ? [[name, all[name]]] : [])));
}

/** Writes a file in the form that the project's files have. */
export async function writeFormatted(file: string, text: string): Promise<void> {
  writeFileSync(file, (await format(file, text, { printWidth: 100, singleQuote: true })).code);
}
