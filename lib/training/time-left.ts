/** How long work will still take, from what its pieces took so far. */
import { median } from '../text.js';

/** Pieces of work of one kind that remain. */
export interface RemainingWork {
  readonly kind: string;
  readonly count: number;
  /**
   * What a piece is taken to cost until one was measured: `times` a piece of the `reference` kind.
   * Architecture steps begin late in a search, and their cost should not come as a surprise.
   */
  readonly guess?: { readonly reference: string; readonly times: number };
}

/** How many of the last durations of each kind count. */
const WINDOW = 25;

/**
 * Estimates the time left: the number of pieces times the median of their last durations, so that
 * the slow first step does not count for much.
 */
export class TimeLeft {
  private readonly durations = new Map<string, number[]>();

  /** Notes that one piece of a kind took some seconds. */
  add(kind: string, seconds: number): void {
    const list = this.durations.get(kind) ?? [];
    list.push(seconds);
    if (list.length > WINDOW) {
      list.shift();
    }
    this.durations.set(kind, list);
  }

  /** Seconds that the work will take; undefined if a kind can be neither measured nor guessed. */
  estimate(work: readonly RemainingWork[]): number | undefined {
    let total = 0;
    for (const { kind, count, guess } of work) {
      if (count > 0) {
        const reference = guess && this.typical(guess.reference);
        const each = this.typical(kind) ?? (reference && reference * guess.times);
        if (each === undefined) {
          return undefined;
        }
        total += count * each;
      }
    }
    return total;
  }

  private typical(kind: string): number | undefined {
    const list = this.durations.get(kind);
    return list && median(list);
  }
}
