/** Numbers made of measured times. */

/** The middle value; of an even count the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) {
    return Number.NaN;
  }
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** A point of a curve. */
export type Point = readonly [x: number, y: number];

/** The straight line y = intercept + slope · x that fits best. */
export interface Line {
  readonly intercept: number;
  readonly slope: number;
  /** Share of the variance of y that the line explains: 1 where all points lie on it. */
  readonly explained: number;
}

/** Fits a line by least squares; NaN with fewer than two different x. */
export function fitLine(points: readonly Point[]): Line {
  const mean = (column: 0 | 1) =>
    points.reduce((sum, point) => sum + point[column], 0) / points.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const moment = (f: (dx: number, dy: number) => number) =>
    points.reduce((sum, [x, y]) => sum + f(x - meanX, y - meanY), 0);
  const [xx, xy, yy] = [
    moment((dx) => dx * dx),
    moment((dx, dy) => dx * dy),
    moment((_, dy) => dy * dy),
  ];
  const slope = xx > 0 ? xy / xx : Number.NaN;
  return { slope, intercept: meanY - slope * meanX, explained: yy > 0 ? (slope * xy) / yy : 1 };
}

/**
 * The exponent p of the power law y ~ x^p that fits best: least squares on the logarithms.
 *
 * 1 means that y grows in proportion to x. NaN with fewer than two different x.
 */
export function growthExponent(points: readonly Point[]): number {
  return fitLine(points.map(([x, y]) => [Math.log(x), Math.log(y)])).slope;
}
