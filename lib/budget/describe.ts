/** What a budget took and what it saved, as plain text. */
import { levelStride } from '../search-space/trellis.js';
import { count, short, table } from '../text.js';
import type { DecodeWithinResult } from './decode-within.js';
import type { Frontier } from './frontier.js';
import { RESOURCE_TEXTS, RESOURCES } from './resources.js';

/** A frontier of more points is listed in part. */
const MOST_ROWS = 20;

/**
 * Describes what was decoded within limits beside what would be decoded without: log probability and costs of
 * both, and how much less probable the first one is.
 *
 * @example
 * const limited = decodeWithin({
 *   alpha: new Float32Array(160),
 *   beta: new Float32Array(105),
 *   network: { filterMultiplier: 20, classes: 19, height: 1025, width: 2049 },
 *   limits: { multiplyAdds: 300e9 },
 * });
 * describeBudget(limited);
 * //                     limit      within     without
 * // log probability               -29.112     -29.112
 * // parameters                  3,282,867   2,536,387
 * // multiply-adds    300.00 B    266.69 B    345.48 B
 * // …
 */
export function describeBudget(result: DecodeWithinResult): string {
  const { limits, unlimited, lost } = result;
  const rows = RESOURCES.flatMap((resource) => {
    const { label, write } = RESOURCE_TEXTS[resource];
    const [own, free, limit] = [
      result.costs[resource],
      unlimited.costs[resource],
      limits[resource],
    ];
    return own === undefined || free === undefined
      ? []
      : [[label, limit === undefined ? '' : write(limit), write(own), write(free)]];
  });
  const keeps = RESOURCES.every(
    (resource) => (unlimited.costs[resource] ?? 0) <= (limits[resource] ?? Infinity),
  );
  const logs = [result, unlimited].map(({ logProbability }) => logProbability.toFixed(3));
  return [
    table([['', 'limit', 'within', 'without'], ['log probability', '', ...logs], ...rows]),
    keeps
      ? 'What is decoded without limits keeps them.'
      : `The limits take ${short(lost)} nats: path and cell together are ${short(Math.exp(-lost))} times as ` +
        'probable as without.',
  ].join('\n');
}

/** Describes a frontier as a table, at most 20 of its points, evenly spread. */
export function describeFrontier({ resource, points }: Frontier): string {
  const { label, write } = RESOURCE_TEXTS[resource];
  const shown =
    points.length <= MOST_ROWS
      ? points
      : Array.from(
          { length: MOST_ROWS },
          (_, i) => points[Math.round((i * (points.length - 1)) / (MOST_ROWS - 1))],
        );
  const rows = shown.map(({ logProbability, cost, path }) => [
    logProbability.toFixed(3),
    (points[0].logProbability - logProbability).toFixed(3),
    write(cost),
    path.map(levelStride).join(' '),
  ]);
  return [
    `Frontier of probability against ${label}: ${count(points.length, 'architecture')}` +
      (shown.length < points.length ? `, ${shown.length} of them listed.` : '.'),
    table([['log probability', 'nats lost', label, 'strides'], ...rows], {
      align: ['right', 'right', 'right', 'left'],
    }),
  ].join('\n');
}
