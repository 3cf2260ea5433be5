/** Reads all cases of one format, whatever they do to the process that reads them. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { addTallies, type ChildJob, type ChildMessage } from './messages.js';
import { makePlace } from './place.js';
import type { FaultRecord, FormatResult } from './results.js';
import { watchChild, type ChildEnd, type HangLimits } from './watch.js';

/** After this many different faults a format is left. */
const MOST_FAULTS = 40;

/** A case that is read alone may take this many times as long before it counts as a hang. */
const PATIENCE = 2;

/** How a format is read. */
export interface RunFormatOptions {
  /** The module that exports the format, as a URL. */
  readonly module: string;
  readonly cases: number;
  readonly limits: HangLimits;
  /** Ends the run; the result so far is returned. */
  readonly signal: AbortSignal;
  readonly onResult?: (result: FormatResult) => void;
}

/** What makes two faults the same: the message without numbers, and where it was thrown. */
function signatureOf(kind: string, message: string): string {
  const [first, ...stack] = message.split('\n');
  const at = stack.find((line) => line.includes('at ')) ?? '';
  return `${kind} ${first.replace(/\d+|"[^"]*"/g, '#').slice(0, 80)} ${at}`;
}

class Run {
  /** Cases that end the process. */
  private readonly skip: number[] = [];
  private readonly signatures = new Map<string, number>();
  private readonly start = performance.now();

  constructor(
    private result: FormatResult,
    private readonly options: RunFormatOptions,
    private readonly place: string,
  ) {
    for (const [i, { kind, message }] of result.faults.entries()) {
      this.signatures.set(signatureOf(kind, message), i);
    }
  }

  async toEnd(): Promise<FormatResult> {
    const { cases, limits, signal } = this.options;
    while (
      this.result.cases < cases &&
      this.result.faults.length < MOST_FAULTS &&
      !signal.aborted
    ) {
      const end = await watchChild(
        this.job(this.result.cases, cases, false),
        limits,
        (message) => {
          this.take(message);
        },
        signal,
      );
      await this.judge(end);
    }
    return this.current();
  }

  private job(from: number, to: number, isAlone: boolean): ChildJob {
    const { format, seed } = this.result;
    const { module } = this.options;
    const state = path.join(this.place, isAlone ? 'alone' : 'state');
    rmSync(state, { force: true });
    const { skip, place } = this;
    return { parent: process.pid, module, format, seed, from, to, skip, place, state, isAlone };
  }

  private take(message: ChildMessage): void {
    if (message.kind === 'progress') {
      const tally = addTallies(this.result, message.tally);
      this.result = { ...this.result, ...tally, cases: message.next };
      this.options.onResult?.(this.current());
    } else if (message.kind === 'fault') {
      this.note(message.fault.kind, message.case, message.fault.message);
    }
  }

  /** What an end means: nothing, or a fault of a case, which is read again alone to be sure. */
  private async judge(end: ChildEnd): Promise<void> {
    if (end.kind === 'crash') {
      this.note('crash', end.case, end.message);
      this.skip.push(end.case);
    } else if (end.kind === 'hang') {
      const alone = await this.readAlone(end.case);
      if (alone.kind === 'hang') {
        this.note('hang', end.case, `no end after ${alone.seconds.toFixed(1)} s of computing time`);
      }
      if (alone.kind !== 'stopped') {
        this.skip.push(end.case);
      }
    } else if (end.kind === 'memory') {
      let grew = 0;
      const alone = await this.readAlone(end.case, (mebibytes) => (grew = mebibytes));
      const { limitMiB } = this.result;
      if (alone.kind === 'crash') {
        this.note('crash', end.case, alone.message);
      } else if (grew > limitMiB) {
        const message = `${Math.round(grew)} MiB, expected at most ${limitMiB} MiB`;
        this.note('memory', end.case, message);
      }
    }
  }

  private readAlone(number: number, onGrowth?: (mebibytes: number) => void): Promise<ChildEnd> {
    const { limits, signal } = this.options;
    const { computing, waiting } = limits;
    const patient = { computing: PATIENCE * computing, waiting: PATIENCE * waiting };
    const job = { ...this.job(number, number + 1, true), skip: [] };
    return watchChild(
      job,
      patient,
      (message) => {
        if (message.kind === 'progress') {
          onGrowth?.(message.tally.grewMiB);
        }
      },
      signal,
    );
  }

  private note(kind: FaultRecord['kind'], number: number, message: string): void {
    const signature = signatureOf(kind, message);
    const known = this.signatures.get(signature);
    const { faults } = this.result;
    if (known === undefined) {
      this.signatures.set(signature, faults.length);
      const fault = { kind, case: number, message, count: 1 };
      this.result = { ...this.result, faults: [...faults, fault] };
    } else {
      const counted = faults.map((one, i) =>
        i === known ? { ...one, count: one.count + 1 } : one,
      );
      this.result = { ...this.result, faults: counted };
    }
  }

  private current(): FormatResult {
    const seconds = (performance.now() - this.start) / 1000;
    return { ...this.result, seconds: this.result.seconds + seconds };
  }
}

/**
 * Reads cases of a format up to a number.
 *
 * @param before - where an earlier run of the same seed and commit ended, or a new result
 */
export async function runFormat(
  before: FormatResult,
  options: RunFormatOptions,
): Promise<FormatResult> {
  const place = makePlace();
  try {
    return await new Run(before, options, place).toEnd();
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
