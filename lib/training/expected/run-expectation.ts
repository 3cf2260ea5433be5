/** What a run is expected to take from where it stands, found out and told. */
import { defaultMemoryLimit } from '../../runtime/memory.js';
import type { OnProgress } from '../events.js';
import type { LoopValidation, TrainingTask } from '../loop/loop-task.js';
import { machineOptions } from '../options/housekeeping.js';
import type { RunWork, TrainedProgram } from '../run-work.js';
import type { Position } from '../position.js';
import { describeExpected, expectedCost, memoryWarning, type ExpectedCost } from './expected.js';
import { measureSpeed } from './speed.js';

/** A run before its first step. */
export interface ReadyRun {
  readonly task: TrainingTask<unknown>;
  readonly validation: LoopValidation | undefined;
  readonly trained: TrainedProgram;
}

/** What a run is expected to take from a position, on this machine. */
export async function runExpectation(
  { options, kindOfWork }: Pick<RunWork<never, never, unknown>, 'options' | 'kindOfWork'>,
  { task, validation, trained }: ReadyRun,
  position: Position,
): Promise<ExpectedCost> {
  return expectedCost({
    task,
    validation,
    position,
    cost: trained.program.cost(),
    speed: await measureSpeed(kindOfWork, options.precision),
    memoryLimit: machineOptions(options).memoryLimit ?? defaultMemoryLimit(),
  });
}

/** Warns if a run is expected not to fit into memory. */
export function warnOfMemory(expected: ExpectedCost, onProgress: OnProgress | undefined): void {
  for (const text of memoryWarning(expected)) {
    onProgress?.({ kind: 'warning', text });
  }
}

/** Says what a run is expected to take. */
export function tellExpectation(expected: ExpectedCost, onProgress: OnProgress | undefined): void {
  onProgress?.({ kind: 'note', text: describeExpected(expected) });
  warnOfMemory(expected, onProgress);
}
