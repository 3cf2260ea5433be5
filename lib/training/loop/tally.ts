/** Sums over the steps of an epoch; they are stored in checkpoints, so that means stay exact. */

/** Sums over the steps of an epoch so far. */
export interface Tally {
  readonly steps: number;
  readonly loss: number;
  readonly architectureSteps: number;
  readonly architectureLoss: number;
  /** Time of the steps, waiting for data included. */
  readonly seconds: number;
  /** Time spent waiting for data. */
  readonly dataSeconds: number;
}

/** The tally at the start of an epoch. */
export const NOTHING_YET: Tally = {
  steps: 0,
  loss: 0,
  architectureSteps: 0,
  architectureLoss: 0,
  seconds: 0,
  dataSeconds: 0,
};

/** What one step adds. */
export interface StepRecord {
  readonly loss: number;
  readonly architectureLoss: number | null;
  readonly seconds: number;
  readonly dataSeconds: number;
}

/** The tally with one more step. */
export function addStep(tally: Tally, step: StepRecord): Tally {
  return {
    steps: tally.steps + 1,
    loss: tally.loss + step.loss,
    architectureSteps: tally.architectureSteps + (step.architectureLoss === null ? 0 : 1),
    architectureLoss: tally.architectureLoss + (step.architectureLoss ?? 0),
    seconds: tally.seconds + step.seconds,
    dataSeconds: tally.dataSeconds + step.dataSeconds,
  };
}

/** Mean losses and times of an epoch, as the history has them. */
export function summarise(tally: Tally) {
  const { steps, architectureSteps } = tally;
  return {
    loss: steps === 0 ? null : tally.loss / steps,
    architectureLoss: architectureSteps === 0 ? null : tally.architectureLoss / architectureSteps,
    seconds: tally.seconds,
    dataSeconds: tally.dataSeconds,
  };
}

/** The tally in the `extra` of a checkpoint; an empty one if there is none. */
export function parseTally(extra: unknown): Tally {
  const stored = ((extra ?? {}) as { tally?: unknown }).tally ?? {};
  const numbers = Object.fromEntries(
    Object.entries(stored).filter(([, value]) => typeof value === 'number'),
  );
  return { ...NOTHING_YET, ...numbers };
}
