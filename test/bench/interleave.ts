/** Runs several workers in turn, step by step, so that noise of the machine hits all alike. */
import type { ReadyMessage, StepMessage } from './messages.js';

/** Something that can be started and asked for steps; a child process, or a fake one in tests. */
export interface StepWorker {
  /** Starts it and runs its warm-up. */
  start(): Promise<ReadyMessage>;
  /** Runs one measured step. */
  step(): Promise<StepMessage>;
  /** Ends it; never throws. */
  close(): Promise<void>;
}

/** What a worker gave. */
export interface Outcome {
  /** Undefined if it did not start. */
  readonly ready: ReadyMessage | undefined;
  readonly steps: readonly StepMessage[];
  /** Why it did not finish; undefined if it did. */
  readonly failure: string | undefined;
}

/** So many runs are measured however long they take. */
const LEAST_RUNS = 2;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One worker with what it has given so far. */
class Turn {
  ready: ReadyMessage | undefined;
  readonly steps: StepMessage[] = [];
  failure: string | undefined;

  constructor(private readonly worker: StepWorker) {}

  async start(): Promise<void> {
    await this.attempt(async () => {
      this.ready = await this.worker.start();
    });
  }

  async step(budgetMs: number): Promise<void> {
    const spent = this.steps.reduce((sum, { ms }) => sum + ms, 0);
    const isEnough = spent >= budgetMs && this.steps.length >= LEAST_RUNS;
    if (this.failure === undefined && !isEnough) {
      await this.attempt(async () => {
        this.steps.push(await this.worker.step());
      });
    }
  }

  /** A failure ends this worker and leaves the others alone. */
  private async attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.failure = messageOf(error);
      await this.worker.close();
    }
  }
}

/**
 * Starts the workers one after another, then runs step 1 of each, step 2 of each, and so on.
 *
 * Only one works at a time. A worker that fails is left out from there on; one that has run for
 * longer than `budgetMs` is done after two steps.
 *
 * @param runs - measured steps of each worker
 * @returns what each gave, in the order of `workers`
 */
export async function interleave(
  workers: readonly StepWorker[],
  runs: number,
  budgetMs = Infinity,
): Promise<readonly Outcome[]> {
  const turns = workers.map((worker) => new Turn(worker));
  try {
    for (const turn of turns) {
      await turn.start();
    }
    for (let run = 0; run < runs; run++) {
      for (const turn of turns) {
        await turn.step(budgetMs);
      }
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
  return turns.map(({ ready, steps, failure }) => ({ ready, steps, failure }));
}
