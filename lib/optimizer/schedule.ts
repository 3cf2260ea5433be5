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
 * @throws {@link ConfigError} if `steps` is not above 0
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
 * @throws {@link ConfigError} if `steps` is not above 0
 */
export function poly(options: {
  readonly initial: number;
  readonly steps: number;
  readonly power?: number;
  readonly final?: number;
}): Schedule {
  const { initial, steps, power = 0.9, final = 0 } = options;
  checkSteps('poly', steps);
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
 * @throws {@link ConfigError} if `steps` is not above 0
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
  return (step) => {
    if (step >= steps) {
      return schedule(step);
    }
    return shape === 'constant' ? from : from + (schedule(steps) - from) * progress(step, steps);
  };
}
