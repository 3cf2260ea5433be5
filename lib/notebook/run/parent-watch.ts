/**
 * The thread that ends the process of a notebook when the one that started it has ended, even while a
 * cell computes and never yields; a killed parent cannot do that.
 */
import { workerData } from 'node:worker_threads';
import { isOrphan } from '../kernel/orphan.js';

/** How often to look, in ms. */
const WATCH_MS = 500;

const parent = workerData as number;

setInterval(() => {
  if (!isOrphan(parent)) {
    return;
  }
  try {
    process.kill(-process.pid, 'SIGKILL'); // with the processes that its cells have started
  } catch {
    process.kill(process.pid, 'SIGKILL'); // it leads no group: it was not started by a run
  }
}, WATCH_MS);
