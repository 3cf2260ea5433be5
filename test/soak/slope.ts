/**
 * How fast a measured quantity grows: a slope that outliers do not move, with its interval.
 *
 * Sources: Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63 (1968); the
 * correction for values that depend on their neighbours: von Storch, "Misuses of statistical analysis
 * in climate research" (1995), n′ = n (1 − r) / (1 + r).
 */
import { median } from '../bench/statistics.js';

/** A value at a time. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A slope with its interval; NaN where there are too few points to tell. */
export interface Slope {
  /** The median of the slopes between all pairs of points. */
  readonly slope: number;
  /** The lower end of the 95 % interval. */
  readonly lower: number;
  readonly upper: number;
}

/** Of the standard normal distribution, for 95 % of both sides. */
const Z = 1.959964;

/** How much each of equally spaced values resembles the next one: the correlation at lag 1. */
export function neighbourCorrelation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const shared = values
    .slice(1)
    .reduce((sum, value, i) => sum + (value - mean) * (values[i] - mean), 0);
  return variance > 0 ? shared / variance : 0;
}

/**
 * The variance of Kendall's S: how far the counts of rising and falling pairs differ by chance.
 *
 * Equal values belong to no side: Var(S) = (n(n−1)(2n+5) − Σ t(t−1)(2t+5)) / 18 over their groups.
 */
function kendallVariance(values: readonly number[]): number {
  const term = (n: number) => n * (n - 1) * (2 * n + 5);
  const counts = new Map<number, number>();
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts.values()].reduce((left, n) => left - term(n), term(values.length)) / 18;
}

/**
 * The slope of Theil and Sen: the median over pairs of (y_j − y_i) / (x_j − x_i).
 *
 * Its interval is that of Sen for independent values, widened by (1 + r) / (1 − r) where what is left
 * without the slope resembles its neighbour (r > 0), as memory does.
 *
 * @param points - in the order of x, about equally far apart
 */
export function theilSen(points: readonly Point[]): Slope {
  const slopes = points
    .flatMap((a, i) =>
      points.slice(i + 1).flatMap((b) => (b.x > a.x ? [(b.y - a.y) / (b.x - a.x)] : [])),
    )
    .sort((a, b) => a - b);
  if (points.length < 4 || slopes.length === 0) {
    return { slope: NaN, lower: NaN, upper: NaN };
  }
  const slope = median(slopes);
  const rest = points.map(({ x, y }) => y - slope * x);
  const r = Math.min(Math.max(neighbourCorrelation(rest), 0), 0.95);
  const spread = Z * Math.sqrt(kendallVariance(points.map(({ y }) => y)) * ((1 + r) / (1 - r)));
  const count = slopes.length;
  const at = (rank: number) => slopes[Math.min(Math.max(Math.round(rank), 0), count - 1)];
  return { slope, lower: at((count - spread) / 2 - 1), upper: at((count + spread) / 2) };
}
