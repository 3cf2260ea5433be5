/** Refuses learning rates with which a run would do nothing. */
import { ConfigError } from '../errors.js';
import type { Schedule } from '../optimizer/schedule.js';
import { short } from '../text.js';

/** A run whose mean learning rate is a smaller share of the first trains next to nothing. */
const LEAST_MEAN = 0.01;

/** At most n steps of a schedule are looked at, spread evenly. */
const SAMPLES = 10_000;

/**
 * Checks that a schedule trains.
 *
 * @param advice - the options that lower it
 * @throws {@link ConfigError} if its mean is below a hundredth of `learningRate`
 */
export function checkUseful(
  where: string,
  schedule: Schedule,
  options: { readonly steps: number; readonly learningRate: number; readonly advice: string },
): void {
  const { steps, learningRate, advice } = options;
  const count = Math.min(steps, SAMPLES);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += schedule(Math.floor((i * steps) / count));
  }
  const mean = sum / count;
  if (!(mean >= LEAST_MEAN * learningRate)) {
    throw new ConfigError(
      `${where}: expected a learning rate that is at least 1 % of learningRate ${learningRate} on ` +
        `average over the ${steps} steps, got ${short(mean)}; lower ${advice}`,
    );
  }
}

/** Throws unless the learning rate falls, or stays. */
export function checkFalls(
  where: string,
  {
    learningRate,
    finalLearningRate,
  }: Readonly<Record<'learningRate' | 'finalLearningRate', number>>,
): void {
  if (finalLearningRate > learningRate) {
    throw new ConfigError(
      `${where} finalLearningRate: expected at most learningRate ${learningRate}, got ` +
        `${finalLearningRate}; the learning rate would rise: lower finalLearningRate too`,
    );
  }
}
