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
}

/**
 * The learning rate by step: polynomial decay, after a warm-up if there is one.
 *
 * @param steps - length of the run
 * @throws {@link ConfigError} if the warm-up is as long as the run, or the rate stays near 0
 */
export function retrainSchedule(config: ScheduleConfig, steps: number): Schedule {
  const { learningRate: initial, finalLearningRate: final, power, warmUpSteps } = config;
  if (warmUpSteps >= steps) {
    throw new ConfigError(
      `retrain warmUpSteps: expected fewer than the ${steps} steps of the run, got ${warmUpSteps}; ` +
        'the run would end before the learning rate has risen',
    );
  }
  const decay = poly({ initial, final, power, steps });
  const schedule = warmUpSteps === 0 ? decay : warmUp(decay, { steps: warmUpSteps });
  checkUseful('retrain', schedule, {
    steps,
    learningRate: initial,
    advice: 'warmUpSteps or power',
  });
  return schedule;
}
