/** What a check of a machine is, and what it finds. */
import type { BackendInfo } from '../backend/use-backend.js';
import type { Precision } from './precision.js';

/** One comparison. */
export interface Row {
  /** What was computed. */
  readonly what: string;
  /** Where the expected values come from. */
  readonly expectedFrom: string;
  /** The largest difference of an element; NaN if there was nothing to compare. */
  readonly absolute: number;
  /** The same as a share of the largest expected element of its array; NaN if there was nothing. */
  readonly relative: number;
  /** The largest relative difference that counts as equal; 0: equal to the last bit. */
  readonly tolerance: number;
  readonly ok: boolean;
  readonly seconds: number;
  /** Where the difference is largest, what was measured besides, or why there is no result. */
  readonly note?: string;
}

/** What a check is given. */
export interface CheckContext {
  readonly backend: BackendInfo;
  /** How exactly the backend multiplies, from which the tolerances follow. */
  readonly precision: Precision;
  /** An empty folder, which the caller removes. */
  readonly folder: string;
}

/** One kind of comparison. */
export interface Check {
  readonly name: string;
  /** What it compares, in a line. */
  readonly compares: string;
  /**
   * Whether its process computes products in float32 where the environment decides that: with operands
   * rounded to TF32, ReLUs open elsewhere, and gradients of whole networks differ by as much as they are.
   */
  readonly wantsFloat32?: true;
  /** Compares, row after row; what goes wrong with one row does not stop the others. */
  run(context: CheckContext): AsyncIterable<Row>;
}
