import { DataError } from '../errors.js';
import type { EvaluationReport } from './report.js';

/**
 * A finished evaluation could not be written into its run: the disk is full, another process writes the
 * run, or `metrics.json` was edited. The scores are in `report`.
 */
export class UnwrittenReportError extends DataError {
  override readonly name = 'UnwrittenReportError';

  /** @param cause - why it could not be written */
  constructor(
    folder: string,
    /** What the evaluation found. */
    readonly report: EvaluationReport,
    cause: unknown,
  ) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `evaluate: expected to add the scores to metrics.json, got an error: ${why}; evaluate again to ` +
        'write them',
      cause instanceof DataError ? (cause.file ?? folder) : folder,
      { cause },
    );
  }
}
