/** Steps in the form in which they are written: in their precision, prepared where that is possible. */
import { absorbBatchNorms } from './passes/absorb-batch-norms.js';
import { dropReshapes } from './passes/drop-reshapes.js';
import { filterProducts } from './passes/filter-products.js';
import { halfPrecision } from './passes/half-precision.js';
import { canPrepare, prepare } from './passes/prepare.js';
import type { Precision } from './precision.js';
import type { TracedStep } from './trace-graph.js';

/** How steps are converted. */
export interface Conversion {
  readonly precision: Precision;
  /** Whether the steps are to be simplified as far as possible, for calls without number. */
  readonly rewrite: boolean;
}

/** Converted steps. */
export interface ConvertedSteps {
  readonly steps: readonly TracedStep[];
  /**
   * Sets what the steps read besides the state, which its changes name; it must run whenever the state was set.
   * Absent if there is nothing.
   */
  readonly preparation?: TracedStep;
}

/** Prefix of prepared values in the state. */
const PREPARED = 'autodeeplab:prepared';

/** What all steps need before, as one step. */
function joined(preparations: readonly TracedStep[]): TracedStep {
  return {
    nodes: preparations.flatMap(({ nodes }) => nodes),
    outputs: [],
    changes: preparations.flatMap(({ changes }) => changes),
    momentum: [],
  };
}

/**
 * Converts steps to a precision.
 *
 * In float32 they stay as they are: there TensorFlow's rewriter joins convolutions and batch norms, as it does not
 * in bfloat16, where gradients of filters become products. Where no step changes the state, as at inference,
 * convolutions absorb batch norms, and what follows from the weights alone is computed when they are set, not in every
 * call; gradients, which such steps rarely have, stay as they are. oneDNN joins the biases.
 */
export function convertSteps(
  given: readonly TracedStep[],
  { precision, rewrite }: Conversion,
): ConvertedSteps {
  if (precision === 'float32') {
    return { steps: given };
  }
  if (!rewrite || !given.every(canPrepare)) {
    return { steps: given.map((step) => halfPrecision(filterProducts(step))) };
  }
  const prepared = given.map((step, i) =>
    prepare(halfPrecision(absorbBatchNorms(dropReshapes(step))), `${PREPARED}/${i}`),
  );
  const preparation = joined(prepared.map((one) => one.preparation));
  const steps = prepared.map(({ step }) => step);
  return preparation.changes.length === 0 ? { steps } : { steps, preparation };
}
