/** The learning rate of a retraining. */
import { ConfigError } from '../errors.js';
import { poly, warmUp, type Schedule } from '../optimizer/schedule.js';
import { checkUseful } from '../training/useful-schedule.js';

/** What the learning rate follows from; `RetrainConfig` explains the fields. */
export interface ScheduleConfig {
  readonly learningRate: number;
  readonly finalLearningRate: number;
  readonly power: number;
  readonly warmUpSteps: number;
  readonly decayStart: number;
}

/**
 * The learning rate by step: polynomial decay, after a warm-up if there is one.
 *
 *     final + (initial − final) · (1 − (t − s) / (T − s))^power,  initial while t < s
 *
 * with s `decayStart`. It follows from the options and the step alone: a run that is resumed with another
 * length T takes the rate that a run of this length has there.
 *
 * @param steps - length of the run, T
 * @throws {@link ConfigError} if the warm-up or the constant part is as long as the run, or the rate stays
 *   near 0
 */
export function retrainSchedule(config: ScheduleConfig, steps: number): Schedule {
  const { learningRate: initial, finalLearningRate: final, power, warmUpSteps } = config;
  const { decayStart } = config;
  if (decayStart >= steps) {
    throw new ConfigError(
      `retrain decayStart: expected fewer than the ${steps} steps of the run, got ${decayStart}; ` +
        'the learning rate would never fall: lower it, or set finalLearningRate to learningRate',
    );
  }
  if (warmUpSteps >= steps) {
    throw new ConfigError(
      `retrain warmUpSteps: expected fewer than the ${steps} steps of the run, got ${warmUpSteps}; ` +
        'the run would end before the learning rate has risen',
    );
  }
  const falling = poly({ initial, final, power, steps: steps - decayStart });
  const decay: Schedule = (step) => falling(step - decayStart); // `poly` is constant before 0
  const schedule = warmUpSteps === 0 ? decay : warmUp(decay, { steps: warmUpSteps });
  checkUseful('retrain', schedule, {
    steps,
    learningRate: initial,
    advice: 'warmUpSteps or power',
  });
  return schedule;
}
