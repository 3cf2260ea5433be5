/**
 * Events as TensorBoard reads them.
 *
 * Source: the field numbers of event.proto, summary.proto and histogram.proto of TensorFlow.
 */
import { Message } from '../files/protobuf.js';
import type { Size } from '../size.js';

/** A value under a tag, such as a loss. */
export type SummaryValue = Message;

/** When an event was: seconds since 1970, and the step. */
export interface Moment {
  readonly seconds: number;
  readonly step: number;
}

const HISTOGRAM_BUCKETS = 30;

/** A number. */
export function scalar(tag: string, value: number): SummaryValue {
  return new Message().text(1, tag).float(2, value);
}

/** How numbers are distributed over equal intervals from the least to the greatest of them. */
export function histogram(tag: string, values: ArrayLike<number>): SummaryValue {
  const numbers = Array.from(values);
  const [min, max] = [Math.min(...numbers), Math.max(...numbers)];
  const width = (max - min) / HISTOGRAM_BUCKETS;
  const counts = Array.from({ length: HISTOGRAM_BUCKETS }, () => 0);
  for (const value of numbers) {
    const bucket = width === 0 ? 0 : Math.floor((value - min) / width);
    counts[Math.min(bucket, HISTOGRAM_BUCKETS - 1)]++;
  }
  const limits = counts.map((_, i) => (i === HISTOGRAM_BUCKETS - 1 ? max : min + (i + 1) * width));
  const content = new Message()
    .double(1, min)
    .double(2, max)
    .double(3, numbers.length)
    .double(
      4,
      numbers.reduce((sum, value) => sum + value, 0),
    )
    .double(
      5,
      numbers.reduce((sum, value) => sum + value * value, 0),
    )
    .doubles(6, limits)
    .doubles(7, counts);
  return new Message().text(1, tag).message(5, content);
}

/** A picture. */
export function picture(tag: string, png: Uint8Array, { height, width }: Size): SummaryValue {
  const RGBA = 4;
  const content = new Message().integer(1, height).integer(2, width).integer(3, RGBA).data(4, png);
  return new Message().text(1, tag).message(4, content);
}

const eventAt = ({ seconds, step }: Moment): Message =>
  new Message().double(1, seconds).integer(2, step);

/** An event with values. */
export function summaryEvent(moment: Moment, values: readonly SummaryValue[]): Uint8Array {
  const summary = new Message();
  for (const value of values) {
    summary.message(1, value);
  }
  return eventAt(moment).message(5, summary).finish();
}

/** The first event of a file. */
export function versionEvent(seconds: number): Uint8Array {
  return new Message().double(1, seconds).text(3, 'brain.Event:2').finish();
}

/** The start of a session at a step: values of that step and later ones, written before, lapse. */
export function startEvent(moment: Moment): Uint8Array {
  const START = 1;
  return eventAt(moment).message(7, new Message().integer(1, START)).finish();
}
