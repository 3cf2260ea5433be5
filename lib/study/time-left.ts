/** How long the parts of a study that are not done will take, from those that are. */
import { mean } from '../text.js';
import type { StudyPlan } from './plan.js';
import type { StudyRecord } from './record.js';

/**
 * Seconds until all parts are done, at the mean time of the parts of their kind.
 *
 * @param atOnce - parts done at the same time
 * @returns undefined while no part of some kind that remains is done
 */
export function studySecondsLeft(
  { parts }: StudyPlan,
  { searches, scores, missing }: StudyRecord,
  atOnce: number,
): number | undefined {
  const measured = {
    search: searches.map(({ seconds }) => seconds),
    opinion: searches.flatMap(({ supernet }) => (supernet ? [supernet.seconds] : [])),
    retrain: scores.map(({ seconds }) => seconds),
  };
  const left = parts
    .filter(({ id }) => missing.includes(id))
    .map(({ kind }) => mean(measured[kind]));
  const seconds = left.reduce((sum, value) => sum + value, 0) / atOnce;
  return Number.isNaN(seconds) ? undefined : seconds;
}
