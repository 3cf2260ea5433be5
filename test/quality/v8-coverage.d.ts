/** The part that is used here of a package without types. */
declare module '@bcoe/v8-coverage' {
  import type { Profiler } from 'node:inspector';

  /** What a process executed, as NODE_V8_COVERAGE writes it. */
  export interface ProcessCov {
    readonly result: readonly Profiler.ScriptCoverage[];
  }

  /** The coverage of several processes as one: counts are added. */
  export function mergeProcessCovs(processes: readonly ProcessCov[]): ProcessCov;
}
