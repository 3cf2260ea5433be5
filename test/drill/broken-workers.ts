/**
 * A thread that reads images ends, fails or gives no answer. The error says so, the state is kept, and
 * the resumed run comes to the right results; Ctrl-C does not wait for a thread that gives no answer.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill, Trial } from './drill.js';
import type { Field } from './field.js';
import type { Outcome } from './figures.js';
import type { Faults } from './process.js';
import type { Server } from './server.js';

type How = NonNullable<Faults['worker']>['how'];

const WORKERS = ['--workers', '2'];

/** Five minutes of patience become three seconds. */
const HURRY = 100;

/** Ctrl-C ends a run within this time, in ms, on a machine with other work too. */
const PROMPT_MS = 60_000;

async function broken(field: Field, server: Server, at: number, how: How): Promise<Outcome> {
  const place = field.place();
  const faults = { worker: { at, how }, hurry: HURRY };
  const { code, output } = await field.start(place, faults, WORKERS).ended;
  if (code !== 1 || !output.includes('expected its worker thread to make batches')) {
    return { figures: { runs: 1 }, problems: [`exit code ${code}: ${output.trim()}`] };
  }
  return field.finish(server, place, { runs: 1 });
}

async function interrupted(field: Field, server: Server): Promise<Outcome> {
  const place = field.place();
  const { child, ended } = field.start(place, { worker: { at: 2, how: 'hang' } }, WORKERS);
  while (place.stepsDone === 0 && child.exitCode === null) {
    await sleep(100);
  }
  child.kill('SIGINT');
  const given = new AbortController();
  const late = sleep(PROMPT_MS, undefined, given).then(
    () => child.kill('SIGKILL'),
    () => false,
  );
  const { code, output } = await ended;
  given.abort();
  await late;
  if (code !== 130) {
    return { figures: { runs: 1 }, problems: [`after Ctrl-C exit code ${code}: ${output.trim()}`] };
  }
  return field.finish(server, place, { runs: 1, kills: 1 });
}

/** A kind for each way, of the commands that have workers. */
function drillOf(name: string, trials: (field: Field) => readonly Trial[]): Drill {
  return { name, trials: (field) => (field.command.hasWorkers ? trials(field) : []) };
}

export const deadWorkers = drillOf('dead workers', (field) =>
  (['exit', 'error'] as const).flatMap((how) =>
    [1, 2].map((at) => ({
      what: `${how} at batch ${at} of a thread`,
      run: (server: Server) => broken(field, server, at, how),
    })),
  ),
);

export const hungWorkers = drillOf('hung workers', (field) => [
  ...[1, 2].map((at) => ({
    what: `no answer to batch ${at} of a thread`,
    run: (server: Server) => broken(field, server, at, 'hang'),
  })),
  { what: 'Ctrl-C meanwhile', run: (server: Server) => interrupted(field, server) },
]);
