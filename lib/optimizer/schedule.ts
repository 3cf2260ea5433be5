/**
 * Schedules: pure functions from the number of steps (or epochs) done to a value.
 *
 * A schedule starts at 0, ends at `steps` and keeps its last value from there on. The result is fed
 * to the step as a scalar.
 */
import { ConfigError } from '../errors.js';

/** The value after `step` steps (or epochs). */
export type Schedule = (step: number) => number;

/** The share of the schedule that is done, from 0 to 1. */
function progress(step: number, steps: number): number {
  return Math.min(Math.max(step / steps, 0), 1);
}

/** Checks the length of a schedule. */
function checkSteps(where: string, steps: number): void {
  if (!(steps > 0 && steps < Infinity)) {
    throw new ConfigError(`${where}: expected a number of steps above 0, got ${steps}`);
  }
}

/** Checks the ends of a schedule. */
function checkEnds(where: string, initial: number, final: number): void {
  const isValue = (value: number) => value >= 0 && value < Infinity;
  if (!isValue(initial) || !isValue(final) || initial + final === 0) {
    throw new ConfigError(
      `${where}: expected values of 0 or more, not both 0, got ${initial} and ${final}; ` +
        'a schedule of zeros would train nothing',
    );
  }
}

/** A constant value. */
export function constant(value: number): Schedule {
  return () => value;
}

/**
 * Half a cosine wave from `initial` to exactly `final`.
 *
 *     final + (initial − final) · (1 + cos(π t / T)) / 2
 *
 * Source: Auto-DeepLab §5.1: 0.025 to 0.001 for w. DARTS steps it once per epoch: count epochs in
 * `steps` and wrap it in {@link perEpoch}; count steps for a smooth curve.
 *
 * @throws {@link ConfigError} if `steps` is not above 0, or both ends are 0 or one is below
 *
 * @example
 * const learningRate = perEpoch(cosine({ initial: 0.025, final: 0.001, steps: 40 }), 743);
 */
export function cosine(options: {
  readonly initial: number;
  readonly final: number;
  readonly steps: number;
}): Schedule {
  const { initial, final, steps } = options;
  checkSteps('cosine', steps);
  checkEnds('cosine', initial, final);
  return (step) =>
    final + ((initial - final) * (1 + Math.cos(Math.PI * progress(step, steps)))) / 2;
}

/**
 * Polynomial decay from `initial` to exactly `final`.
 *
 *     final + (initial − final) · (1 − t / T)^power
 *
 * Source: Auto-DeepLab §5.2 (initial 0.05); power 0.9 and end 0 are the defaults of the authors' code.
 *
 * @throws {@link ConfigError} if `steps` or `power` is not above 0, or both ends are 0 or one is below
 */
export function poly(options: {
  readonly initial: number;
  readonly steps: number;
  readonly power?: number;
  readonly final?: number;
}): Schedule {
  const { initial, steps, power = 0.9, final = 0 } = options;
  checkSteps('poly', steps);
  checkEnds('poly', initial, final);
  if (!(power > 0 && power < Infinity)) {
    throw new ConfigError(`poly: expected a power above 0, got ${power}`);
  }
  return (step) => final + (initial - final) * (1 - progress(step, steps)) ** power;
}

/** A schedule over epochs as one over steps: constant within an epoch. */
export function perEpoch(schedule: Schedule, stepsPerEpoch: number): Schedule {
  checkSteps('perEpoch', stepsPerEpoch);
  return (step) => schedule(Math.floor(step / stepsPerEpoch));
}

/**
 * A schedule that starts with `steps` steps of warm-up.
 *
 * `linear` rises from `from` to the schedule's value at the end of the warm-up; `constant` holds
 * `from`, as `slow_start_step` of the authors' code does.
 * Assumption: the paper does not mention warm-up; nothing here uses it by default.
 *
 * @throws {@link ConfigError} if `steps` is not above 0, or the warm-up would be zero throughout
 */
export function warmUp(
  schedule: Schedule,
  options: {
    readonly steps: number;
    readonly from?: number;
    readonly shape?: 'linear' | 'constant';
  },
): Schedule {
  const { steps, from = 0, shape = 'linear' } = options;
  checkSteps('warmUp', steps);
  if (!(from >= 0 && from < Infinity && (shape === 'constant' ? from : schedule(steps)) > 0)) {
    throw new ConfigError(
      shape === 'constant'
        ? `warmUp: expected a constant above 0 as from, got ${from}; it would train nothing`
        : `warmUp: expected a schedule above 0 after the ${steps} steps of warm-up, got ` +
            `${schedule(steps)} (from ${from}); lower its steps`,
    );
  }
  return (step) => {
    if (step >= steps) {
      return schedule(step);
    }
    return shape === 'constant' ? from : from + (schedule(steps) - from) * progress(step, steps);
  };
}
