import { availableParallelism } from 'node:os';
import { inThisThread, WorkerPool, type BatchMaker } from '../dataset/loading/worker-pool.js';

/**
 * Threads that make the batches of all loaders of a run.
 *
 * @param workers - how many; 0: the main thread; null: one less than the cores, at most 2
 * @returns what makes batches; the caller closes it
 */
export function batchMaker(workers: number | null): BatchMaker {
  const count = workers ?? Math.max(1, Math.min(2, availableParallelism() - 1));
  return count === 0 ? inThisThread : new WorkerPool(count);
}
