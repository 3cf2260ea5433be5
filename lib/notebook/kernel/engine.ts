/**
 * Executes cells with tslab's compiler and executor, and tells the truth about them.
 *
 * What a cell prints belongs to that cell, even if it is printed after its end. Errors come with
 * their kind, message and line. Interrupts stop loops. This module knows nothing of Jupyter's
 * messages: the kernel sends what it gives, another program may store it in a file.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { format } from 'node:util';
import { setInterruptSource } from '../../interrupt.js';
import { captureStreams, type Capture } from './capture.js';
import type { CellError, CellSink, DisplayData } from './cell-output.js';
import { CellRun } from './cell-run.js';
import { cellName, reportDiagnostics, reportThrown, type CellLookup } from './error-report.js';
import { KeyboardInterrupt } from './keyboard-interrupt.js';
import { missingBuild, providePackage } from './package-access.js';
import { prepareCode } from './prepare-code.js';
import {
  checkTslab,
  createConverter,
  createExecutor,
  setDisplayWriter,
  type Converter,
  type ConverterSet,
  type ConvertResult,
  type Executor,
} from './tslab.js';

/** How a cell ended. */
export interface CellResult {
  /** The number of the cell. */
  readonly count: number;
  /** What it failed with; undefined if it did not. */
  readonly error: CellError | undefined;
}

/** How {@link Engine} behaves. */
export interface EngineOptions {
  /**
   * Where output goes that belongs to no cell while none runs, such as that of threads: to the last
   * cell, or to the terminal (default).
   */
  readonly strayOutput?: 'last-cell' | 'terminal';
  /** True if another thread has seen an interrupt that the event loop did not see yet. */
  readonly isInterruptWaiting?: () => boolean;
}

/** Code that watches its signal has so long to end by itself, for example to write a checkpoint. */
const GRACE_MS = 30_000;
/** It says so after this time. */
const NOTICE_MS = 2000;

interface CellGlobals {
  require: NodeJS.Require;
  checkInterrupt: () => void;
}

/** Executes cells, one after another; one engine a process. */
export class Engine {
  private readonly context = new AsyncLocalStorage<CellRun>();
  private readonly executor: Executor;
  private readonly capture: Capture;
  private readonly runs = new Map<number, CellRun>();
  private current: CellRun | undefined;
  private last: CellRun | undefined;
  private count = 0;
  private hasInterrupted = false;
  private readonly isInterruptWaiting: () => boolean;
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
    this.isInterruptWaiting = isInterruptWaiting;
    const folder = process.cwd();
    const wrapRequire = providePackage(folder);
    this.executor = createExecutor(folder, this.converters(), {
      log: (...values: unknown[]) => {
        process.stdout.write(`${format(...values)}\n`);
      },
      error: (...values: unknown[]) => {
        this.executorError(values);
      },
    });
    const { __tslab__: globals } = globalThis as unknown as { __tslab__: CellGlobals };
    globals.require = wrapRequire(globals.require);
    globals.checkInterrupt = () => {
      this.checkInterrupt();
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
    process.on('uncaughtException', this.onError);
    process.on('unhandledRejection', this.onError);
  }

  /** Writes to the terminal, whatever runs. */
  get terminal(): Capture['terminal'] {
    return this.capture.terminal;
  }

  /** True while a cell runs. */
  get isBusy(): boolean {
    return this.current !== undefined;
  }

  /** The number that the next cell gets. */
  get nextCount(): number {
    return this.count + 1;
  }

  /**
   * Executes one cell; the one before must have ended.
   *
   * @param sink - receives the output, also what comes after the end
   * @param isNumbered - false leaves the count as it is
   */
  async execute(source: string, sink: CellSink, isNumbered = true): Promise<CellResult> {
    this.count += isNumbered ? 1 : 0;
    const run = new CellRun(this.count, source, sink);
    this.runs.set(run.count, run);
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
      const hint = run.diagnostics.some(({ messageText }) => messageText.includes("'autodeeplab'"));
      run.fail(reportDiagnostics(run.diagnostics, source, hint ? missingBuild() : undefined));
    }
    if (run.isInterrupted && run.error === undefined) {
      this.fail(run, new KeyboardInterrupt());
    }
    run.isRunning = false;
    this.current = undefined;
    return { count: run.count, error: run.error };
  }

  /**
   * Interrupts the running cell, or what the last one left running.
   *
   * Its signal is aborted. Code that watches the signal may finish its step; a second interrupt, or
   * {@link GRACE_MS}, ends the cell without it.
   */
  interrupt(): void {
    const run = this.current ?? this.last;
    if (run === undefined) {
      return;
    }
    const isFirst = !run.isInterrupted;
    this.hasInterrupted = true;
    run.interrupt();
    if (!isFirst || !run.watchesSignal) {
      this.executor.interrupt();
      return;
    }
    this.whileRunning(run, NOTICE_MS, () => {
      run.stream(
        'stderr',
        'interrupted: the step under way ends first; once more to end at once\n',
      );
    });
    this.whileRunning(run, GRACE_MS, () => {
      this.executor.interrupt();
    });
  }

  /** Completions at a position, in UTF-16 units. */
  complete(code: string, position: number): ReturnType<Executor['complete']> {
    return this.executor.complete(code, position);
  }

  /** The executor, for tslab's own answers to questions about code. */
  get languageService(): Executor {
    return this.executor;
  }

  /** Gives the streams back and stops the compiler. */
  close(): void {
    process.off('uncaughtException', this.onError);
    process.off('unhandledRejection', this.onError);
    setInterruptSource(undefined);
    setDisplayWriter(null);
    this.capture.release();
    this.executor.close();
  }

  /** Does something after so long, if the cell still runs then. */
  private whileRunning(run: CellRun, delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      if (run === this.current) {
        act();
      }
    }, delayMs);
    timer.unref();
  }

  /** The cell to which the code that runs now belongs. */
  private get owner(): CellRun | undefined {
    return this.context.getStore() ?? this.current;
  }

  private readonly lookup: CellLookup = (count) => this.runs.get(count);

  private converters(): ConverterSet {
    const node = this.converter(createConverter({ isJS: false, isBrowser: false }));
    return { node, browser: node, close: () => node.close() };
  }

  /** The compiler, with the repairs of {@link prepareCode}. */
  private converter(converter: Converter): Converter {
    const convert = (before: string, source: string): ConvertResult => {
      const result = converter.convert(before, source);
      const run = this.current;
      if (run === undefined || result.output === undefined) {
        if (run) {
          run.diagnostics = result.diagnostics;
        }
        return result;
      }
      const { code, waitsAtTop } = prepareCode(result.output, cellName(run.count), before);
      run.output = code;
      return {
        ...result,
        output: code,
        hasToplevelAwait: (result.hasToplevelAwait ?? false) || waitsAtTop,
      };
    };
    return {
      convert,
      inspect: (before, source, position) => converter.inspect(before, source, position),
      complete: (before, source, position) => converter.complete(before, source, position),
      addModule: (name, content, meta) => converter.addModule(name, content, meta),
      close: () => {
        converter.close();
      },
    };
  }

  /** tslab reports what a cell threw as one value, and what the compiler found as several. */
  private executorError(values: readonly unknown[]): void {
    const run = this.owner;
    if (run === undefined) {
      return;
    }
    if (values.length === 1) {
      this.fail(run, values[0]);
    } else if (run.diagnostics.length === 0) {
      run.stream('stderr', `${format(...values)}\n`); // of a module: the cell does not fail
    }
  }

  /** Shows what a cell threw; whatever ends an interrupted cell, it was the interrupt. */
  private fail(run: CellRun, thrown: unknown): void {
    const { code } = (thrown ?? {}) as { code?: unknown };
    const isFollowUp = run.isInterrupted && !(thrown instanceof KeyboardInterrupt);
    const isInterrupt = isFollowUp || code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED';
    run.fail(reportThrown(isInterrupt ? new KeyboardInterrupt() : thrown, this.lookup));
  }

  /** An error that nobody caught: of a timer, or a rejection. */
  private strayError(thrown: unknown): void {
    const origin = this.context.getStore();
    if (origin?.isInterrupted && !origin.isRunning) {
      return; // the rest of an interrupted cell
    }
    const shown = origin?.isRunning ? origin : (this.current ?? this.last);
    if (shown === undefined) {
      this.terminal.stderr(`${reportThrown(thrown, this.lookup).traceback.join('\n')}\n`);
      return;
    }
    const error = reportThrown(thrown, this.lookup);
    const place = origin && origin !== shown ? ` (cell [${origin.count}], after its end)` : '';
    shown.fail({ ...error, traceback: [`not caught${place}`, ...error.traceback] });
  }

  /** Called at the head of every loop of every cell. */
  private checkInterrupt(): void {
    if (this.isInterruptWaiting()) {
      this.interrupt();
    }
    if (this.hasInterrupted && this.owner?.isInterrupted) {
      throw new KeyboardInterrupt();
    }
  }
}

const quiet: CellSink = {
  stream: () => undefined,
  display: () => undefined,
  error: () => undefined,
};
