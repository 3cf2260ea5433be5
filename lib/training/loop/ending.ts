/** When and why a run ends, in words. */
import type { LoopTask } from './loop-task.js';
import type { Position } from '../position.js';
import type { RunEnd, RunSession } from '../session.js';
import { stoppingReason } from './early-stopping.js';

/** What the end of a run follows from. */
type Length = Pick<LoopTask<unknown>, 'steps' | 'stepsPerEpoch' | 'stopping'>;

/** Why a run stops before its last step; undefined if it does not. */
export function earlyEnd({ steps, stopping }: Length, position: Position): string | undefined {
  const isComplete = position.step >= steps;
  return isComplete || !stopping ? undefined : stoppingReason(position.scores, stopping);
}

/** Whether a step is left to train; the epoch of the last one may still have to be ended. */
export function hasStepsLeft(task: Length, position: Position): boolean {
  return position.step < task.steps && earlyEnd(task, position) === undefined;
}

/** Whether a run has nothing left to do. */
export function isEnded(task: Length, position: Position): boolean {
  const areAllDone = position.epoch * task.stepsPerEpoch >= task.steps;
  return areAllDone || earlyEnd(task, position) !== undefined;
}

const lengthReason = ({ steps }: Length) => `all ${steps} steps are done`;

/** Why a run that has ended did so. */
function endOf(task: Length, position: Position): RunEnd {
  const reason = earlyEnd(task, position);
  return reason === undefined
    ? { reason: 'length', text: lengthReason(task) }
    : { reason: 'early stopping', text: reason };
}

/** Records why a run ended; false if that is recorded already. */
export function recordEnd(task: Length, session: RunSession, position: Position): Promise<boolean> {
  return session.recordEnd(position, endOf(task, position));
}

/**
 * What to say of an end that the user may not expect.
 *
 * @param start - where this session began
 */
export function endNote(task: Length, start: Position, position: Position): string | undefined {
  const reason = earlyEnd(task, position);
  if (reason !== undefined) {
    return `${reason}; to go on, resume the run with a larger patience, or none`;
  }
  return start.step < task.steps
    ? undefined
    : `${lengthReason(task)}; to go on, resume the run with a greater length`;
}
