/**
 * Executes cells with tslab's compiler and executor, and tells the truth about them.
 *
 * What a cell prints belongs to that cell, even if it is printed after its end. Errors come with
 * their kind, message and line. Interrupts stop loops. This module knows nothing of Jupyter's
 * messages: the kernel sends what it receives from here, another program may store it in a file.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { format } from 'node:util';
import { setAdviceReceiver, setInterruptSource } from '../../interrupt.js';
import { captureStreams, type Capture } from './capture.js';
import { CellHistory } from './cell-history.js';
import { cellCompiler } from './cell-compiler.js';
import type { CellError, CellSink, DisplayData } from './cell-output.js';
import { CellRun } from './cell-run.js';
import { reportDiagnostics, reportThrown, type CellLookup } from './error-report.js';
import { hintToDiagnostics, hintToThrown } from './hints.js';
import { Interruption } from './interruption.js';
import { KeyboardInterrupt } from './keyboard-interrupt.js';
import { providePackage } from './package-access.js';
import { isTensor, tensorText } from './tensor-text.js';
import { checkTslab, createExecutor, setDisplayWriter, type Executor } from './tslab.js';

/** How a cell ended. */
export interface CellResult {
  /** The number of the cell. */
  readonly count: number;
  /** The error that it failed with; undefined if it did not fail. */
  readonly error: CellError | undefined;
}

/** How {@link Engine} behaves. */
export interface EngineOptions {
  /**
   * Where output goes that belongs to no cell while none runs, such as that of threads: to the last
   * cell, or to the terminal (default).
   */
  readonly strayOutput?: 'last-cell' | 'terminal';
  /** True if another thread has seen an interrupt that the event loop has not seen yet. */
  readonly isInterruptWaiting?: () => boolean;
}

interface CellGlobals {
  require: NodeJS.Require;
  checkInterrupt: () => void;
}

const quiet: CellSink = {
  stream: () => undefined,
  display: () => undefined,
  error: () => undefined,
};

/** Executes cells, one after another; one engine per process. */
export class Engine {
  private readonly context = new AsyncLocalStorage<CellRun>();
  private readonly executor: Executor;
  private readonly capture: Capture;
  private readonly interruption: Interruption;
  private readonly cells = new CellHistory();
  private current: CellRun | undefined;
  private last: CellRun | undefined;
  private count = 0;
  /** That of the notebook. */
  private readonly folder = process.cwd();
  private readonly onError = (error: unknown): void => {
    this.strayError(error);
  };

  /**
   * Takes over the standard streams and the handling of unhandled errors until {@link close}.
   *
   * Cells find files and packages from the current folder of the process.
   */
  constructor({ strayOutput = 'terminal', isInterruptWaiting = () => false }: EngineOptions = {}) {
    checkTslab();
    const { folder } = this;
    const wrapRequire = providePackage(folder);
    const compiler = cellCompiler(() => this.current);
    this.executor = createExecutor(folder, compiler, {
      // The value of the last expression.
      log: (value: unknown) => {
        process.stdout.write(`${isTensor(value) ? tensorText(value) : format(value)}\n`);
      },
      error: (...values: unknown[]) => {
        this.executorError(values);
      },
    });
    this.interruption = new Interruption({
      current: () => this.current,
      last: () => this.last,
      owner: () => this.owner,
      stop: () => {
        this.executor.interrupt();
      },
      isWaiting: isInterruptWaiting,
    });
    const { __tslab__: globals } = globalThis as unknown as { __tslab__: CellGlobals };
    globals.require = wrapRequire(globals.require);
    globals.checkInterrupt = () => {
      this.interruption.check();
    };
    this.capture = captureStreams((name, text) => {
      const run = this.owner ?? (strayOutput === 'last-cell' ? this.last : undefined);
      run?.stream(name, text);
      return run !== undefined;
    });
    setDisplayWriter((content, isUpdate) => {
      (this.owner ?? this.last)?.display(content as DisplayData, isUpdate ?? false);
    });
    setInterruptSource(() => (this.owner ?? this.last ?? new CellRun(0, '', quiet)).takeSignal());
    setAdviceReceiver((text) => (this.owner ?? this.last)?.notify(`${text}\n`));
    process.on('uncaughtException', this.onError);
    process.on('unhandledRejection', this.onError);
  }

  /** Writes to the terminal, whatever runs. */
  get terminal(): Capture['terminal'] {
    return this.capture.terminal;
  }

  /** The number that the next cell gets. */
  get nextCount(): number {
    return this.count + 1;
  }

  /**
   * Executes one cell; the one before must have ended.
   *
   * @param sink - receives the output, including what comes after the end
   * @param isNumbered - false does not advance the count
   */
  async execute(source: string, sink: CellSink, isNumbered = true): Promise<CellResult> {
    this.count += isNumbered ? 1 : 0;
    const run = new CellRun(this.count, source, sink);
    this.current = run;
    this.last = run;
    try {
      await this.context.run(run, () => this.executor.execute(source));
      // Rejections that nobody handled are reported at the end of a turn of the event loop.
      await sleep(0);
    } catch (error) {
      this.fail(run, error);
    }
    if (run.diagnostics.length > 0) {
      const { diagnostics, hint } = hintToDiagnostics(run.diagnostics, source, this.folder);
      run.fail(reportDiagnostics(diagnostics, source, hint));
    }
    if (run.isInterrupted && run.error === undefined) {
      this.fail(run, new KeyboardInterrupt());
    }
    run.end();
    this.current = undefined;
    this.cells.keep(run);
    // tslab waits for a cell and for its own promise of an interrupt, which would hold each cell that ever
    // waited, with its output, until the next interrupt: this one frees them.
    this.executor.interrupt();
    return { count: run.count, error: run.error };
  }

  /** Interrupts the running cell, or what the last one left running. */
  interrupt(): void {
    this.interruption.interrupt();
  }

  /** The executor, for tslab's own answers to questions about code. */
  get languageService(): Executor {
    return this.executor;
  }

  /** Releases the streams and stops the compiler. */
  close(): void {
    process.off('uncaughtException', this.onError);
    process.off('unhandledRejection', this.onError);
    setInterruptSource(undefined);
    setAdviceReceiver(undefined);
    setDisplayWriter(null);
    this.capture.release();
    this.executor.close();
  }

  /** The cell to which the code that runs now belongs. */
  private get owner(): CellRun | undefined {
    return this.context.getStore() ?? this.current;
  }

  private readonly lookup: CellLookup = (count) =>
    count === this.last?.count ? this.last : this.cells.find(count);

  /** tslab reports what a cell threw as one value, and what the compiler found as several. */
  private executorError(values: readonly unknown[]): void {
    const run = this.owner;
    if (run === undefined) {
      return;
    }
    if (values.length === 1) {
      this.fail(run, values[0]);
    } else if (run.diagnostics.length === 0) {
      run.stream('stderr', `${format(...values)}\n`); // about a module: the cell does not fail
    }
  }

  /** Shows what a cell threw; whatever an interrupted cell throws, the interrupt is shown. */
  private fail(run: CellRun, thrown: unknown): void {
    const { code } = (thrown ?? {}) as { code?: unknown };
    const isFollowUp = run.isInterrupted && !(thrown instanceof KeyboardInterrupt);
    const isInterrupt = isFollowUp || code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED';
    const shown = isInterrupt ? new KeyboardInterrupt() : thrown;
    run.fail(reportThrown(shown, this.lookup, hintToThrown(shown, this.folder)));
  }

  /** Shows an error that nobody caught: of a timer, or a rejection. */
  private strayError(thrown: unknown): void {
    const origin = this.context.getStore();
    if (origin?.isInterrupted && !origin.isRunning) {
      return; // the rest of an interrupted cell
    }
    const error = reportThrown(thrown, this.lookup);
    const shown = origin?.isRunning ? origin : (this.current ?? this.last);
    if (shown === undefined) {
      this.terminal.stderr(`${error.traceback.join('\n')}\n`);
      return;
    }
    const place = origin && origin !== shown ? ` (cell [${origin.count}], after its end)` : '';
    shown.fail({ ...error, traceback: [`not caught${place}`, ...error.traceback] });
  }
}
