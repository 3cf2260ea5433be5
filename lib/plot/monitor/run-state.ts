/** What is known of a run from the events so far. */
import { duration } from '../../duration.js';
import { epochRows } from '../../run/epoch-rows.js';
import type { RunHistory } from '../../run/history.js';
import type { HistoryEntry } from '../../run/history-row.js';
import { percent, short } from '../../text.js';
import type { ImagesEvent, ProgressEvent, StepEvent } from '../../training/events.js';
import { knownPoints } from '../curves/rows.js';
import { StepMeans } from './step-means.js';

/** The most points of a loss curve. */
const MOST_POINTS = 400;

const SEPARATOR = ' · ';

type Loss = 'step' | 'loss' | 'architectureLoss';

/** Gathers events; every question about the run is answered from here. */
export class RunState {
  readonly losses = new StepMeans(MOST_POINTS);
  readonly architectureLosses = new StepMeans(MOST_POINTS);
  /** What is wrong with the run so far. */
  readonly warnings: string[] = [];
  private epochs: readonly HistoryEntry[] = [];
  private step: StepEvent | undefined;
  private images: ImagesEvent | undefined;
  private note: string | undefined;
  private secondsLeft: number | undefined;
  private epochsInAll: number | undefined;
  private stoppedAt: number | undefined;
  private readonly startedAt = performance.now();

  /** @param history - of a run that is resumed */
  constructor(history: RunHistory | undefined) {
    if (history !== undefined) {
      this.epochs = epochRows<HistoryEntry>(history);
      history.rows.filter(({ kind }) => kind === 'step').forEach((row) => this.addLosses(row));
    }
  }

  /** Takes an event. */
  take(event: ProgressEvent): void {
    switch (event.kind) {
      case 'step':
        this.step = event;
        this.images = undefined;
        this.epochsInAll = event.epochs;
        this.secondsLeft = event.secondsLeft;
        this.addLosses(event);
        break;
      case 'images':
        this.images = event.done < event.total ? event : undefined;
        this.secondsLeft = event.secondsLeft;
        break;
      case 'epoch':
        this.images = undefined;
        this.epochsInAll = event.epochs;
        this.secondsLeft = event.secondsLeft;
        this.epochs = epochRows({ rows: [...this.epochs, event.row] });
        break;
      case 'note':
        this.note = event.text;
        break;
      case 'warning':
        this.warnings.push(event.text);
        break;
      case 'checkpoint':
        break;
    }
  }

  /** Notes that no more events come. */
  stop(): void {
    this.stoppedAt ??= performance.now();
  }

  /** The epochs that are done. */
  get rows(): readonly HistoryEntry[] {
    return this.epochs;
  }

  /** Whether the last epoch is done. */
  get isDone(): boolean {
    const last = this.epochs.at(-1);
    return last !== undefined && last.epoch + 1 >= (this.epochsInAll ?? Infinity);
  }

  /** All steps of the run, or as many as are known. */
  get steps(): number {
    return this.step?.steps ?? this.epochs.at(-1)?.step ?? 1;
  }

  /** How far the run is, such as `epoch 12 of 40 · step 340 of 1200 · 2 h 5 min left`. */
  progressText(): string {
    const { step, images, isDone, stoppedAt, secondsLeft } = this;
    const took = duration(((stoppedAt ?? performance.now()) - this.startedAt) / 1000);
    if (isDone) {
      return `finished: ${this.epochs.length} epochs, ${this.epochs.at(-1)?.step} steps${SEPARATOR}${took}`;
    }
    const known = secondsLeft !== undefined && secondsLeft >= 1;
    const waiting = step?.dataShare ?? 0;
    const parts = [
      ...(step === undefined
        ? ['waiting for the first step']
        : [`epoch ${step.epoch + 1} of ${step.epochs}`, `step ${step.step} of ${step.steps}`]),
      ...(images === undefined ? [] : [`${images.purpose} ${images.done} of ${images.total}`]),
      ...(stoppedAt === undefined && known ? [`<b>${duration(secondsLeft)} left</b>`] : []),
      ...(stoppedAt === undefined ? [] : [`stopped after ${took}`]),
      ...(waiting > 0.05 ? [`${percent(waiting, 0)} of the time waiting for data`] : []),
    ];
    return parts.join(SEPARATOR);
  }

  /** Losses and scores as they are now. */
  metricsText(): string {
    const { step } = this;
    const last = this.losses.means().at(-1)?.mean;
    const architecture = step?.architectureLoss ?? undefined;
    const validated = knownPoints(this.epochs, 'meanIou');
    const latest = validated.at(-1);
    const best = validated.reduce((a, b) => (b.value > a.value ? b : a), validated[0]);
    const parts = [
      ...(last === undefined ? [] : [`loss ${short(last, 4)}`]),
      ...(architecture === undefined ? [] : [`loss of α and β ${short(architecture, 4)}`]),
      ...(latest === undefined ? [] : [`validation mIoU ${percent(latest.value)}`]),
      ...(best === latest ? [] : [`best ${percent(best.value)} in epoch ${best.row.epoch + 1}`]),
    ];
    return parts.join(SEPARATOR) || (this.note ?? ' ');
  }

  private addLosses({ step, loss, architectureLoss }: Pick<HistoryEntry, Loss>): void {
    this.losses.add(step, loss ?? NaN);
    this.architectureLosses.add(step, architectureLoss ?? NaN);
  }
}
