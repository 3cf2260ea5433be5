/** Batches of both halves, side by side. */
import type { Batch } from '../dataset/loading/batch.js';
import type { EpochOptions, Loader } from '../dataset/loading/loader.js';

/** What one step of the search learns from. */
export interface PairedBatch {
  /** Of half A, for the weights. */
  readonly a: Batch;
  /** Of half B, for the architecture; undefined while it is not trained. */
  readonly b: Batch | undefined;
}

/**
 * The batches of an epoch. A pair is yielded once both are there, so that a step is done as a whole
 * or not at all.
 *
 * @param b - undefined while the architecture is not trained
 */
export async function* pairedBatches(
  a: Loader,
  b: Loader | undefined,
  epoch: number,
  options: EpochOptions,
): AsyncGenerator<PairedBatch, void, undefined> {
  const ofA = a.epoch(epoch, options)[Symbol.asyncIterator]();
  const ofB = b?.epoch(epoch, options)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = ofB?.next() ?? Promise.resolve(undefined);
      const [first, second] = await Promise.all([ofA.next(), next]);
      if (first.done || second?.done) {
        return;
      }
      yield { a: first.value, b: second?.value };
    }
  } finally {
    await ofA.return?.();
    await ofB?.return?.();
  }
}
