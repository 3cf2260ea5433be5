/** One execution of one cell. */
import type { CellError, CellSink, DisplayData, StreamName } from './cell-output.js';
import { KeyboardInterrupt } from './keyboard-interrupt.js';
import type { ConvertResult } from './tslab.js';

/** One execution of one cell: its output, its signal, and how it failed. */
export class CellRun {
  /** What the compiler found wrong. */
  diagnostics: ConvertResult['diagnostics'] = [];
  /** What was compiled from the source. */
  output: string | undefined;
  isRunning = true;
  /** True if code asked for the signal: it will stop by itself. */
  watchesSignal = false;
  private failure: CellError | undefined;
  private readonly controller = new AbortController();

  constructor(
    readonly count: number,
    readonly source: string,
    private readonly sink: CellSink,
  ) {}

  get error(): CellError | undefined {
    return this.failure;
  }

  get isInterrupted(): boolean {
    return this.controller.signal.aborted;
  }

  /** The signal, for code of this cell. */
  takeSignal(): AbortSignal {
    this.watchesSignal = true;
    return this.controller.signal;
  }

  interrupt(): void {
    this.controller.abort(new KeyboardInterrupt());
  }

  stream(name: StreamName, text: string): void {
    if (!this.isSilenced) {
      this.sink.stream(name, text);
    }
  }

  display(content: DisplayData, isUpdate: boolean): void {
    if (!this.isSilenced) {
      this.sink.display(content, isUpdate);
    }
  }

  /** Shows an error; the first while the cell runs is what it fails with. */
  fail(error: CellError): void {
    if (this.isRunning) {
      this.failure ??= error;
    }
    this.sink.error(error);
  }

  /** What is left of an interrupted cell shall not go on printing. */
  private get isSilenced(): boolean {
    return this.isInterrupted && !this.isRunning;
  }
}
