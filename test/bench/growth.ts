/** How the time of a step grows with the numbers of pixels, images, layers and blocks. */
import { SERIES, type Case, type Series } from './cases.js';
import type { Row } from './row.js';
import { fitLine, growthExponent, type Line } from './statistics.js';

/** One series of cases that differ in one size only. */
export interface Growth {
  readonly series: Series;
  /** p of the fit time ~ size^p: 1 where time grows in proportion. */
  readonly exponent: number;
  /** The line time = intercept + slope · size that fits best, in milliseconds. */
  readonly line: Line;
  readonly points: readonly {
    readonly name: string;
    readonly size: number;
    readonly medianMs: number;
    /** Time of one unit, such as a pixel or an image, in microseconds. */
    readonly perUnitUs: number;
  }[];
}

/** The series of which two or more cases were measured. */
export function growthOf(
  cases: readonly Case[],
  rows: readonly Pick<Row, 'name' | 'medianMs'>[],
): readonly Growth[] {
  const times = new Map(rows.map(({ name, medianMs }) => [name, medianMs]));
  return SERIES.flatMap((series) => {
    const points = cases.flatMap(({ name, growth }) => {
      const medianMs = times.get(name) ?? null;
      return growth?.series === series && medianMs !== null
        ? [{ name, size: growth.size, medianMs, perUnitUs: (1000 * medianMs) / growth.size }]
        : [];
    });
    const curve = points.map(({ size, medianMs }) => [size, medianMs] as const);
    return points.length < 2
      ? []
      : [{ series, exponent: growthExponent(curve), line: fitLine(curve), points }];
  });
}
