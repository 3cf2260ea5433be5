/** Which samples stand in for those that cannot be read. */
import { DataError } from '../../errors.js';
import { Random } from '../../random.js';
import { count } from '../../text.js';
import type { Sample } from '../dataset.js';
import type { BadEntry, BatchEntry } from './batch.js';

/** The share of the samples that may be unreadable. */
const MOST = 0.1;

/** What is drawn for one place of an epoch: a sample, and maybe a class that its window is to show. */
export type Draw = Pick<BatchEntry, 'index' | 'draw' | 'wanted'>;

/**
 * Stand-ins for samples that cannot be read. Which sample takes a place follows from the seed, the epoch
 * and the place alone, whenever a bad one is found, so that a resumed run sees the same.
 */
export class Substitutes {
  private readonly bad = new Set<number>();

  /** @param onBad - called once for each sample that cannot be read */
  constructor(
    private readonly samples: readonly Sample[],
    private readonly seed: number,
    private readonly onBad: (sample: Sample, reason: string) => void,
  ) {}

  /** The draw itself, or if its sample is bad, the first one of a random order that is not. */
  replace(epoch: number, drawn: Draw): Draw {
    const { draw } = drawn;
    const random = new Random(this.seed).fork(`substitute/${epoch}/${draw}`);
    let { index } = drawn;
    while (this.bad.has(index)) {
      index = random.integer(this.samples.length);
    }
    return index === drawn.index ? drawn : { index, draw };
  }

  /**
   * Counts samples that could not be read.
   *
   * @throws {@link DataError} if more than a tenth of the samples cannot be read
   */
  add(entries: readonly BadEntry[]): void {
    for (const { index, reason } of entries.filter((entry) => !this.bad.has(entry.index))) {
      this.bad.add(index);
      const sample = this.samples[index];
      this.onBad(sample, reason);
      if (this.bad.size > MOST * this.samples.length) {
        throw new DataError(
          `loader: expected at most a tenth of ${count(this.samples.length, 'sample')} that cannot be ` +
            `read, got ${this.bad.size}, the last one: ${reason}; check the dataset folder`,
          sample.imageFile,
        );
      }
    }
  }
}
