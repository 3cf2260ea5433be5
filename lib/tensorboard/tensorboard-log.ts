import { join } from 'node:path';
import { readHistory, type RunHistory } from '../run/history.js';
import type { HistoryRow } from '../run/history-row.js';
import type { ProgressEvent } from '../training/events.js';
import { startEvent, summaryEvent, type Moment } from './event.js';
import { EventFile } from './event-file.js';
import { rowSeconds, rowValues } from './history-values.js';
import { rowPictures } from './pictures.js';

/** What {@link TensorBoardLog.close} draws. */
export interface TensorBoardOptions {
  /** Of how many epochs of a search the trellis and the cell are drawn; 10 by default. */
  readonly pictures?: number;
}

/** A history, and the seconds of each row since its start. */
interface TimedHistory extends RunHistory {
  readonly seconds: readonly number[];
}

/** The indices of at most `count` rows with α, evenly spread, the last among them. */
function rowsToDraw(rows: readonly HistoryRow[], count: number): Set<number> {
  const candidates = rows.flatMap(({ alpha }, i) => (alpha === null ? [] : i));
  const n = Math.min(count, candidates.length);
  return new Set(
    Array.from(
      { length: n },
      (_, i) => candidates[Math.ceil(((i + 1) * candidates.length) / n) - 1],
    ),
  );
}

/**
 * Keeps TensorBoard's event files of a run up to date with its history: losses, scores, rates and
 * times as scalars, α and β as histograms, the trellis and the cell as pictures.
 *
 * The history is the truth; the events are made anew by each log, and values that an older
 * one left in an open TensorBoard lapse. A folder with event files of other programs is refused.
 *
 * During a run, pass its `onProgress` to `search` or `retrain`, and close it afterwards.
 *
 * @example
 * const log = new TensorBoardLog('runs/search');
 * await log.close({ pictures: 1 }); // then: tensorboard --logdir runs/search/tensorboard
 */
export class TensorBoardLog {
  private readonly run: string;
  private readonly folder: string;
  private file: EventFile | undefined;
  /** Rows that have been written. */
  private written = 0;
  private start = 0;
  private work: Promise<void> = Promise.resolve();

  /**
   * @param run - the folder of the run; it need not be there yet
   * @param folder - where the events go; `tensorboard` in the run's folder by default
   */
  constructor(run: string, folder: string = join(run, 'tensorboard')) {
    this.run = run;
    this.folder = folder;
  }

  /** Watches a run: after each of its epochs the events follow. */
  readonly onProgress = (event: ProgressEvent): void => {
    if (event.kind === 'epoch') {
      this.update().catch(() => undefined); // thrown by close
    }
  };

  /**
   * Writes the numbers that the history has more, after what is being written.
   *
   * @throws {@link ConfigError} if the folder holds event files of other programs
   * @throws {@link DataError} if the history cannot be read or the events cannot be written
   */
  update(): Promise<void> {
    this.work = this.work.then(() => this.writeMore());
    return this.work;
  }

  private async writeMore(): Promise<void> {
    const history = await this.read();
    const events = history.rows
      .map((row, i) => summaryEvent(this.moment(history, i), rowValues(row)))
      .slice(this.written);
    if (this.file === undefined) {
      const first = startEvent({ seconds: this.start, step: 0 });
      this.file = await EventFile.create(this.folder, [first, ...events]);
    } else {
      await this.file.append(events);
    }
    this.written = history.rows.length;
  }

  /**
   * Writes the rest and the pictures; a later event begins another file.
   *
   * @throws {@link DataError} if something could not be read or written
   */
  async close({ pictures = 10 }: TensorBoardOptions = {}): Promise<void> {
    try {
      await this.update();
      const history = await this.read();
      for (const i of rowsToDraw(history.rows, pictures)) {
        const images = await rowPictures(history.rows[i], history.searchSpace);
        await this.file?.append([summaryEvent(this.moment(history, i), images)]);
      }
    } finally {
      this.file = undefined;
    }
  }

  private async read(): Promise<TimedHistory> {
    const { rows, searchSpace } = await readHistory(join(this.run, 'history.arrow'));
    const seconds = rowSeconds(rows);
    if (this.file === undefined) {
      this.start = Date.now() / 1000 - (seconds.at(-1) ?? 0);
    }
    return { rows, searchSpace, seconds };
  }

  private moment({ rows, seconds }: TimedHistory, row: number): Moment {
    return { seconds: this.start + seconds[row], step: rows[row].step };
  }
}
