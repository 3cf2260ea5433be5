/** tslab's compiler, as the engine uses it: what it compiled is prepared and noted at the cell. */
import type { CellRun } from './cell-run.js';
import { cellName } from './error-report.js';
import { prepareCode } from './prepare-code.js';
import {
  createConverter,
  typescript as ts,
  type Converter,
  type ConverterSet,
  type ConvertResult,
} from './tslab.js';

/** The specifiers of the modules that were not found. */
function missingModules({ diagnostics }: ConvertResult): readonly string[] {
  return diagnostics.flatMap(
    ({ messageText }) => /^Cannot find module '([^']+)'/.exec(messageText)?.[1] ?? [],
  );
}

const INSTALLED = /[\\/]node_modules[\\/]/;
const watchFile = ts.sys.watchFile?.bind(ts.sys);

/**
 * Watches what a reader edits, not what is installed: tslab takes two timers of TypeScript for one, and fails
 * in the cell that runs when a package is replaced or removed.
 */
function watchOwnFiles(): void {
  const unwatched = { close: () => undefined };
  ts.sys.watchDirectory = () => unwatched;
  ts.sys.watchFile = (file, ...more) =>
    INSTALLED.test(file) ? unwatched : (watchFile?.(file, ...more) ?? unwatched);
}

/**
 * A compiler that looks again for modules that it did not find before. tslab's own stops for good when a
 * package comes that it had looked for in vain: it takes two timers of TypeScript for one.
 */
class FreshConverter {
  private converter = this.make();
  private readonly missing = new Set<string>();

  get current(): Converter {
    return this.converter;
  }

  convert(before: string, source: string): ConvertResult {
    const result = this.converter.convert(before, source);
    const missing = missingModules(result);
    const isOld = missing.some((name) => this.missing.has(name));
    missing.forEach((name) => this.missing.add(name));
    if (!isOld) {
      return result;
    }
    this.converter.close();
    this.converter = this.make();
    return this.converter.convert(before, source);
  }

  private make(): Converter {
    watchOwnFiles();
    return createConverter({ isJS: false, isBrowser: false });
  }
}

/**
 * Makes the compiler.
 *
 * @param current - the cell that runs; what is compiled belongs to it
 */
export function cellCompiler(current: () => CellRun | undefined): ConverterSet {
  const fresh = new FreshConverter();
  const convert = (before: string, source: string): ConvertResult => {
    const result = fresh.convert(before, source);
    const run = current();
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
  const close = () => {
    fresh.current.close();
  };
  const node: Converter = {
    convert,
    inspect: (before, source, position) => fresh.current.inspect(before, source, position),
    complete: (before, source, position) => fresh.current.complete(before, source, position),
    addModule: (name, content, meta) => fresh.current.addModule(name, content, meta),
    close,
  };
  return { node, browser: node, close };
}
