/** What the time of a step is spent on. */
import { addWork, NO_WORK, type StepWork } from './step-work.js';

/** All runs of one operation of TensorFlow in a step. */
export interface OperationProfile extends StepWork {
  /** TensorFlow's name, such as `Conv2D`. */
  readonly operation: string;
  /** How often it ran. */
  readonly runs: number;
  /**
   * Seconds in which its kernels ran, summed; kernels that run side by side count both, and one that waits
   * for a core that others have counts as running. On a GPU it is the time that starting them took.
   */
  readonly seconds: number;
}

/** What the time of one call of a step was spent on. */
export interface StepProfile {
  /** Seconds from the call to its end, with the notes that TensorFlow takes. */
  readonly seconds: number;
  /** The operation with most seconds first. */
  readonly operations: readonly OperationProfile[];
}

/** One run of an operation, with the work that is known of it. */
export interface OperationRun {
  readonly operation: string;
  readonly seconds: number;
  readonly work: StepWork | undefined;
}

/** Sums runs by operation. */
export function sumByOperation(runs: readonly OperationRun[]): OperationProfile[] {
  const sums = new Map<string, OperationProfile>();
  for (const { operation, seconds, work } of runs) {
    const sum = sums.get(operation) ?? { ...NO_WORK, runs: 0, seconds: 0 };
    sums.set(operation, {
      ...addWork(sum, work ?? NO_WORK),
      operation,
      runs: sum.runs + 1,
      seconds: sum.seconds + seconds,
    });
  }
  return [...sums.values()].sort((a, b) => b.seconds - a.seconds);
}
