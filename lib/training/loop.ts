/**
 * The loop that search and retraining share: batches, steps, history, validation, checkpoints,
 * interruption and time left.
 *
 * Everything that decides about numbers is a function of the step and the epoch alone, so that a
 * resumed run continues exactly as the uninterrupted one would have.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { NumericError } from '../errors.js';
import type { HistoryEntry } from '../run/history-row.js';
import type { OnProgress } from './events.js';
import type { Position, RunSession } from './session.js';
import { stoppingReason } from './early-stopping.js';
import { addStep, NOTHING_YET, summarise, type StepRecord } from './tally.js';
import type { LoopTask, StepLosses, ValidationScores } from './loop-task.js';
import { remainingWork } from './remaining-work.js';
import { TimeLeft } from './time-left.js';
import { UnlabelledSteps } from './unlabelled-steps.js';

/** How to watch and stop the loop. */
export interface LoopControl {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

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

const seconds = (since: number): number => (performance.now() - since) / 1000;

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
  private scores: ValidationScores | undefined;
  private readonly timeLeft = new TimeLeft();
  /** The phase of the last step of this session, from which the cost of others is guessed. */
  private lastPhase = '';
  private sessionSeconds = 0;
  private sessionDataSeconds = 0;
  /** True while a step changes the state. */
  private isStepping = false;
  /** The position that the last checkpoint holds. */
  private savedAt: Position;
  private readonly unlabelled = new UnlabelledSteps();

  constructor(
    private readonly task: LoopTask<Batch>,
    private readonly session: RunSession,
    private readonly control: LoopControl,
  ) {
    this.position = firstPosition(session.start, task);
    this.savedAt = this.position;
  }

  async run(): Promise<LoopResult> {
    try {
      return await this.runToEnd();
    } catch (error) {
      await this.saveAfter(error);
      throw error;
    }
  }

  private async runToEnd(): Promise<LoopResult> {
    if (!this.isEnded) {
      await this.session.goOn();
    }
    while (!this.isEnded) {
      const isWhole = (await this.trainEpoch()) && (await this.endEpoch());
      if (!isWhole) {
        await this.save(false);
        return this.result(true);
      }
    }
    if (await this.recordEnd()) {
      await this.save(false); // a checkpoint that the new row of the history belongs to
    }
    this.noteEnd();
    return this.result(false);
  }

  /**
   * Keeps what was trained before an error, such as an image that cannot be read or a worker that
   * died. After an error in a step the state may be half of that step's, and is not kept; what is
   * not finite is kept elsewhere.
   */
  private async saveAfter(error: unknown): Promise<void> {
    const { position, session, savedAt } = this;
    if (this.isStepping || error instanceof NumericError || savedAt === position) {
      return;
    }
    try {
      await session.save(this.task.program, position);
      this.control.onProgress?.({
        kind: 'note',
        text: `the state after step ${position.step} is saved; resume the run to go on from there`,
      });
    } catch {
      // The error that ended the run says more, such as that the disk is full.
    }
  }

  private result(interrupted: boolean): LoopResult {
    const { position, scores, dataShare } = this;
    const stoppedEarly = this.stoppingReason !== undefined;
    return { interrupted, stoppedEarly, position, scores, dataShare };
  }

  /** Why the run stops before its last step; undefined if it does not. */
  private get stoppingReason(): string | undefined {
    const { task, position } = this;
    const isComplete = position.step >= task.steps;
    return isComplete || !task.stopping
      ? undefined
      : stoppingReason(position.scores, task.stopping);
  }

  private get isEnded(): boolean {
    const { task, position, stoppingReason: reason } = this;
    return position.epoch * task.stepsPerEpoch >= task.steps || reason !== undefined;
  }

  private get lengthReason(): string {
    return `all ${this.task.steps} steps are done`;
  }

  /** Records why the run ended; false if that is recorded already. */
  private recordEnd(): Promise<boolean> {
    const { session, position, stoppingReason: reason } = this;
    return session.recordEnd(
      position,
      reason === undefined
        ? { reason: 'length', text: this.lengthReason }
        : { reason: 'early stopping', text: reason },
    );
  }

  /** Tells of an end that the user may not expect. */
  private noteEnd(): void {
    const { task, session, control, stoppingReason: reason } = this;
    if (reason !== undefined) {
      const text = `${reason}; to go on, resume the run with a larger patience, or none`;
      control.onProgress?.({ kind: 'note', text });
    } else if (session.start.step >= task.steps) {
      const text = `${this.lengthReason}; to go on, resume the run with a greater length`;
      control.onProgress?.({ kind: 'note', text });
    }
  }

  private get dataShare(): number {
    return this.sessionDataSeconds / this.sessionSeconds;
  }

  private get isAborted(): boolean {
    return this.control.signal?.aborted ?? false;
  }

  /** Steps of the epoch under way, from where it stands; false if the signal stopped them. */
  private async trainEpoch(): Promise<boolean> {
    const { task, control } = this;
    const { epoch } = this.position;
    const first = epoch * task.stepsPerEpoch;
    const last = Math.min(first + task.stepsPerEpoch, task.steps);
    if (this.position.step >= last) {
      return !this.isAborted;
    }
    try {
      let start = performance.now();
      const batches = task.batches(epoch, {
        startStep: this.position.step - first,
        endStep: last - first,
        nextEpoch: last < task.steps ? epoch + 1 : undefined,
        signal: control.signal,
      });
      for await (const batch of batches) {
        const dataSeconds = seconds(start);
        this.isStepping = true;
        const losses = await task.step(batch, this.position.step);
        this.isStepping = false;
        await this.finishStep(losses, { dataSeconds, seconds: seconds(start) });
        await nextTurn();
        if (this.isAborted) {
          return false;
        }
        start = performance.now();
      }
    } catch (error) {
      if (this.isAborted && error === control.signal?.reason) {
        return false;
      }
      throw error;
    }
    return true;
  }

  /** Counts, records and reports one step. */
  private async finishStep(
    losses: StepLosses,
    times: Pick<StepRecord, 'seconds' | 'dataSeconds'>,
  ): Promise<void> {
    const { task, position } = this;
    const { epoch, step } = position;
    const { loss, architectureLoss = null, isLabelled } = losses;
    const rates = task.rates(step);
    const phase = task.phase(epoch);
    this.position = {
      ...position,
      step: step + 1,
      tally: addStep(position.tally, { loss, architectureLoss, ...times }),
    };
    await this.checkFinite(loss, architectureLoss);
    this.timeLeft.add(phase, times.seconds);
    this.lastPhase = phase;
    this.sessionSeconds += times.seconds;
    this.sessionDataSeconds += times.dataSeconds;
    if ((step + 1) % task.historyEvery === 0) {
      const place = { epoch, step: step + 1, phase, kind: 'step' };
      await this.session.record({ ...place, loss, architectureLoss, ...rates, ...times });
    }
    this.control.onProgress?.({
      kind: 'step',
      epoch,
      epochs: Math.ceil(task.steps / task.stepsPerEpoch),
      step: step + 1,
      steps: task.steps,
      phase,
      loss,
      architectureLoss,
      learningRate: rates.learningRate,
      secondsLeft: this.secondsLeft(),
      dataShare: this.dataShare,
    });
    const warning = this.unlabelled.add(step + 1, isLabelled);
    if (warning !== undefined) {
      this.control.onProgress?.({ kind: 'warning', text: warning });
    }
    const isEpochEnd = (step + 1) % task.stepsPerEpoch === 0 || step + 1 === task.steps;
    if (task.checkpointEvery > 0 && (step + 1) % task.checkpointEvery === 0 && !isEpochEnd) {
      await this.save(false);
    }
  }

  /** Throws, with the state kept, if a loss is NaN or infinite. */
  private async checkFinite(loss: number, architectureLoss: number | null): Promise<void> {
    if (Number.isFinite(loss) && Number.isFinite(architectureLoss ?? 0)) {
      return;
    }
    const { task, session, position } = this;
    const [which, value] = Number.isFinite(loss)
      ? ['architecture loss', architectureLoss]
      : ['loss', loss];
    const file = await session.saveFailure(task.program, position);
    throw new NumericError(
      `${task.where}: expected a finite ${which}, got ${value} in epoch ${position.epoch + 1}, ` +
        `step ${position.step}; the state is kept in ${file} and the checkpoints before it stay. ` +
        'Start a new run with a lower learning rate (option learningRate), or with { clipNorm: 5 }',
    );
  }

  /** Validates, records and saves at the end of an epoch; false if the signal stopped it. */
  private async endEpoch(): Promise<boolean> {
    const { task, session, position } = this;
    const { epoch, step, tally } = position;
    if (task.validation !== undefined && task.isValidationDue(epoch + 1)) {
      await this.save(false); // a validation may take long, and may fail
    } else {
      await session.finiteState(task.program, position);
    }
    const scores = await this.validate(epoch + 1);
    if (scores === 'aborted') {
      return false;
    }
    const { learningRate, architectureLearningRate } = task.rates(Math.max(step - 1, 0));
    const row: HistoryEntry = {
      epoch,
      step,
      phase: task.phase(epoch),
      kind: 'epoch',
      ...summarise(tally),
      meanIou: scores?.meanIou ?? null,
      pixelAccuracy: scores?.pixelAccuracy ?? null,
      learningRate,
      architectureLearningRate: architectureLearningRate ?? null,
      ...(await task.epochColumns?.()),
      memoryBytes: process.memoryUsage.rss(),
    };
    await session.record(row);
    const isBest = scores !== undefined && !(scores.meanIou <= position.best.meanIou);
    const isWhole = step % task.stepsPerEpoch === 0;
    this.position = {
      step,
      epoch: epoch + 1,
      tally: isWhole ? NOTHING_YET : tally, // a longer run completes the epoch
      best: isBest ? { meanIou: scores.meanIou, step } : position.best,
      scores: scores ? [...position.scores, scores.meanIou] : position.scores,
    };
    if (this.isEnded) {
      await this.recordEnd();
    }
    await this.save(isBest);
    this.control.onProgress?.({
      kind: 'epoch',
      epochs: Math.ceil(task.steps / task.stepsPerEpoch),
      row,
      secondsLeft: this.secondsLeft(),
    });
    return true;
  }

  private async validate(epochsDone: number): Promise<ValidationScores | 'aborted' | undefined> {
    const { task, session, control, position } = this;
    const { validation } = task;
    if (validation === undefined || !task.isValidationDue(epochsDone)) {
      return undefined;
    }
    const start = performance.now();
    try {
      let last = start;
      const scores = await validation.run(control.signal, (done) => {
        const now = performance.now();
        this.timeLeft.add('validation', (now - last) / 1000);
        last = now;
        const secondsLeft = this.secondsLeft(done);
        const total = validation.images;
        control.onProgress?.({ kind: 'images', purpose: 'validation', done, total, secondsLeft });
      });
      this.scores = scores;
      await session.record({
        epoch: position.epoch,
        step: position.step,
        phase: `validation on ${scores.images} of ${scores.imagesOfSplit} images`,
        kind: 'evaluation',
        meanIou: scores.meanIou,
        pixelAccuracy: scores.pixelAccuracy,
        seconds: seconds(start),
      });
      return scores;
    } catch (error) {
      if (this.isAborted && error === control.signal?.reason) {
        return 'aborted';
      }
      throw error;
    }
  }

  private async save(isBest: boolean): Promise<void> {
    const file = await this.session.save(this.task.program, this.position, isBest);
    this.savedAt = this.position;
    for (const text of this.session.takeNotes()) {
      this.control.onProgress?.({ kind: 'note', text });
    }
    this.control.onProgress?.({ kind: 'checkpoint', step: this.position.step, file, isBest });
  }

  /** Time for all steps and validations that remain. */
  private secondsLeft(imagesDone = 0): number | undefined {
    const { task, position, lastPhase } = this;
    return this.timeLeft.estimate(remainingWork(task, position, { imagesDone, lastPhase }));
  }
}

/**
 * Trains until the last step, the signal or an error.
 *
 * After an abort the step under way is finished and the state saved.
 *
 * @throws {@link NumericError} if a loss is NaN or infinite; its state is kept
 */
export function runLoop<Batch>(
  task: LoopTask<Batch>,
  session: RunSession,
  control: LoopControl = {},
): Promise<LoopResult> {
  return new TrainingLoop(task, session, control).run();
}
