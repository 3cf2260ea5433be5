/** What ends an epoch: its validation and its row in the history. */
import type { HistoryEntry } from '../../run/history-row.js';
import { rateScale, type Position } from '../position.js';
import type { RunSession } from '../session.js';
import type { LoopProgress } from './loop-progress.js';
import type { LoopSaving } from './loop-saving.js';
import type { LoopTask, ValidationScores } from './loop-task.js';
import { secondsSince } from './seconds-since.js';
import { NOTHING_YET, summarise } from './tally.js';

/** An epoch that is done. */
export interface EndedEpoch {
  /** Where the run stands behind it. */
  readonly position: Position;
  /** Whether its validation was the best so far. */
  readonly isBest: boolean;
  /** What the history says of it. */
  readonly row: HistoryEntry;
  /** What the user should know of it. */
  readonly warnings: readonly string[];
}

/** The ends of the epochs of one session. */
export class EpochEnd {
  private latest: ValidationScores | undefined;

  constructor(
    private readonly task: LoopTask<unknown>,
    private readonly session: RunSession,
    private readonly progress: LoopProgress,
    private readonly saving: LoopSaving,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Scores of the last validation of this session. */
  get scores(): ValidationScores | undefined {
    return this.latest;
  }

  /**
   * Validates and records the epoch under way, whose steps are done.
   *
   * @throws the signal's reason if it is aborted
   */
  async reach(position: Position): Promise<EndedEpoch> {
    const { task, session, saving } = this;
    const { epoch, step, tally } = position;
    const isDue = this.isValidationDue(epoch + 1);
    if (isDue) {
      await saving.save(position); // a validation may take long, and may fail
    } else {
      await session.finiteState(task.program, position);
    }
    const scores = isDue ? await this.validate(position) : undefined;
    const { columns, warnings = [] } = (await task.endOfEpoch?.()) ?? {};
    const row = { ...this.rowOf(position, scores), ...summarise(tally), ...columns };
    await session.record(row);
    const isWhole = step % task.stepsPerEpoch === 0;
    return {
      ...scored(
        {
          ...position,
          epoch: epoch + 1,
          tally: isWhole ? NOTHING_YET : tally, // a longer run completes the epoch
        },
        scores,
      ),
      row,
      warnings,
    };
  }

  /**
   * Whether a run that has nothing left to train lacks the validation of its last epoch: the run was to
   * be longer when the epoch was done.
   */
  isValidationMissing({ epoch, step, validatedStep }: Position): boolean {
    return step > validatedStep && this.isValidationDue(epoch);
  }

  /**
   * Validates the last epoch, which is recorded already; a second row adds the scores to it.
   *
   * @throws the signal's reason if it is aborted
   */
  async validateLast(position: Position): Promise<EndedEpoch> {
    const last = { ...position, epoch: position.epoch - 1 };
    const scores = await this.validate(last);
    const row = this.rowOf(last, scores);
    await this.session.record(row);
    return { ...scored(position, scores), row, warnings: [] };
  }

  private isValidationDue(epochsDone: number): boolean {
    return this.task.validation !== undefined && this.task.isValidationDue(epochsDone);
  }

  private rowOf(position: Position, scores: ValidationScores | undefined): HistoryEntry {
    const { epoch, step } = position;
    return {
      epoch,
      step,
      phase: this.task.phase(epoch),
      kind: 'epoch',
      meanIou: scores?.meanIou ?? null,
      pixelAccuracy: scores?.pixelAccuracy ?? null,
      ...this.task.rates(Math.max(step - 1, 0), rateScale(position)),
      memoryBytes: process.memoryUsage.rss(),
    };
  }

  /** Validates, and records the scores. */
  private async validate(position: Position): Promise<ValidationScores | undefined> {
    const { validation } = this.task;
    if (validation === undefined) {
      return undefined;
    }
    const start = performance.now();
    let last = start;
    const scores = await validation.run(this.signal, (done) => {
      this.progress.image(position, done, validation.images, secondsSince(last));
      last = performance.now();
    });
    this.latest = scores;
    await this.session.record({
      epoch: position.epoch,
      step: position.step,
      phase: `validation on ${scores.images} of ${scores.imagesOfSplit} images`,
      kind: 'evaluation',
      meanIou: scores.meanIou,
      pixelAccuracy: scores.pixelAccuracy,
      seconds: secondsSince(start),
    });
    return scores;
  }
}

/** The position with the scores of a validation at its step, if there was one. */
function scored(
  position: Position,
  scores: ValidationScores | undefined,
): Pick<EndedEpoch, 'position' | 'isBest'> {
  if (scores === undefined) {
    return { position, isBest: false };
  }
  const { step, best } = position;
  const { meanIou } = scores;
  const isBest = !(meanIou <= best.meanIou);
  return {
    position: {
      ...position,
      best: isBest ? { meanIou, step } : best,
      scores: [...position.scores, meanIou],
      validatedStep: step,
    },
    isBest,
  };
}
