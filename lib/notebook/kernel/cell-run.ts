/** One execution of one cell. */
import type { CellError, CellSink, DisplayData, StreamName } from './cell-output.js';
import { KeyboardInterrupt } from './keyboard-interrupt.js';
import { OutputLimit } from './output-limit.js';
import type { ConvertResult } from './tslab.js';

/** One execution of one cell: its output, its signal, and how it failed. */
export class CellRun {
  /** The compiler's complaints. */
  diagnostics: ConvertResult['diagnostics'] = [];
  /** What the source was compiled to. */
  output: string | undefined;
  isRunning = true;
  isInterrupted = false;
  /** True if the code asked for its signal: it will stop by itself. */
  watchesSignal = false;
  private readonly limit = new OutputLimit();
  private failure: CellError | undefined;
  /** Made when it is asked for: most cells do not, and theirs would take more memory than their code. */
  private controller: AbortController | undefined;

  constructor(
    readonly count: number,
    readonly source: string,
    private readonly sink: CellSink,
  ) {}

  get error(): CellError | undefined {
    return this.failure;
  }

  /** The signal, for the code of this cell. */
  takeSignal(): AbortSignal {
    this.watchesSignal = true;
    this.controller ??= new AbortController();
    if (this.isInterrupted) {
      this.controller.abort(new KeyboardInterrupt());
    }
    return this.controller.signal;
  }

  interrupt(): void {
    this.isInterrupted = true;
    this.controller?.abort(new KeyboardInterrupt());
  }

  stream(name: StreamName, text: string): void {
    if (this.isSilenced) {
      return;
    }
    const { shown, notice } = this.limit.take(text);
    if (shown !== '') {
      this.sink.stream(name, shown);
    }
    if (notice !== undefined) {
      this.notify(notice);
    }
  }

  /** Prints what the kernel has to say, however much the cell has printed. */
  notify(text: string): void {
    this.sink.stream('stderr', text);
  }

  display(content: DisplayData, isUpdate: boolean): void {
    if (!this.isSilenced) {
      this.sink.display(content, isUpdate);
    }
  }

  /** Shows an error; the cell fails with the first one that comes while it runs. */
  fail(error: CellError): void {
    if (this.isRunning) {
      this.failure ??= error;
    }
    this.sink.error(error);
  }

  /** Ends it, and tells how much of what it printed was left out. */
  end(): void {
    const { summary } = this.limit;
    if (summary !== undefined) {
      this.notify(summary);
    }
    this.isRunning = false;
  }

  /** True for what an interrupted cell left running: it prints no more. */
  private get isSilenced(): boolean {
    return this.isInterrupted && !this.isRunning;
  }
}
