/** tslab's compiler, as the engine uses it: what it compiled is prepared and noted at the cell. */
import type { CellRun } from './cell-run.js';
import { cellName } from './error-report.js';
import { prepareCode } from './prepare-code.js';
import { createConverter, type ConverterSet, type ConvertResult } from './tslab.js';

/**
 * Makes the compiler.
 *
 * @param current - the cell that runs; what is compiled belongs to it
 */
export function cellCompiler(current: () => CellRun | undefined): ConverterSet {
  const converter = createConverter({ isJS: false, isBrowser: false });
  const convert = (before: string, source: string): ConvertResult => {
    const result = converter.convert(before, source);
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
    converter.close();
  };
  const node = {
    convert,
    inspect: converter.inspect.bind(converter),
    complete: converter.complete.bind(converter),
    addModule: converter.addModule.bind(converter),
    close,
  };
  return { node, browser: node, close };
}
