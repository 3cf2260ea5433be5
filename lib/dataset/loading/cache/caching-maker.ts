import type { BatchMaker } from '../worker-pool.js';
import type { SampleCache } from './sample-cache.js';

/**
 * Makes the batches that another makes, reading samples through a cache.
 *
 * @param maker - is closed with it
 * @param onNote - told what the user should know of the cache
 */
export function cachingMaker(
  maker: BatchMaker,
  cache: SampleCache,
  onNote: (note: string) => void,
): BatchMaker {
  return {
    make: async (task) => {
      const result = await maker.make({ ...task, cache });
      result.notes.forEach(onNote);
      return result;
    },
    close: () => maker.close(),
  };
}
