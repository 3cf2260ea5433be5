/** From samples to what they say: windows, slopes and verdicts. */
import { MEASURES, type Measure, type Sample } from './sample.js';
import { theilSen, type Slope } from './slope.js';

/** *grows* - and did so to the end. *settled* - grew at first only. *steady* - not beyond its noise. */
export type Verdict = 'grows' | 'settled' | 'steady' | 'too short';

/** What is known of one quantity. */
export interface Finding {
  readonly measure: Measure['key'];
  readonly unit: Measure['unit'];
  /** In the first and the last window behind the warm-up. */
  readonly first: number;
  readonly last: number;
  readonly most: number;
  /** Per hour, with its 95 % interval. */
  readonly slope: Slope;
  readonly verdict: Verdict;
}

/**
 * Windows that the time behind the warm-up is divided into. Of each the least value counts: garbage
 * lies on top of what is in use until it is collected, which may take minutes.
 */
const WINDOWS = 16;

/** The share of the time that memory may take to settle. */
export const WARM_UP = 1 / 6;

const MIB = 2 ** 20;

interface Value {
  readonly seconds: number;
  readonly value: number;
}

function valuesOf(samples: readonly Sample[], { key, unit }: Measure): readonly Value[] {
  return samples.flatMap(({ seconds, [key]: value }) =>
    value === undefined ? [] : [{ seconds, value: unit === 'MiB' ? value / MIB : value }],
  );
}

/** The samples as one value per window of time, in hours. */
function windows(values: readonly Value[], from: number, to: number, count: number) {
  const width = (to - from) / count;
  const filled = new Map<number, number[]>();
  for (const { seconds, value } of values) {
    const index = Math.floor((seconds - from) / width);
    if (seconds >= from && seconds < to) {
      filled.set(index, [...(filled.get(index) ?? []), value]);
    }
  }
  return [...filled].map(([index, inside]) => ({
    x: (from + (index + 0.5) * width) / 3600,
    y: Math.min(...inside),
  }));
}

/** How a quantity changed from some time to the end. */
function changeFrom(values: readonly Value[], from: number, to: number, count: number) {
  const points = windows(values, from, to, count);
  const slope = theilSen(points);
  return { points, slope, gained: (slope.slope * (to - from)) / 3600 };
}

/**
 * What the samples of one process say of a quantity.
 *
 * It *grows* if the whole interval of its slope lies above zero, in all of the time behind the warm-up
 * and again in the second half of it, and it gained more than the measure ignores.
 *
 * @param seconds - how long the work ran
 * @returns undefined if the quantity was never measured
 */
export function judge(
  samples: readonly Sample[],
  seconds: number,
  measure: Measure,
): Finding | undefined {
  const values = valuesOf(samples, measure);
  if (values.length === 0) {
    return undefined;
  }
  const start = WARM_UP * seconds;
  const whole = changeFrom(values, start, seconds, WINDOWS);
  const half = changeFrom(values, (start + seconds) / 2, seconds, WINDOWS / 2);
  const isTooShort = Number.isNaN(whole.gained) || Number.isNaN(half.gained);
  const isUp = whole.slope.lower > 0 && whole.gained > measure.ignored;
  const isStillUp = half.slope.lower > 0 && half.gained > measure.ignored / 2;
  return {
    measure: measure.key,
    unit: measure.unit,
    first: whole.points[0]?.y ?? NaN,
    last: whole.points.at(-1)?.y ?? NaN,
    most: values.reduce((most, { value }) => Math.max(most, value), -Infinity),
    slope: whole.slope,
    verdict: isTooShort ? 'too short' : !isUp ? 'steady' : isStillUp ? 'grows' : 'settled',
  };
}

/** What the samples of one process say of all quantities. */
export function judgeAll(samples: readonly Sample[], seconds: number): readonly Finding[] {
  return MEASURES.flatMap((measure) => judge(samples, seconds, measure) ?? []);
}
