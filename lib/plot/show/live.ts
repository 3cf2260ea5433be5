/** A figure that changes while something runs. */
import { randomBytes } from 'node:crypto';
import type { Figure } from '../figure.js';
import { figureOutput, resolveTheme, type ShowOptions } from './bundle.js';
import { writeDisplayData, type WriteDisplayData } from './kernel.js';
import { showOutside } from './show.js';

/** A figure that is updated in place. */
export interface LiveFigure {
  /**
   * Replaces what is shown. Returns at once; updates that come faster than they can be drawn are
   * passed over, but the last one is always drawn.
   */
  update(figure: Figure): void;
  /**
   * Draws the last update and ends. Wait for it before a cell ends, so that the saved notebook keeps
   * the final state.
   *
   * @throws what went wrong while drawing, if anything did
   */
  finish(): Promise<void>;
}

/** How a live figure is shown. */
export interface LiveFigureOptions extends ShowOptions {
  /** The shortest time between two updates in milliseconds, 500 by default. */
  readonly intervalMs?: number;
}

/** The share of the time that drawing may take from what runs. */
const SHARE = 0.2;

/**
 * Opens a figure below the running notebook cell that is updated in place.
 *
 * Drawing takes at most about a fifth of the time: the longer a picture takes, the rarer they are.
 * Outside a notebook nothing is shown until the end; then it is as with {@link show}.
 *
 * @example
 * const live = liveFigure();
 * for (let i = 0; i < 20; i++) {
 *   live.update({ data: [{ type: 'bar', y: [i] }], layout: {} });
 *   await new Promise((resolve) => setTimeout(resolve, 50)); // what takes long
 * }
 * await live.finish();
 */
export function liveFigure(options: LiveFigureOptions = {}): LiveFigure {
  const { intervalMs = 500, ...shown } = options;
  return new Live(writeDisplayData(), { ...shown, theme: resolveTheme(shown) }, intervalMs);
}

/** Owns a display and a timer. */
class Live implements LiveFigure {
  private readonly id = randomBytes(8).toString('hex');
  private pending: Figure | undefined;
  private timer: NodeJS.Timeout | undefined;
  private drawing: Promise<void> | undefined;
  private nextMs = 0;
  private isShown = false;
  private isEnding = false;
  private failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly write: WriteDisplayData | undefined,
    private readonly options: ShowOptions,
    private readonly intervalMs: number,
  ) {}

  update(figure: Figure): void {
    this.pending = figure;
    const isWaiting = this.drawing !== undefined || this.timer !== undefined;
    if (this.write === undefined || this.isEnding || isWaiting) {
      return;
    }
    const wait = this.nextMs - performance.now();
    if (wait <= 0) {
      this.draw();
    } else {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        this.draw();
      }, wait);
    }
  }

  async finish(): Promise<void> {
    this.isEnding = true; // what is being drawn is the last that starts by itself
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.drawing;
    const last = this.pending;
    this.pending = undefined;
    if (last !== undefined) {
      await (this.write === undefined ? showOutside(last, this.options) : this.emit(last));
    }
    if (this.failure !== undefined) {
      throw this.failure.error;
    }
  }

  /** Draws the pending figure, and plans the next drawing if another came meanwhile. */
  private draw(): void {
    const figure = this.pending;
    this.pending = undefined;
    if (figure === undefined) {
      return;
    }
    const start = performance.now();
    const isFirst = !this.isShown;
    this.drawing = this.emit(figure)
      .catch((error: unknown) => {
        this.failure = { error };
      })
      .finally(() => {
        const end = performance.now();
        const rest = isFirst ? 0 : (end - start) * (1 / SHARE - 1); // the first loads plotly.js
        this.nextMs = Math.max(start + this.intervalMs, end + rest);
        this.drawing = undefined;
        if (this.pending !== undefined && !this.isEnding) {
          this.update(this.pending);
        }
      });
  }

  private async emit(figure: Figure): Promise<void> {
    const output = await figureOutput(figure, this.options);
    this.write?.({ ...output, transient: { display_id: this.id } }, this.isShown);
    this.isShown = true;
  }
}
