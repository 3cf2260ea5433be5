/** The process that reads cases, one after the other, and tells how each ended. */
import { openSync, readFileSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { FormatCases } from './engine/cases.js';
import { MESSAGES, type ChildJob, type ChildMessage } from './engine/messages.js';
import type { FuzzFormat } from './format.js';

/** Time between two reports, in ms. */
const REPORT_EVERY = 500;
/** Cases between two looks at whether garbage has to be collected. */
const COLLECT_EVERY = 64;

const MIB = 2 ** 20;

const say = (message: ChildMessage): void => {
  writeSync(MESSAGES, `${JSON.stringify(message)}\n`);
};

/**
 * The most memory that this process ever had, in MiB. Linux says it of this program alone; elsewhere, that of
 * the program which started it counts too.
 */
function peak(): number {
  if (process.platform === 'linux') {
    const kib = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kib !== undefined) {
      return Number(kib) / 1024;
    }
  }
  return process.resourceUsage().maxRSS / 1024;
}

/** Counts what becomes of cases between two reports. */
class Counter {
  private accepted = 0;
  private refused: Record<string, number> = {};
  private slowest = { case: 0, ms: 0 };
  private last = performance.now();
  private computed = process.cpuUsage();

  constructor(private readonly base: number) {}

  get grewMiB(): number {
    return Math.max(0, peak() - this.base);
  }

  add(number: number, ms: number, error: string | undefined): void {
    if (error !== undefined) {
      this.refused[error] = (this.refused[error] ?? 0) + 1;
    } else {
      this.accepted++;
    }
    if (ms > this.slowest.ms) {
      this.slowest = { case: number, ms };
    }
  }

  report(next: number, isDue = performance.now() - this.last >= REPORT_EVERY): void {
    if (!isDue) {
      return;
    }
    const { accepted, refused, slowest, grewMiB } = this;
    const { user, system } = process.cpuUsage(this.computed);
    const computing = (user + system) / 1e6;
    say({ kind: 'progress', next, tally: { accepted, refused, slowest, computing, grewMiB } });
    this.accepted = 0;
    this.refused = {};
    this.slowest = { case: 0, ms: 0 };
    this.last = performance.now();
    this.computed = process.cpuUsage();
  }
}

async function readCases(job: ChildJob): Promise<void> {
  const values = Object.values((await import(job.module)) as Record<string, unknown>).flat();
  const format = (values as FuzzFormat[]).find(({ name }) => name === job.format);
  if (format === undefined) {
    throw new Error(`expected a format of ${job.module}, got ${job.format}`);
  }
  const cases = await FormatCases.open(format, job.seed, job.place);
  const state = openSync(job.state, 'w');
  const place = Buffer.alloc(8);
  const skip = new Set(job.skip);
  const base = peak();
  const counter = new Counter(base);
  say({ kind: 'ready' });
  for (let number = job.from; number < job.to; number++) {
    if (skip.has(number)) {
      continue;
    }
    place.writeDoubleLE(number);
    writeSync(state, place, 0, 8, 0);
    const start = performance.now();
    const outcome = await cases.run(number);
    const ms = performance.now() - start;
    if (outcome.kind === 'untyped' || outcome.kind === 'wrong content') {
      say({ kind: 'fault', case: number, fault: outcome });
      counter.report(number + 1, true);
    } else {
      counter.add(number, ms, outcome.kind === 'refused' ? outcome.error : undefined);
    }
    const { grewMiB } = counter;
    if (grewMiB > format.limitMiB && !job.isAlone) {
      counter.report(number + 1, true);
      say({ kind: 'memory', case: number, grewMiB });
      return;
    }
    if (number % COLLECT_EVERY === 0) {
      const now = process.memoryUsage.rss() / MIB;
      if (now - base > format.limitMiB / 3) {
        globalThis.gc?.();
      }
    }
    counter.report(number + 1);
  }
  counter.report(job.to, true);
  say({ kind: 'done' });
}

const job = JSON.parse(process.argv[2]) as ChildJob;
// Ends this process with the one that watches it, also in a case that hangs.
const watcher = new URL(import.meta.resolve('#lib/notebook/run/parent-watch.js'));
new Worker(watcher, { workerData: job.parent }).unref();
await readCases(job);
process.exit(0); // readers may leave timers and threads
