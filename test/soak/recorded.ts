/** Results in a file: written again and again while the work is going on, and read for the table. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Machine } from '../bench/machine.js';
import { describeMachineLine } from '../bench/report.js';
import type { Job } from './messages.js';
import { formatReport, type Row } from './report.js';
import type { Sample } from './sample.js';
import { thinned } from './thinned.js';
import { judgeAll } from './verdict.js';

/** One process, with what was measured of it. */
export interface Followed {
  readonly work: Job['work'];
  readonly backend: Job['backend'];
  readonly samples: readonly Sample[];
  /** Why it ended before its time; null if it did not. */
  readonly failure: string | null;
}

/** All that was measured. */
export interface Recorded {
  readonly machine: Machine;
  readonly settings: object;
  /** Processes that wanted to run on the machine, over time. */
  readonly loads: readonly number[];
  readonly processes: readonly Followed[];
}

/** What the samples of a process say. */
export function rowOf({ work, backend, samples, failure }: Followed): Row {
  const seconds = samples.at(-1)?.seconds ?? 0;
  const rounds = samples.findLast((sample) => sample.rounds !== undefined)?.rounds ?? 0;
  const cpuSeconds = samples.findLast((sample) => sample.cpuSeconds !== undefined)?.cpuSeconds;
  return {
    work,
    backend,
    minutes: seconds / 60,
    processorMinutes: cpuSeconds === undefined ? null : cpuSeconds / 60,
    rounds,
    findings: judgeAll(samples, seconds),
    failure,
  };
}

/** Everything as text. */
export function reportOf({ machine, processes, loads }: Recorded): string {
  const rows = processes.filter(({ samples }) => samples.length > 0).map(rowOf);
  const range = `load ${Math.min(...loads)} to ${Math.max(...loads)}`;
  return `${describeMachineLine(machine)}; ${range}\n\n${formatReport(rows)}`;
}

/** Writes results with fewer samples, and with what they say. */
export function writeRecorded(file: string, { processes, ...rest }: Recorded): void {
  const written = processes.map((one) => ({ ...one, samples: thinned(one.samples) }));
  const findings = processes.map(rowOf);
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...rest, findings, processes: written })}\n`);
}

/** Reads results. */
export function readRecorded(file: string): Recorded {
  return JSON.parse(readFileSync(file, 'utf8')) as Recorded;
}
