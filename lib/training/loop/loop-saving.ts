/** When the training loop saves. */
import { NumericError } from '../../errors.js';
import type { Position } from '../position.js';
import type { RunSession } from '../session.js';
import type { LoopProgress } from './loop-progress.js';
import type { LoopTask } from './loop-task.js';

/** Saves the state of a program, and knows what is saved. */
export class LoopSaving {
  /** The position that the last checkpoint holds. */
  private savedAt: Position;

  constructor(
    private readonly task: Pick<LoopTask<unknown>, 'program' | 'stepsPerEpoch'>,
    private readonly session: RunSession,
    private readonly progress: LoopProgress,
    start: Position,
  ) {
    this.savedAt = start;
  }

  /** Writes a checkpoint, and tells of it. */
  async save(position: Position, isBest = false): Promise<void> {
    const file = await this.write(position, isBest);
    for (const text of this.session.takeNotes()) {
      this.progress.note(text);
    }
    this.progress.checkpoint(position.step, file, isBest);
  }

  /**
   * Keeps what was trained before an error, such as an image that cannot be read or a worker that
   * died. What is not finite is kept elsewhere.
   */
  async saveAfter(error: unknown, position: Position): Promise<void> {
    if (error instanceof NumericError || this.savedAt === position) {
      return;
    }
    try {
      await this.write(position, false);
      this.progress.note(
        `the state after step ${position.step} is saved; resume the run to go on from there`,
      );
    } catch {
      // The error that ended the run says more, such as that the disk is full.
    }
  }

  /** Tells how much is lost when the state cannot be kept. */
  tellLost(error: unknown, position: Position): void {
    if (!(error instanceof NumericError) && this.savedAt.step < position.step) {
      this.progress.note(
        `the step after ${position.step} had begun to change the state, which is not kept; resume the run ` +
          `to go on from step ${this.savedAt.step}`,
      );
    }
  }

  /**
   * Goes back to the start of an epoch: where that is does not depend on interrupts, so a resumed run
   * goes back as an uninterrupted one does.
   *
   * @returns its position
   */
  rollBack({ epoch }: Position): Promise<Position> {
    return this.session.rollBack(this.task.program, epoch * this.task.stepsPerEpoch);
  }

  private async write(position: Position, isBest: boolean): Promise<string> {
    const keepStep = position.epoch * this.task.stepsPerEpoch;
    const file = await this.session.save(this.task.program, position, { isBest, keepStep });
    this.savedAt = position;
    return file;
  }
}
