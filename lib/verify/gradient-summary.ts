/** Gradients of whole networks, of which the reference holds a norm and two projections. */
import { differenceOf, worst, type Difference } from './difference.js';
import { fillImage } from './fill.js';
import type { GradientSummary } from './reference.js';

/** An array by name, with its shape. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/**
 * The share of the largest norm below which a gradient counts as noise: shifts that the next batch norm
 * nearly cancels have gradients that are a small difference of large numbers.
 */
const FLOOR = 1e-3;

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    sum += a[i] * b[i];
  }
  return sum;
}

/**
 * The largest difference of norms and projections.
 *
 *     |actual − expected| / (norm + 1e-3 · the largest norm of all)
 *
 * @param gradients - those that are missing count as zeros
 */
export function summaryDifference(
  gradients: readonly NamedArray[],
  expected: GradientSummary,
): Difference {
  const floor = FLOOR * Math.max(...Object.values(expected).map(([norm]) => norm));
  const found = new Map(gradients.map((gradient) => [gradient.name, gradient]));
  return worst(
    Object.entries(expected).map(([name, summary]) => {
      const { values = [], shape = [] } = found.get(name) ?? {};
      const probes = ['probe1', 'probe2'].map((probe) => fillImage(`${probe}/${name}`, shape));
      const actual = [Math.sqrt(dot(values, values)), ...probes.map((probe) => dot(values, probe))];
      return differenceOf(name, actual, summary, summary[0] + floor);
    }),
  );
}
