/** A row of the results: one case by one implementation. */
import { IMPLEMENTATIONS, precisionOf, type Case, type Implementation } from './cases.js';
import type { Outcome } from './interleave.js';
import type { MemoryExpectation, TorchSettings } from './messages.js';
import { median } from './statistics.js';

/** One measurement; plain data. */
export interface Row {
  readonly name: string;
  readonly backend: 'tensorflow' | 'wasm' | 'pytorch';
  readonly mode: 'compiled' | 'eager';
  /** What convolutions compute with. */
  readonly precision: 'float32' | 'bfloat16';
  /** Median time of a run; null if it was not measured. */
  readonly medianMs: number | null;
  /** Peak memory of the process that did the work; null if it was not measured. */
  readonly peakMiB: number | null;
  /** How many runs were measured, the warm-up left out. */
  readonly runs: number;
  /** Time of each run, in order. */
  readonly runsMs: readonly number[];
  /** Median times of the parts of a run, by name. */
  readonly partsMs: Readonly<Record<string, number>>;
  /** Time until the work could start: tracing and loading, or building modules. */
  readonly setupMs: number | null;
  /** Peak memory of the process at the end of that. */
  readonly setupPeakMiB: number | null;
  /** What the library expected of a compiled program before it ran. */
  readonly estimate: MemoryExpectation | null;
  /** Time of the first run, which belongs to the warm-up. */
  readonly firstRunMs: number | null;
  /** Loss of the last run; null for label maps. */
  readonly loss: number | null;
  readonly threads: { readonly intra: number; readonly inter: number } | null;
  readonly versions: Readonly<Record<string, string>>;
  /** PyTorch's settings that were tried before, with their times. */
  readonly trials: readonly (TorchSettings & { readonly ms: number })[];
  /** PyTorch's settings that were measured. */
  readonly settings: TorchSettings | null;
  /** What took turns with this, step by step: `case/implementation`. */
  readonly beside: readonly string[];
  /** Why there is no measurement; null if there is one. */
  readonly skipped: string | null;
}

const BACKENDS: Readonly<Record<Implementation, Pick<Row, 'backend' | 'mode'>>> = {
  compiled: { backend: 'tensorflow', mode: 'compiled' },
  'compiled-bfloat16': { backend: 'tensorflow', mode: 'compiled' },
  eager: { backend: 'tensorflow', mode: 'eager' },
  wasm: { backend: 'wasm', mode: 'eager' },
  pytorch: { backend: 'pytorch', mode: 'eager' },
  'pytorch-bfloat16': { backend: 'pytorch', mode: 'eager' },
  'pytorch-compiled': { backend: 'pytorch', mode: 'compiled' },
  'pytorch-compiled-bfloat16': { backend: 'pytorch', mode: 'compiled' },
};

/** The implementation that a row measures. */
export function implementationOf(
  row: Pick<Row, 'backend' | 'mode' | 'precision'>,
): Implementation | undefined {
  return IMPLEMENTATIONS.find(
    (one) =>
      BACKENDS[one].backend === row.backend &&
      BACKENDS[one].mode === row.mode &&
      precisionOf(one) === row.precision,
  );
}

/** A row without a measurement. */
export function skippedRow(entry: Case, implementation: Implementation, reason: string): Row {
  return {
    name: entry.name,
    ...BACKENDS[implementation],
    precision: precisionOf(implementation),
    medianMs: null,
    peakMiB: null,
    runs: 0,
    runsMs: [],
    partsMs: {},
    setupMs: null,
    setupPeakMiB: null,
    estimate: null,
    firstRunMs: null,
    loss: null,
    threads: null,
    versions: {},
    trials: [],
    settings: null,
    beside: [],
    skipped: reason,
  };
}

/** What is known of a measurement besides what its process gave. */
export interface RowContext {
  readonly beside?: readonly string[];
  readonly trials?: Row['trials'];
  readonly settings?: TorchSettings | undefined;
}

/** The fields that a started process has told of itself. */
function setupFields({ ready }: Outcome): Partial<Row> {
  return ready
    ? {
        setupMs: ready.setupMs,
        setupPeakMiB: ready.setupPeakMiB,
        estimate: ready.estimate,
        firstRunMs: ready.warmUpMs[0] ?? null,
        threads: ready.threads,
        versions: ready.versions,
      }
    : {};
}

/** The row of a work that was run several times in one process. */
export function stepRow(
  entry: Case,
  implementation: Implementation,
  outcome: Outcome,
  { beside = [], trials = [], settings }: RowContext = {},
): Row {
  const { steps, failure } = outcome;
  const context = { beside, trials, settings: settings ?? null };
  const empty = skippedRow(entry, implementation, failure ?? 'no run was measured');
  if (steps.length === 0 || failure !== undefined) {
    return { ...empty, ...setupFields(outcome), ...context };
  }
  const names = Object.keys(steps[0].parts);
  const times = steps.map(({ ms }) => ms);
  const last = steps[steps.length - 1];
  return {
    ...empty,
    ...setupFields(outcome),
    ...context,
    medianMs: median(times),
    peakMiB: Math.max(...steps.map(({ peakMiB }) => peakMiB)),
    runs: steps.length,
    runsMs: times,
    partsMs: Object.fromEntries(
      names.map((name) => [name, median(steps.map(({ parts }) => parts[name]))]),
    ),
    loss: last.loss,
    skipped: null,
  };
}

/** The row of a set-up that was done once in each of several processes. */
export function traceRow(
  entry: Case,
  implementation: Implementation,
  outcomes: readonly Outcome[],
): Row {
  const failure = outcomes.find((outcome) => outcome.failure !== undefined)?.failure;
  const ready = outcomes.flatMap((outcome) => outcome.ready ?? []);
  if (failure !== undefined || ready.length === 0) {
    return skippedRow(entry, implementation, failure ?? 'no run was measured');
  }
  const times = ready.map(({ setupMs }) => setupMs);
  const peak = Math.max(...ready.map(({ setupPeakMiB }) => setupPeakMiB));
  return {
    ...skippedRow(entry, implementation, ''),
    ...setupFields(outcomes[0]),
    medianMs: median(times),
    peakMiB: peak,
    runs: times.length,
    runsMs: times,
    setupMs: median(times),
    setupPeakMiB: peak,
    skipped: null,
  };
}
