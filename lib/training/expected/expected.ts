/** What a run is expected to take on this machine, before its first step. */
import { duration } from '../../duration.js';
import { SMALLER } from '../../runtime/memory.js';
import type { ProgramCost } from '../../runtime/program.js';
import { gibibytes, short } from '../../text.js';
import type { LoopTask, LoopValidation } from '../loop/loop-task.js';
import { remainingWork } from '../loop/remaining-work.js';
import type { Position } from '../position.js';
import { expectedSeconds, type MachineSpeed } from './speed.js';

/** Steps of one phase. */
export interface ExpectedPhase {
  /** As the history has it, such as `weights` or `retrain`. */
  readonly phase: string;
  readonly steps: number;
  readonly secondsPerStep: number;
}

/** What a run is expected to take, from where it stands. */
export interface ExpectedCost {
  readonly phases: readonly ExpectedPhase[];
  /** Images of all validations, and seconds for each. */
  readonly validation: { readonly images: number; readonly secondsPerImage: number };
  /** All steps and validations, without reading images. */
  readonly seconds: number;
  /** The process at its peak, bytes. */
  readonly memory: number;
  /** What it may take, bytes. */
  readonly memoryLimit: number;
}

/** What the expectation follows from. */
export interface ExpectedFrom {
  readonly task: Pick<
    LoopTask<unknown>,
    'steps' | 'stepsPerEpoch' | 'phase' | 'isValidationDue' | 'calls'
  >;
  readonly validation: LoopValidation | undefined;
  readonly position: Pick<Position, 'step' | 'epoch'>;
  readonly cost: ProgramCost;
  readonly speed: MachineSpeed;
  readonly memoryLimit: number;
}

/**
 * What a run is expected to take.
 *
 *     seconds per step = Σ_calls (dense / r_dense + depthwise / r_depthwise + bytes / r_bytes + kernels · t)
 *
 * with multiply-adds, bytes and kernels of the traced step and the rates of the machine. Reading images
 * is not in it: it happens meanwhile, in other threads.
 */
export function expectedCost({
  task,
  validation,
  position,
  cost,
  speed,
  memoryLimit,
}: ExpectedFrom): ExpectedCost {
  const secondsOf = (phase: string) =>
    Object.entries(task.calls(phase)).reduce(
      (sum, [step, times]) => sum + times * expectedSeconds(cost.steps[step], speed),
      0,
    );
  const work = remainingWork({ ...task, validation }, position, { imagesDone: 0, lastPhase: '' });
  const phases = work
    .filter(({ kind, count }) => kind !== 'validation' && count > 0)
    .map(({ kind, count }) => ({ phase: kind, steps: count, secondsPerStep: secondsOf(kind) }));
  const forward = validation?.cost();
  const images = work.find(({ kind }) => kind === 'validation')?.count ?? 0;
  const secondsPerImage = forward ? expectedSeconds(forward.work, speed) : 0;
  const steps = phases.reduce((sum, phase) => sum + phase.steps * phase.secondsPerStep, 0);
  return {
    phases,
    validation: { images, secondsPerImage },
    seconds: steps + images * secondsPerImage,
    memory: Math.max(cost.memory, forward?.memory ?? 0),
    memoryLimit,
  };
}

const shortSeconds = (seconds: number): string =>
  seconds < 60 ? `${short(seconds, 2)} s` : duration(seconds);

/** The expectation in a line. */
export function describeExpected({ phases, validation, seconds, memory }: ExpectedCost): string {
  const perStep = phases.map(
    ({ phase, steps, secondsPerStep }) =>
      `${shortSeconds(secondsPerStep)} per step (${phase}, ${steps} steps)`,
  );
  const perImage =
    validation.images === 0
      ? []
      : [`${shortSeconds(validation.secondsPerImage)} per image of validation`];
  return (
    `expected on this machine as busy as it is: ${[...perStep, ...perImage].join(', ')}; ` +
    `${duration(Math.max(seconds, 1))} in all; memory about ${gibibytes(memory)}`
  );
}

/** A warning if a run is expected not to fit into memory; none if it fits. */
export function memoryWarning({ memory, memoryLimit }: ExpectedCost): string[] {
  return memory <= memoryLimit
    ? []
    : [
        `memory: expected at most ${gibibytes(memoryLimit)}, the run may need about ` +
          `${gibibytes(memory)}; ${SMALLER}, or fewer filters (option filterMultiplier)`,
      ];
}
