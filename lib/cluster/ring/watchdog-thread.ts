/** The thread that ends this process when another one is gone and a step does not end; see `watchdog.ts`. */
import { writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { openSocket } from '../reach.js';
import type { Watched, WatchdogData } from './watchdog.js';

const { others, beats, pauseMs, graceMs } = workerData as WatchdogData;
const count = new Int32Array(beats);

/** Tries in a row that fail when a process is gone. */
const FAILURES = 2;

/** Why its server cannot be reached; undefined if it can. */
async function problemOf({ server }: Watched): Promise<string | undefined> {
  try {
    (await openSocket(server)).destroy();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Whether the main thread is blocked for all of its grace. */
async function isBlocked(): Promise<boolean> {
  const before = Atomics.load(count, 0);
  await setTimeout(graceMs);
  return Atomics.load(count, 0) === before;
}

async function watch(other: Watched): Promise<void> {
  for (let failures = 0; ;) {
    await setTimeout(pauseMs);
    const problem = await problemOf(other);
    failures = problem === undefined ? 0 : failures + 1;
    if (failures >= FAILURES && (await isBlocked())) {
      writeSync(
        2,
        `error: ring: expected ${other.name} to go on, got: ${problem}, and a step that does not end. This ` +
          'process ends without saving; start all ranks again and resume the run from its last checkpoint\n',
      );
      process.kill(process.pid, 'SIGKILL');
    }
  }
}

await Promise.all(others.map(watch));
