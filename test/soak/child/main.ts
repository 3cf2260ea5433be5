/** The process that works at a search or an evaluation; its last argument is the job. */
import { useBackend } from 'autodeeplab';
import type { Job, Order, Report } from '../messages.js';
import { evaluateWork } from './evaluate.js';
import { collectGarbage, readInside } from './inside.js';
import { searchWork } from './search.js';

const job = JSON.parse(process.argv[2]) as Job;
const controller = new AbortController();
let rounds = 0;
let isReady = false;

function tell(report: Report): void {
  process.send?.(report);
}

function stop(): void {
  controller.abort();
}

process.on('message', (order: Order) => {
  if (order === 'stop') {
    stop();
    return;
  }
  if (job.collect) {
    collectGarbage();
  }
  tell({ kind: 'sample', inside: isReady ? readInside(rounds) : null });
});
process.on('disconnect', stop);

const works = { search: searchWork, evaluate: evaluateWork } as const;

try {
  await useBackend(job.backend);
  isReady = true;
  await works[job.work as keyof typeof works](job, {
    signal: controller.signal,
    onRound: () => {
      rounds++;
    },
  });
} catch (error) {
  if (!controller.signal.aborted) {
    tell({ kind: 'failed', reason: error instanceof Error ? (error.stack ?? '') : String(error) });
    process.exitCode = 1;
  }
}
if (process.connected) {
  process.disconnect();
}
