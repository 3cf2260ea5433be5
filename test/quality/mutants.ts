/** Counts of mutants, and what follows from them. */
import path from 'node:path';
import type { MutantResult } from '@stryker-mutator/api/core';

/** How many mutants ended in which way. */
export interface MutantCounts {
  /** A test failed. */
  readonly killed: number;
  /** The tests did not end: a loop without end, which counts as noticed. */
  readonly timeout: number;
  /** All tests that reach the mutant passed. */
  readonly survived: number;
  /** No test reaches it. */
  readonly notReached: number;
  /** A test file could not be loaded: neither noticed nor missed. */
  readonly invalid: number;
}

/** Counts per file, by its path. */
export type FileCounts = Readonly<Record<string, MutantCounts>>;

/** Stryker's word for each of the ways. */
const STATUS = {
  killed: 'Killed',
  timeout: 'Timeout',
  survived: 'Survived',
  notReached: 'NoCoverage',
  invalid: 'RuntimeError',
} as const;

function countOf(mutants: readonly Pick<MutantResult, 'status'>[]): MutantCounts {
  const number = (way: keyof MutantCounts) =>
    mutants.filter(({ status }) => status === STATUS[way]).length;
  return {
    killed: number('killed'),
    timeout: number('timeout'),
    survived: number('survived'),
    notReached: number('notReached'),
    invalid: number('invalid'),
  };
}

/** The counts of each file, by its path from the root of the project. */
export function countByFile(
  mutants: readonly Pick<MutantResult, 'fileName' | 'status'>[],
  root: string,
): FileCounts {
  const files = [...new Set(mutants.map(({ fileName }) => fileName))].sort();
  return Object.fromEntries(
    files.map((file) => [
      path.relative(root, file).replaceAll(path.sep, '/'),
      countOf(mutants.filter(({ fileName }) => fileName === file)),
    ]),
  );
}

/** The counts of several files together. */
export function sumOf(files: FileCounts): MutantCounts {
  const number = (way: keyof MutantCounts) =>
    Object.values(files).reduce((sum, counts) => sum + counts[way], 0);
  return {
    killed: number('killed'),
    timeout: number('timeout'),
    survived: number('survived'),
    notReached: number('notReached'),
    invalid: number('invalid'),
  };
}

/** The share of mutants that the tests noticed, from 0 to 1; NaN of none. */
export function scoreOf({ killed, timeout, survived, notReached }: MutantCounts): number {
  return (killed + timeout) / (killed + timeout + survived + notReached);
}
