/**
 * The loop that search and retraining share: batches, steps, epochs, checkpoints and interruption.
 *
 * Everything that decides about numbers is a function of the step and the epoch alone, so that a
 * resumed run continues exactly as the uninterrupted one would have.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { NumericError } from '../../errors.js';
import type { LoopControl } from '../events.js';
import { rateScale, type Position } from '../position.js';
import type { RunSession } from '../session.js';
import { earlyEnd, endNote, isEnded, recordEnd } from './ending.js';
import { EpochEnd, type EndedEpoch } from './epoch-end.js';
import { LoopProgress, type StepTimes } from './loop-progress.js';
import { LoopSaving } from './loop-saving.js';
import type { LoopTask, StepLosses, StepPlace, ValidationScores } from './loop-task.js';
import { secondsSince } from './seconds-since.js';
import { StepWatches } from './step-watches.js';
import { addStep } from './tally.js';

/** Where the loop ended. */
export interface LoopResult {
  /** True if the signal stopped it; the state is saved then. */
  readonly interrupted: boolean;
  /** Whether it ended before its last step because validations no longer improved. */
  readonly stoppedEarly: boolean;
  readonly position: Position;
  /** Scores of the last validation of this session. */
  readonly scores: ValidationScores | undefined;
  /** Share of this session's training time that was spent waiting for data; NaN without a step. */
  readonly dataShare: number;
}

/** What to do about numbers that are not finite. */
const NUMERIC_ADVICE =
  'Resume the run with { rollBacks: 3 } to go back to the start of the epoch with half the learning rate, ' +
  'or start a new one with a lower learning rate (option learningRate), or with { clipNorm: 5 }';

/**
 * Where the loop begins: at the position of the session, in the middle of the epoch that was the last,
 * not a whole one, of a run that is now longer.
 */
function firstPosition(
  start: Position,
  { steps, stepsPerEpoch }: Pick<LoopTask<unknown>, 'steps' | 'stepsPerEpoch'>,
): Position {
  const isPartial = start.epoch * stepsPerEpoch > start.step && start.step < steps;
  return isPartial ? { ...start, epoch: Math.floor(start.step / stepsPerEpoch) } : start;
}

/** The loop while it runs. */
class TrainingLoop<Batch> {
  private position: Position;
  /** True while a step changes the state. */
  private isStepping = false;
  /** How often the state had changed before the step under way. */
  private changesBefore = 0;
  private readonly progress: LoopProgress;
  private readonly saving: LoopSaving;
  private readonly epochEnd: EpochEnd;
  private readonly watches = new StepWatches();

  constructor(
    private readonly task: LoopTask<Batch>,
    private readonly session: RunSession,
    private readonly control: LoopControl,
  ) {
    this.position = firstPosition(session.start, task);
    this.progress = new LoopProgress(task, control.onProgress);
    this.saving = new LoopSaving(task, session, this.progress, this.position);
    this.epochEnd = new EpochEnd(task, session, this.progress, this.saving, control.signal);
  }

  async run(): Promise<LoopResult> {
    try {
      return await this.runToEnd();
    } catch (error) {
      // After an error in a step the state may be half of that step's, and is not kept then.
      if (!this.isStepping || this.task.program.changes() === this.changesBefore) {
        await this.saving.saveAfter(error, this.position);
      } else {
        this.saving.tellLost(error, this.position);
      }
      throw error instanceof NumericError
        ? new NumericError(`${error.message}. ${NUMERIC_ADVICE}`)
        : error;
    }
  }

  private async runToEnd(): Promise<LoopResult> {
    const { task, session, saving } = this;
    if (!this.isEnded) {
      await session.goOn();
    } else if (!(await this.validateLast())) {
      return this.result(true);
    }
    if (task.rollBacks > 0 && this.position.step === 0) {
      await saving.save(this.position); // what the first epoch goes back to
    }
    if (!this.isEnded) {
      await this.orAborted(() => this.giveState());
    }
    while (!this.isEnded) {
      const isWhole = await this.orRolledBack(
        async () => (await this.trainEpoch()) && (await this.endEpoch()),
      );
      if (!isWhole) {
        await saving.save(this.position);
        return this.result(true);
      }
    }
    if (await recordEnd(task, session, this.position)) {
      await saving.save(this.position); // a checkpoint that the new row of the history belongs to
    }
    const note = endNote(task, session.start, this.position);
    if (note !== undefined) {
      this.progress.note(note);
    }
    return this.result(false);
  }

  /** Runs an epoch; if it is not finite, goes back as often as is allowed, and returns true. */
  private async orRolledBack(runEpoch: () => Promise<boolean>): Promise<boolean> {
    try {
      return await runEpoch();
    } catch (error) {
      const { task, session, saving, position } = this;
      if (!(error instanceof NumericError) || position.rollBacks >= task.rollBacks) {
        throw error;
      }
      this.isStepping = false;
      const rollBacks = position.rollBacks + 1;
      this.position = { ...(await saving.rollBack(position)), rollBacks };
      const { step, epoch } = this.position;
      await session.record({ step, epoch, phase: error.message, kind: 'roll-back' });
      await saving.save(this.position);
      await this.orAborted(() => this.giveState());
      this.progress.warn(
        `${error.message}. The run goes back to step ${step}, with ${rateScale(this.position)} times the ` +
          `learning rates from here on (roll-back ${rollBacks} of ${task.rollBacks})`,
      );
      return true;
    }
  }

  /** Where the next step is. */
  private get place(): StepPlace {
    const { epoch, step } = this.position;
    return { epoch, step, rateScale: rateScale(this.position) };
  }

  /** Lets the partners go on from where this process is. */
  private async giveState(): Promise<void> {
    await this.task.partners?.takeState(this.place);
  }

  private result(interrupted: boolean): LoopResult {
    const { position, progress, task } = this;
    const { scores } = this.epochEnd;
    const stoppedEarly = earlyEnd(task, position) !== undefined;
    return { interrupted, stoppedEarly, position, scores, dataShare: progress.dataShare };
  }

  private get isEnded(): boolean {
    return isEnded(this.task, this.position);
  }

  private get isAborted(): boolean {
    return this.control.signal?.aborted ?? false;
  }

  /** Runs what the signal may end with its reason; *aborted* if it did. */
  private async orAborted<T>(work: () => Promise<T>): Promise<T | 'aborted'> {
    try {
      return await work();
    } catch (error) {
      if (this.isAborted && error === this.control.signal?.reason) {
        return 'aborted';
      }
      throw error;
    }
  }

  /** Steps of the epoch under way, from where it stands; false if the signal stopped them. */
  private async trainEpoch(): Promise<boolean> {
    const { task } = this;
    const { epoch } = this.position;
    const first = epoch * task.stepsPerEpoch;
    const last = Math.min(first + task.stepsPerEpoch, task.steps);
    if (this.position.step >= last) {
      return !this.isAborted;
    }
    const end = await this.orAborted(async () => {
      let start = performance.now();
      const batches = task.batches(epoch, {
        startStep: this.position.step - first,
        endStep: last - first,
        nextEpoch: last < task.steps ? epoch + 1 : undefined,
        signal: this.control.signal,
      });
      for await (const batch of batches) {
        const dataSeconds = secondsSince(start);
        await task.partners?.step(this.place);
        this.isStepping = true;
        this.changesBefore = task.program.changes();
        const { step: index } = this.position;
        const losses = await task.step(batch, index, rateScale(this.position));
        if (losses.failure !== undefined) {
          throw await this.notFinite(losses.failure);
        }
        this.isStepping = false;
        await this.finishStep(losses, { dataSeconds, seconds: secondsSince(start) });
        await nextTurn();
        if (this.isAborted) {
          return 'aborted';
        }
        start = performance.now();
      }
      return 'done';
    });
    return end === 'done';
  }

  /** Counts, records and reports one step. */
  private async finishStep(losses: StepLosses, times: StepTimes): Promise<void> {
    const { task, progress } = this;
    const { epoch, step: before, tally } = this.position;
    const { loss, gradientNorm, architectureLoss = null } = losses;
    const step = before + 1;
    const phase = task.phase(epoch);
    this.position = {
      ...this.position,
      step,
      tally: addStep(tally, { loss, architectureLoss, ...times }),
    };
    const rates = task.rates(before, rateScale(this.position));
    if (step % task.historyEvery === 0) {
      await this.session.record({
        epoch,
        step,
        phase,
        kind: 'step',
        loss,
        architectureLoss,
        gradientNorm,
        architectureGradientNorm: losses.architectureGradientNorm ?? null,
        ...rates,
        ...times,
      });
    }
    progress.step(this.position, { epoch, phase }, { ...losses, ...rates }, times);
    this.watches.afterStep(step, losses).forEach((text) => {
      progress.warn(text);
    });
    const isEpochEnd = step % task.stepsPerEpoch === 0 || step === task.steps;
    if (task.checkpointEvery > 0 && step % task.checkpointEvery === 0 && !isEpochEnd) {
      await this.saving.save(this.position);
    }
  }

  /** The error for a step that is not finite and changed nothing; keeps the state before it. */
  private async notFinite(failure: string): Promise<NumericError> {
    const { task, session, position } = this;
    const file = await session.saveFailure(task.program, position);
    return new NumericError(
      `${task.where}: expected finite numbers, got ${failure}, in epoch ${position.epoch + 1}, ` +
        `step ${position.step + 1}; the state before that step is kept in ${file}, and the ` +
        `checkpoints stay`,
    );
  }

  /** Validates, records and saves at the end of an epoch; false if the signal stopped it. */
  private async endEpoch(): Promise<boolean> {
    return this.keep(await this.orAborted(() => this.epochEnd.reach(this.position)));
  }

  /** Validates a run that has ended if that is missing; false if the signal stopped it. */
  private async validateLast(): Promise<boolean> {
    const { position, epochEnd } = this;
    return epochEnd.isValidationMissing(position)
      ? this.keep(await this.orAborted(() => epochEnd.validateLast(position)))
      : true;
  }

  /** Saves and reports an epoch that is done. */
  private async keep(end: EndedEpoch | 'aborted'): Promise<boolean> {
    if (end === 'aborted') {
      return false;
    }
    const { task, session, saving, progress } = this;
    this.position = end.position;
    if (this.isEnded) {
      await recordEnd(task, session, this.position);
    }
    await saving.save(this.position, end.isBest);
    progress.epoch(this.position, end.row);
    end.warnings.forEach((text) => {
      progress.warn(text);
    });
    return true;
  }
}

/**
 * Trains until the last step, the signal or an error.
 *
 * After an abort the step under way is finished and the state saved.
 *
 * @throws {@link NumericError} if a loss, gradient or statistic is NaN or infinite and the run may not go
 *   back; the state before is kept
 */
export function runLoop<Batch>(
  task: LoopTask<Batch>,
  session: RunSession,
  control: LoopControl = {},
): Promise<LoopResult> {
  return new TrainingLoop(task, session, control).run();
}
