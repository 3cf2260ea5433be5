/** Whether found networks beat random ones, in a line. */
import { percent } from '../../text.js';
import type { Interval } from './bootstrap.js';
import type { Difference } from './differences.js';

/** The answer of a study, as far as it is done. */
export interface Verdict {
  /**
   * *yes* - found networks beat random ones. *no* - random ones beat them. *unknown* - it cannot be told, or
   * not yet.
   */
  readonly answer: 'yes' | 'no' | 'unknown';
  /** The answer in words. */
  readonly headline: string;
  /** The numbers that it follows from. */
  readonly evidence: string;
}

/** The probability under chance up to which a difference counts. */
const SIGNIFICANT = 0.05;

/** A share as points of a hundred with its sign: `+1.24 points`. */
export function points(share: number, digits = 2): string {
  const text = (100 * share).toFixed(digits);
  const value = Number(text) === 0 ? (0).toFixed(digits) : text.replace('-', '−');
  return `${share > 0 && Number(text) !== 0 ? '+' : ''}${value} points`;
}

/** An interval in points: `−0.31 to +2.10`. */
export function intervalText({ low, high }: Interval): string {
  const [from, to] = [low, high].map((end) => points(end).replace(' points', ''));
  return `${from} to ${to}`;
}

/** A number of searches in words. */
export function searchCount(n: number): string {
  return n === 1 ? '1 search' : `${n} searches`;
}

/** A probability: `0.016`; `below 0.001`. */
export function probabilityText(probability: number): string {
  return probability < 0.001 ? 'below 0.001' : probability.toFixed(3);
}

function answerOf({ interval, probability }: Difference): Verdict['answer'] {
  if (interval === null || probability === null || probability > SIGNIFICANT) {
    return 'unknown';
  }
  if (interval.low > 0) {
    return 'yes';
  }
  return interval.high < 0 ? 'no' : 'unknown';
}

function headlineOf(
  { difference, probability }: Difference,
  answer: Verdict['answer'],
  isDone: boolean,
): string {
  if (difference === null || probability === null) {
    return 'It cannot be told yet whether found networks beat random ones of their size';
  }
  const soFar = isDone ? '' : ' so far';
  if (answer !== 'unknown') {
    const how = answer === 'yes' ? 'beat' : 'are worse than';
    return `Found networks ${how} random ones of their size${soFar}`;
  }
  const how = difference > 0 ? 'scored higher than' : 'did not beat';
  return `Found networks ${how} random ones of their size${soFar} (${points(difference)}), which may be chance`;
}

/** Differences search by search: `+0.68, −3.17, −5.00`. */
export function eachText(each: Difference['each']): string {
  return each.map(({ difference }) => points(difference).replace(' points', '')).join(', ');
}

function evidenceOf({
  difference,
  each,
  interval,
  probability,
  searches,
  validation,
}: Difference): string {
  if (difference === null) {
    return 'No search has scores of its found network and of a random one.';
  }
  const parts = [
    `Found − random is ${points(difference)} of mean IoU, the mean of ${searchCount(searches)} (${eachText(each)})` +
      (interval === null
        ? ''
        : `, with a ${percent(interval.level, 0)} interval of ${intervalText(interval)}`),
    ...(probability === null
      ? []
      : [
          `A difference as large has the probability ${probabilityText(probability)} if the search does no more than ` +
            'a random draw',
        ]),
    ...(validation === null
      ? []
      : [
          `On the validation images, by which weights were chosen, it is ${points(validation.difference)} ` +
            `(probability ${probabilityText(validation.probability)})`,
        ]),
  ];
  return `${parts.join('. ')}.`;
}

/**
 * Whether found networks beat random ones. It takes two signs, since intervals from few searches are too narrow:
 * the interval is on one side of 0, and the probability under chance is at most 0.05.
 *
 * @param difference - found − random; undefined if the study has no random networks
 * @param isDone - whether all parts of the study are done
 */
export function verdictOf(difference: Difference | undefined, isDone: boolean): Verdict {
  if (difference === undefined) {
    return {
      answer: 'unknown',
      headline: 'It cannot be told whether found networks beat random ones of their size',
      evidence: 'This study has no random networks.',
    };
  }
  const answer = answerOf(difference);
  return {
    answer,
    headline: headlineOf(difference, answer, isDone),
    evidence: evidenceOf(difference),
  };
}
