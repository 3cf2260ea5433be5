/** `npm run soak`: works for a long time and says what grows. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeMachine } from '../bench/machine.js';
import { runProgram } from '../helpers/run-program.js';
import { ChildSubject } from './child-subject.js';
import { KernelSubject } from './kernel/subject.js';
import type { Job } from './messages.js';
import { parseOptions, type SoakOptions } from './options.js';
import { readRecorded, reportOf, writeRecorded, type Recorded } from './recorded.js';
import { progressLine } from './report.js';
import type { Sample } from './sample.js';
import { watch } from './watch.js';

/** The root of the project: two folders up both from test/soak and from out/soak. */
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Progress is said, and results are written, this often. */
const TELL_MS = 30_000;

const KERNEL = path.join(root, 'dist', 'notebook', 'kernel', 'start.js');
const CHILD = path.join(root, 'out', 'soak', 'child', 'main.js');

/** A process that is watched. */
interface Subjected {
  readonly job: Job;
  readonly samples: Sample[];
  failure: string | null;
}

const startOf = (job: Job) =>
  job.work === 'kernel' ? KernelSubject.start(KERNEL, job) : new ChildSubject(CHILD, job);

/** Processes that want to run, averaged over a minute. */
const load = () => Number(loadavg()[0].toFixed(1));

async function follow(followed: Subjected, options: SoakOptions, signal: AbortSignal) {
  const { job, samples } = followed;
  if (signal.aborted) {
    return;
  }
  mkdirSync(job.folder, { recursive: true });
  try {
    const watched = await watch(await startOf(job), {
      seconds: 60 * options.minutes,
      everyMs: 1000 * options.every,
      signal,
      onSample: (sample) => samples.push(sample),
    });
    followed.failure = watched.failure ?? null;
  } catch (error) {
    followed.failure = String(error);
  }
  rmSync(job.folder, { recursive: true, force: true });
}

async function soak(options: SoakOptions): Promise<void> {
  const { seed, collect, minutes, json } = options;
  const machine = describeMachine(root);
  const folder = mkdtempSync(path.join(tmpdir(), 'autodeeplab-soak-'));
  const all: Subjected[] = options.only.flatMap((work) =>
    options.backend.map((backend) => ({
      job: { work, backend, seed, collect, folder: path.join(folder, `${work}-${backend}`) },
      samples: [],
      failure: null,
    })),
  );
  const controller = new AbortController();
  process.once('SIGINT', () => {
    console.error('\nending; what was measured so far follows');
    controller.abort();
  });
  const loads = [load()];
  const measured = (): Recorded => ({
    machine,
    settings: { ...options, json: undefined },
    loads,
    processes: all.map(({ job: { work, backend }, samples, failure }) => ({
      work,
      backend,
      samples,
      failure,
    })),
  });
  const write = () => {
    if (json !== undefined) {
      writeRecorded(json, measured());
    }
  };
  const timer = setInterval(() => {
    loads.push(load());
    write();
    for (const { job, samples } of all) {
      const latest = samples.at(-1);
      if (latest !== undefined && latest.seconds < 60 * minutes) {
        const inside = samples.findLast(({ rounds }) => rounds !== undefined);
        console.error(progressLine(job, { ...inside, ...latest }, minutes));
      }
    }
  }, TELL_MS);
  const waiting = [...all];
  const next = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      await follow(one, options, controller.signal);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, next));
  clearInterval(timer);
  rmSync(folder, { recursive: true, force: true });
  write();
  console.log(reportOf(measured()));
  if (all.some(({ failure }) => failure !== null)) {
    process.exitCode = 1;
  }
}

await runProgram(async () => {
  const options = parseOptions(process.argv.slice(2));
  if (options.report === undefined) {
    await soak(options);
  } else {
    console.log(reportOf(readRecorded(options.report)));
  }
});
