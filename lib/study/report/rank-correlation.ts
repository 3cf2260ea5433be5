/** Whether two numbers put things into the same order. */
import { mean } from '../../text.js';

/** Two measures of one thing. */
export type Pair = readonly [x: number, y: number];

/** The rank of each value, from 1; equal ones share the mean of theirs. */
export function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}

/**
 * Spearman's rank correlation: Pearson's correlation of the ranks.
 *
 *     ρ = Σ (x − x̄)(y − ȳ) / sqrt(Σ (x − x̄)² · Σ (y − ȳ)²)
 *
 * Source: Kendall and Gibbons, "Rank Correlation Methods" (1990), §3.8 for ties.
 *
 * @returns from −1 to 1; undefined of fewer than two pairs, or if all x or all y are equal
 */
export function spearman(pairs: readonly Pair[]): number | undefined {
  const [x, y] = [0, 1].map((i) => ranks(pairs.map((pair) => pair[i])));
  const [mx, my] = [mean(x), mean(y)];
  const sum = (term: (i: number) => number) => pairs.reduce((total, _, i) => total + term(i), 0);
  const scale = Math.sqrt(sum((i) => (x[i] - mx) ** 2) * sum((i) => (y[i] - my) ** 2));
  return scale > 0 ? sum((i) => (x[i] - mx) * (y[i] - my)) / scale : undefined;
}

/**
 * Kendall's rank correlation τ_b.
 *
 *     τ_b = (C − D) / sqrt((n₀ − T_x)(n₀ − T_y)),   n₀ = n (n − 1) / 2
 *
 * with C pairs of things in the same order, D in the opposite one, T_x tied in x and T_y tied in y.
 *
 * Source: Kendall and Gibbons, "Rank Correlation Methods" (1990), §3.4.
 *
 * @returns from −1 to 1; undefined of fewer than two pairs, or if all x or all y are equal
 */
export function kendall(pairs: readonly Pair[]): number | undefined {
  let [agreement, untiedX, untiedY] = [0, 0, 0];
  pairs.forEach(([x, y], i) => {
    for (const [x2, y2] of pairs.slice(i + 1)) {
      const [dx, dy] = [Math.sign(x2 - x), Math.sign(y2 - y)];
      agreement += dx * dy;
      untiedX += Math.abs(dx);
      untiedY += Math.abs(dy);
    }
  });
  return untiedX * untiedY > 0 ? agreement / Math.sqrt(untiedX * untiedY) : undefined;
}
