/** What the training loop tells those who watch it: events, the time left, the share of waiting. */
import type { HistoryEntry } from '../../run/history-row.js';
import type { OnProgress } from '../events.js';
import type { Position } from '../position.js';
import { TimeLeft } from '../time-left.js';
import type { LoopTask, StepLosses, StepRates } from './loop-task.js';
import { remainingWork } from './remaining-work.js';
import type { StepRecord } from './tally.js';

/** The times of a step. */
export type StepTimes = Pick<StepRecord, 'seconds' | 'dataSeconds'>;

/** The watchers of one session. */
export class LoopProgress {
  private readonly timeLeft = new TimeLeft();
  /** The phase of the last step of this session, from which the cost of others is guessed. */
  private lastPhase = '';
  private seconds = 0;
  private dataSeconds = 0;

  constructor(
    private readonly task: LoopTask<unknown>,
    private readonly onProgress: OnProgress | undefined,
  ) {}

  /** Share of this session's training time that was spent waiting for data; NaN without a step. */
  get dataShare(): number {
    return this.dataSeconds / this.seconds;
  }

  /** Tells of a step that is done. */
  step(
    position: Position,
    { epoch, phase }: { readonly epoch: number; readonly phase: string },
    { loss, architectureLoss, learningRate }: StepLosses & StepRates,
    times: StepTimes,
  ): void {
    this.timeLeft.add(phase, times.seconds);
    this.lastPhase = phase;
    this.seconds += times.seconds;
    this.dataSeconds += times.dataSeconds;
    this.onProgress?.({
      kind: 'step',
      epoch,
      epochs: this.epochs,
      step: position.step,
      steps: this.task.steps,
      phase,
      loss,
      architectureLoss: architectureLoss ?? null,
      learningRate,
      secondsLeft: this.secondsLeft(position),
      dataShare: this.dataShare,
    });
  }

  /** Tells of an image of a validation, which took some seconds. */
  image(position: Position, done: number, total: number, seconds: number): void {
    this.timeLeft.add('validation', seconds);
    const secondsLeft = this.secondsLeft(position, done);
    this.onProgress?.({ kind: 'images', purpose: 'validation', done, total, secondsLeft });
  }

  /** Tells of an epoch that is done. */
  epoch(position: Position, row: HistoryEntry): void {
    const secondsLeft = this.secondsLeft(position);
    this.onProgress?.({ kind: 'epoch', epochs: this.epochs, row, secondsLeft });
  }

  /** Tells of a checkpoint. */
  checkpoint(step: number, file: string, isBest: boolean): void {
    this.onProgress?.({ kind: 'checkpoint', step, file, isBest });
  }

  note(text: string): void {
    this.onProgress?.({ kind: 'note', text });
  }

  warn(text: string): void {
    this.onProgress?.({ kind: 'warning', text });
  }

  private get epochs(): number {
    return Math.ceil(this.task.steps / this.task.stepsPerEpoch);
  }

  /** Time for all steps and validations that remain. */
  private secondsLeft(position: Position, imagesDone = 0): number | undefined {
    const done = { imagesDone, lastPhase: this.lastPhase };
    return this.timeLeft.estimate(remainingWork(this.task, position, done));
  }
}
