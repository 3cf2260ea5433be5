/** Errors as nbformat's `error` outputs. */
import type { CellError } from '../kernel/cell-output.js';
import type { ErrorOutput } from './notebook.js';

/** The error of a cell. */
export function errorOutput({ ename, evalue, traceback }: CellError): ErrorOutput {
  return { output_type: 'error', ename, evalue, traceback };
}

/** An error that the runner itself reports. */
export function runnerError(ename: string, evalue: string): ErrorOutput {
  return { output_type: 'error', ename, evalue, traceback: `${ename}: ${evalue}`.split('\n') };
}
