/** Network level paths: one level per layer. */
import { ConfigError } from '../errors.js';
import type { Trellis } from './trellis.js';
import { arrowIndex } from './trellis.js';

/** The most layers of a path; the paper's network has 12. */
export const MAX_LAYERS = 1000;

/**
 * What is wrong with a path, or undefined if it is one: it has at most 1000 layers, the first level is 0 or 1 (the stem is at
 * level 0), neighbouring levels differ by at most 1, and no level leaves 0 … levels − 1.
 *
 * Source: Auto-DeepLab §3.2.
 *
 * @param path - one level per layer, layers 1 … L
 * @param levels - number of levels, 4 by default
 */
export function pathProblem(
  path: readonly number[],
  levels = 4,
): { readonly index: number; readonly expected: string } | undefined {
  if (path.length === 0) {
    return { index: 0, expected: 'at least one level' };
  }
  if (path.length > MAX_LAYERS) {
    return { index: MAX_LAYERS, expected: `nothing: a path has at most ${MAX_LAYERS} levels` };
  }
  for (let index = 0; index < path.length; index++) {
    const level = path[index];
    const before = index === 0 ? 0 : path[index - 1];
    if (!Number.isInteger(level) || level < 0 || level >= levels) {
      return { index, expected: `a level from 0 to ${levels - 1}` };
    }
    if (Math.abs(level - before) > 1) {
      const neighbour = index === 0 ? 'the stem, which is at 0' : `the level before it, ${before}`;
      return { index, expected: `a level at most one step from ${neighbour}` };
    }
  }
  return undefined;
}

/**
 * The arrows of a path through a trellis, by index, one per layer.
 *
 * @throws {@link ConfigError} if `path` is not a path of this trellis
 */
export function pathArrows(trellis: Trellis, path: readonly number[]): number[] {
  const problem = pathProblem(path, trellis.levels);
  if (problem !== undefined) {
    throw new ConfigError(
      `path[${problem.index}]: expected ${problem.expected}, got ${path[problem.index]}`,
    );
  }
  if (path.length !== trellis.layers) {
    throw new ConfigError(
      `path: expected ${trellis.layers} levels, one per layer, got ${path.length}`,
    );
  }
  return path.map((to, i) => arrowIndex(trellis, i + 1, i === 0 ? 0 : path[i - 1], to));
}
