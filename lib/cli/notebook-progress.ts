/** Progress of notebooks on the terminal: one line each, updated in place. */
import type { CellEvent } from '../notebook/run/run-notebook.js';
import { duration } from '../duration.js';

/** Without a terminal the running notebook is reported at most this often, in ms. */
const LINE_EVERY_MS = 30_000;

/** How often the time on a terminal is updated, in ms. */
const TICK_MS = 1000;

/** Shows which cell of which notebook runs. Owns the terminal's last line; stop it when done. */
export class NotebookProgress {
  private name = '';
  private event: CellEvent | undefined;
  private start = 0;
  private lastLine = 0;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param width - of the longest name
   * @param stream - where to show it; standard error by default
   */
  constructor(
    private readonly width: number,
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {}

  /** A notebook begins. */
  begin(name: string): void {
    this.name = name;
    this.event = undefined;
    this.start = performance.now();
    this.lastLine = this.start;
    this.timer = setInterval(() => {
      this.show();
    }, TICK_MS);
    this.show();
  }

  /** One of its cells begins or ends. */
  readonly onCell = (event: CellEvent): void => {
    this.event = event;
    if (event.kind === 'cell') {
      this.show();
    }
  };

  /** The notebook ended: prints the line that stays. */
  end(result: string): void {
    this.stop();
    this.stream.write(`${this.name.padEnd(this.width)}  ${result}\n`);
  }

  /** Removes the line that shows progress. */
  stop(): void {
    clearInterval(this.timer);
    if (this.stream.isTTY) {
      this.stream.write('\r\x1b[K');
    }
  }

  private show(): void {
    const now = performance.now();
    const { event } = this;
    const cell = event === undefined ? 'starting' : `cell ${event.number} of ${event.of}`;
    const text = `${this.name.padEnd(this.width)}  ${cell}, ${duration((now - this.start) / 1000)}`;
    if (this.stream.isTTY) {
      this.stream.write(`\r\x1b[K${text.slice(0, Math.max(20, this.stream.columns - 1))}`);
    } else if (now - this.lastLine > LINE_EVERY_MS) {
      this.stream.write(`${text}\n`);
      this.lastLine = now;
    }
  }
}
