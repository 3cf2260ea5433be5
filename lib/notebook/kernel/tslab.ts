/** The parts of tslab that the kernel is made of; only this version of it was tried. */
import { createRequire } from 'node:module';
import type compiler from '@tslab/typescript-for-tslab';
import { BackendError } from '../../errors.js';

export { createConverter, type Converter, type ConvertResult } from 'tslab/dist/converter.js';
export { createExecutor, type ConverterSet, type Executor } from 'tslab/dist/executor.js';
export { JupyterHandlerImpl } from 'tslab/dist/jupyter.js';

/** The version whose internals this folder knows. */
export const TSLAB_VERSION = '1.0.22';

const require = createRequire(import.meta.url);

/** The compiler that tslab brings along; not the one that compiles this library. */
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
