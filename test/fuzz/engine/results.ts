/** What a run of the fuzzer found, and the file that holds it. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Machine } from '../../bench/machine.js';
import { EMPTY_TALLY, type Tally } from './messages.js';

/** A fault: how to repeat it, and what it is. */
export interface FaultRecord {
  readonly kind: 'untyped' | 'wrong content' | 'hang' | 'crash' | 'memory';
  readonly case: number;
  readonly message: string;
  /** Cases with the same fault, this one included. */
  readonly count: number;
}

/** What a format came to. */
export interface FormatResult extends Tally {
  readonly format: string;
  readonly readers: string;
  /** Cases that are done: all before this number. */
  readonly cases: number;
  readonly seed: number;
  /** The commit of the sources. */
  readonly commit: string | null;
  /** The most that a case may add to the process, in MiB. */
  readonly limitMiB: number;
  /** Whether accepted documents were compared with what their checksum promises. */
  readonly isPromiseChecked: boolean;
  readonly faults: readonly FaultRecord[];
  /** Time that it took, over all parts of an interrupted run. */
  readonly seconds: number;
}

/** The file of a run. */
export interface Results {
  readonly command: string;
  readonly machine: Machine;
  readonly formats: readonly FormatResult[];
}

/** A format of which nothing was read yet. */
export function newResult(
  known: Pick<
    FormatResult,
    'format' | 'readers' | 'seed' | 'commit' | 'limitMiB' | 'isPromiseChecked'
  >,
): FormatResult {
  return { ...known, ...EMPTY_TALLY, cases: 0, faults: [], seconds: 0 };
}

/** Cases of untyped errors, of hangs and so on. */
export function faultCount({ faults }: FormatResult, kind: FaultRecord['kind']): number {
  return faults.filter((one) => one.kind === kind).reduce((sum, { count }) => sum + count, 0);
}

/** The results in a file; undefined if there is none. */
export function readResults(file: string): Results | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined;
}

/** Writes results in one step, so that the file is whole whenever the run is ended. */
export function writeResults(file: string, results: Results): void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(results, undefined, 2)}\n`);
  renameSync(temporary, file);
}
