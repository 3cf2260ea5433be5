/** The course of a number over very many steps, in bounded space. */

/** The mean of a number over some steps. */
export interface StepMean {
  /** The last of these steps. */
  readonly step: number;
  readonly mean: number;
}

interface Bucket {
  last: number;
  sum: number;
  count: number;
}

/**
 * Means over equally many values each. When there are too many, neighbours are merged, so that a run
 * of a million steps takes no more space than one of some hundred.
 *
 * @example
 * const losses = new StepMeans(400);
 * losses.add(1, 2.9);
 * losses.means(); // [{ step: 1, mean: 2.9 }]
 */
export class StepMeans {
  private buckets: Bucket[] = [];
  private perBucket = 1;

  /** @param most - the most means that are kept, an even number */
  constructor(private readonly most: number) {}

  /** Adds the value of a step; one that is not finite is left out. */
  add(step: number, value: number): void {
    if (!Number.isFinite(value)) {
      return;
    }
    const last = this.buckets.at(-1);
    if (last !== undefined && last.count < this.perBucket) {
      last.last = step;
      last.sum += value;
      last.count++;
      return;
    }
    if (this.buckets.length >= this.most) {
      this.halve();
    }
    this.buckets.push({ last: step, sum: value, count: 1 });
  }

  /** The means so far; the last one may be over fewer values. */
  means(): readonly StepMean[] {
    return this.buckets.map(({ last, sum, count }) => ({ step: last, mean: sum / count }));
  }

  private halve(): void {
    const merged: Bucket[] = [];
    for (let i = 0; i < this.buckets.length; i += 2) {
      const [a, b = { last: a.last, sum: 0, count: 0 }] = this.buckets.slice(i, i + 2);
      merged.push({ last: b.last, sum: a.sum + b.sum, count: a.count + b.count });
    }
    this.buckets = merged;
    this.perBucket *= 2;
  }
}
