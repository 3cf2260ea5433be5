import type { LoopTask, LoopValidation } from './loop-task.js';
import type { Position } from '../position.js';
import type { RemainingWork } from '../time-left.js';

/** What a step of another phase is taken to cost before the first was done. */
const OTHER_PHASE = 2;

/** What a validated image is taken to cost before the first was. */
const ONE_IMAGE = 0.25;

/**
 * The steps of each phase and the images of all validations that a loop still has before it.
 *
 * @param done - images of the validation under way that are done, and the phase of the last step,
 *   from which the cost of what was not done yet is guessed
 */
export function remainingWork(
  task: Pick<LoopTask<unknown>, 'steps' | 'stepsPerEpoch' | 'phase' | 'isValidationDue'> & {
    readonly validation: Pick<LoopValidation, 'images'> | undefined;
  },
  position: Pick<Position, 'step' | 'epoch'>,
  done: { readonly imagesDone: number; readonly lastPhase: string },
): RemainingWork[] {
  const { steps, stepsPerEpoch, validation } = task;
  const stepsOf = new Map<string, number>();
  let validations = 0;
  for (let epoch = position.epoch; epoch * stepsPerEpoch < steps; epoch++) {
    const phase = task.phase(epoch);
    const first = Math.max(epoch * stepsPerEpoch, position.step);
    const count = Math.max(Math.min((epoch + 1) * stepsPerEpoch, steps) - first, 0);
    stepsOf.set(phase, (stepsOf.get(phase) ?? 0) + count);
    validations += task.isValidationDue(epoch + 1) ? 1 : 0;
  }
  const guess = (times: number) => ({ reference: done.lastPhase, times });
  return [
    ...[...stepsOf].map(([kind, count]) => ({ kind, count, guess: guess(OTHER_PHASE) })),
    {
      kind: 'validation',
      count: validations * (validation?.images ?? 0) - done.imagesDone,
      guess: guess(ONE_IMAGE),
    },
  ];
}
