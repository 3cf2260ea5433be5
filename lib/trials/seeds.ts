import { ConfigError } from '../errors.js';
import { MOST_TRIALS } from './trial.js';

/** The largest seed of a run. */
const LARGEST = 0xffffffff;

function badSeeds(text: string, why: string): ConfigError {
  return new ConfigError(
    `seeds: expected whole numbers from 0 to ${LARGEST} and ranges of them, such as 1-10 or 1,4,7-9, ` +
      `got "${text}"${why}`,
  );
}

/**
 * The seeds that a text such as `1-10` or `1,4,7-9` lists, in its order.
 *
 * @throws {@link ConfigError} if it is not such a text, lists a seed twice or too many
 *
 * @example
 * parseSeeds('1,4,7-9'); // [1, 4, 7, 8, 9]
 */
export function parseSeeds(text: string): number[] {
  const seeds = text.split(',').flatMap((part) => {
    const [, from, to = from] = /^\s*(\d{1,10})(?:\s*-\s*(\d{1,10}))?\s*$/.exec(part) ?? [];
    if (from === undefined) {
      throw badSeeds(text, '');
    }
    const [first, last] = [Number(from), Number(to)];
    if (last > LARGEST || first > last) {
      throw badSeeds(text, first > last ? `, whose range ${part.trim()} falls` : '');
    }
    if (last - first >= MOST_TRIALS) {
      throw badSeeds(text, `, more than ${MOST_TRIALS}`);
    }
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  const again = seeds.find((seed, i) => seeds.indexOf(seed) < i);
  if (again !== undefined) {
    throw badSeeds(text, `, which lists ${again} twice`);
  }
  return seeds;
}
