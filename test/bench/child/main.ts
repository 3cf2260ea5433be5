/**
 * The child process that runs one work on one backend of the library: one line for each step that
 * the parent asks for, until it closes the input.
 */
import { createInterface } from 'node:readline';
import type { runs } from 'autodeeplab';
import { useBackend } from 'autodeeplab';
import type { Work } from '../cases.js';
import type { Job, Message, StepMessage } from '../messages.js';
import { measureCeilings } from './ceilings.js';
import { inferWork } from './infer-work.js';
import type { MeasuredWork, ProgramMode } from './measured-work.js';
import { peakMiB } from './process-memory.js';
import { retrainWork } from './retrain-work.js';
import { searchWork } from './search-work.js';

/** Threads that the library's commands ask for: see `lib/cli/search.ts` and its neighbours. */
const THREADS: Readonly<Record<Work['kind'], runs.ThreadRequest>> = {
  search: { intra: 1 },
  retrain: {},
  infer: {},
};

function send(message: Message): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function prepare(work: Work, how: ProgramMode): MeasuredWork {
  switch (work.kind) {
    case 'search':
      return searchWork(work, how);
    case 'retrain':
      return retrainWork(work, how);
    case 'infer':
      return inferWork(work, how);
  }
}

async function step(measured: MeasuredWork): Promise<StepMessage> {
  const start = performance.now();
  const { parts, loss } = await measured.run();
  return { event: 'step', ms: performance.now() - start, parts, peakMiB: peakMiB(), loss };
}

function versionsOf({ versions }: runs.BackendInfo): Record<string, string> {
  return { ...versions };
}

async function serve(job: Job): Promise<void> {
  const { work, implementation = 'compiled', precision = 'float32', warmUp, profile } = job;
  const backend = implementation === 'wasm' ? 'wasm' : 'tensorflow';
  // wasm runs one kernel at a time: all its threads belong to one.
  const request = backend === 'wasm' ? {} : THREADS[work.kind];
  const info = await useBackend(backend, { threads: request });
  const start = performance.now();
  const measured = prepare(work, {
    mode: implementation === 'compiled' ? 'graph' : 'eager',
    precision,
  });
  const setupMs = performance.now() - start;
  const setupPeakMiB = peakMiB();
  const warmUpMs: number[] = [];
  for (let i = 0; i < warmUp; i++) {
    warmUpMs.push((await step(measured)).ms);
  }
  const { intra, inter } = info.threads;
  if (profile === true) {
    const profiles = measured.profile?.() ?? [];
    send({ event: 'profiled', profiles, ceilings: await measureCeilings(inter) });
    return;
  }
  send({
    event: 'ready',
    setupMs,
    setupPeakMiB,
    warmUpMs,
    estimate: measured.memory
      ? { recompute: measured.memory.recompute, totalMiB: measured.memory.total / 2 ** 20 }
      : null,
    threads: { intra, inter },
    versions: versionsOf(info),
  });
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'step') {
      send(await step(measured));
    }
  }
}

try {
  await serve(JSON.parse(process.argv[2]) as Job);
} catch (error) {
  send({ event: 'error', message: error instanceof Error ? error.message : String(error) });
}
// Threads of a backend must not keep the process alive.
process.exit();
