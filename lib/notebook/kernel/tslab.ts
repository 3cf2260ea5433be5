/** The parts of tslab that the kernel is made of; only this version of it was tried. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type * as compiler from 'typescript';
import { BackendError } from '../../errors.js';

export { createConverter, type Converter, type ConvertResult } from 'tslab/dist/converter.js';
export { createExecutor, type ConverterSet, type Executor } from 'tslab/dist/executor.js';
export { JupyterHandlerImpl } from 'tslab/dist/jupyter.js';

/** The version whose internals this folder knows. */
export const TSLAB_VERSION = '1.0.22';

const require = createRequire(import.meta.url);

/** The folder of tslab. */
export const TSLAB_FOLDER = dirname(require.resolve('tslab/package.json'));

/**
 * The compiler that tslab brings along, TypeScript 5.0; its types are those of the compiler of this
 * library.
 *
 * In package.json an empty package takes its name, so that npm puts it into tslab's own folder: at the
 * top of a project its program `tsc` would replace that of the project's own TypeScript.
 */
export const typescript = createRequire(require.resolve('tslab/package.json'))(
  '@tslab/typescript-for-tslab',
) as typeof compiler;

/** Throws a {@link BackendError} unless the tslab that is installed is the one that was tried. */
export function checkTslab(): void {
  const { version } = require('tslab/package.json') as { version: string };
  if (version !== TSLAB_VERSION) {
    throw new BackendError(
      `kernel: expected tslab ${TSLAB_VERSION}, got ${version}; run npm install tslab@${TSLAB_VERSION}`,
    );
  }
}

type DisplayWriter = (content: object, isUpdate: boolean | undefined) => void;

/** Says who receives what code displays with tslab's `display` and `newDisplay`. */
export function setDisplayWriter(write: DisplayWriter | null): void {
  // The object that tslab itself reads; an ES import would be a frozen copy.
  const jupyter = require('tslab/dist/jupyter.js') as { lastWriteDisplayData: unknown };
  jupyter.lastWriteDisplayData = write;
}
