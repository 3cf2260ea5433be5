import { setImmediate as nextTurn } from 'node:timers/promises';
import { abortable } from '../../interrupt.js';

/** How many files are read at the same time: as many as Node has threads for files. */
const PARALLEL = 4;

/** How to watch and stop work on many files. */
export interface FileWork {
  readonly signal?: AbortSignal | undefined;
  /** Called after each. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Does work for each item, a few at a time.
 *
 * @returns the results in the order of the items
 * @throws the signal's reason if it is aborted
 * @throws the first error of the work
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  { signal, onProgress }: FileWork = {},
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      signal?.throwIfAborted();
      const index = next++;
      results[index] = await abortable(work(items[index]), signal);
      await nextTurn(); // so that a signal is heard
      onProgress?.(++done, items.length);
    }
  };
  signal?.throwIfAborted();
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, worker));
  signal?.throwIfAborted();
  return results;
}
