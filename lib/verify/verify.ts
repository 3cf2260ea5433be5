/** Verifies that this machine computes what others do: all checks, each in a process of its own. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackendChoice } from '../backend/backend-name.js';
import type { BackendInfo } from '../backend/use-backend.js';
import type { Check, Row } from './check.js';
import type { CheckMessage, CheckRequest } from './check-child.js';
import { CHECKS } from './checks.js';
import { FLOAT32_VARIABLES, type Precision } from './precision.js';
import { describeEnd, runChild } from './run-child.js';

/** What one check found. */
export interface CheckResult {
  readonly name: string;
  readonly compares: string;
  readonly rows: readonly Row[];
  readonly seconds: number;
}

/** What all checks found. */
export interface Verification {
  /** Undefined if the backend did not start. */
  readonly backend: BackendInfo | undefined;
  /** As the environment has it; checks of whole networks ask for float32. */
  readonly precision: Precision | undefined;
  readonly checks: readonly CheckResult[];
  readonly seconds: number;
}

/** How to verify. */
export interface VerifyOptions {
  readonly backend: BackendChoice;
  readonly signal?: AbortSignal;
  /** Called before each check and after each row. */
  readonly onProgress?: (progress: VerifyProgress) => void;
}

/** How far the verification is. */
export interface VerifyProgress {
  readonly check: Pick<Check, 'name' | 'compares'>;
  /** Checks that are done. */
  readonly done: number;
  readonly total: number;
  /** The last row of this check; undefined at its start. */
  readonly row: Row | undefined;
}

interface Place {
  readonly backend: BackendInfo;
  readonly precision: Precision;
}

/** The row of a check whose process did not come to its end. */
function brokenRow({ name }: Check, note: string, seconds: number): Row {
  const nothing = { absolute: NaN, relative: NaN, tolerance: 0 };
  return { what: `${name}: the rest`, expectedFrom: '', ...nothing, ok: false, seconds, note };
}

/** Makes one check in a process of its own. */
async function runCheck(
  check: Check,
  folder: string,
  { backend, signal }: VerifyOptions,
  onRow: (row: Row) => void,
): Promise<{ readonly result: CheckResult; readonly place: Place | undefined }> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const rows: Row[] = [];
  let place: Place | undefined;
  let isComplete = false;
  const request: CheckRequest = { backend, check: check.name, folder };
  const add = (row: Row) => {
    rows.push(row);
    onRow(row);
  };
  const end = await runChild('check-child', request, {
    signal,
    variables: check.wantsFloat32 && FLOAT32_VARIABLES,
    onMessage: (message) => {
      const received = message as CheckMessage;
      if (received.kind === 'place') {
        place = received;
      } else if (received.kind === 'row') {
        const [absolute, relative] = received.differences.map(Number);
        add({ ...received.row, absolute, relative });
      } else {
        isComplete = true;
      }
    },
  });
  if (!isComplete) {
    add(brokenRow(check, describeEnd(end), seconds()));
  }
  const { name, compares } = check;
  return { result: { name, compares, rows, seconds: seconds() }, place };
}

/** True if nothing differs by more than its tolerance and every check came to its end. */
export function isRight({ checks }: Verification): boolean {
  return checks.every(({ rows }) => rows.every(({ ok }) => ok));
}

/**
 * Verifies this machine: operations and networks against PyTorch, steps in both forms, gradients, reading,
 * checkpoints, and a run that is killed. What fails or crashes becomes a row; the others go on.
 *
 * @throws the signal's reason if it was aborted
 */
export async function verify(options: VerifyOptions): Promise<Verification> {
  const start = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'autodeeplab-verify-'));
  const checks: CheckResult[] = [];
  let place: Place | undefined;
  try {
    for (const [done, check] of CHECKS.entries()) {
      const report = (row: Row | undefined) =>
        options.onProgress?.({ check, done, total: CHECKS.length, row });
      report(undefined);
      const own = join(folder, check.name);
      await mkdir(own);
      const { result, place: found } = await runCheck(check, own, options, report);
      checks.push(result);
      place ??= found;
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  const { backend, precision } = place ?? { backend: undefined, precision: undefined };
  return { backend, precision, checks, seconds: (performance.now() - start) / 1000 };
}
