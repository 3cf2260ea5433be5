/** What the steps of a training follow from, as a text. */
import { PRIMITIVES } from '../search-space/operations/paper.js';
import type { Housekeeping } from './options/housekeeping.js';

/**
 * Options that no step follows from: the seed decides the first values and the batches, which are inputs, the
 * number of epochs when the run ends, and the others are for the run alone.
 */
const OF_THE_RUN: ReadonlySet<string> = new Set([
  'seed',
  'epochs',
  ...([
    'historyEvery',
    'checkpointEvery',
    'keepCheckpoints',
    'rollBacks',
    'workers',
    'cache',
    'cacheLimit',
    'memoryLimit',
  ] satisfies (keyof Housekeeping)[]),
]);

/**
 * The text for `compile`, under which steps are kept and not traced again.
 *
 * @param program - which one
 * @param config - its options
 * @param operations - names of the operations in its network
 * @param facts - what else its steps follow from
 * @returns undefined if the network has operations that the user defined, whose code is not known
 */
export function sourceOfSteps(
  program: 'search' | 'retrain',
  config: Readonly<Record<string, unknown>>,
  operations: readonly string[],
  facts: Readonly<Record<string, unknown>>,
): string | undefined {
  if (!operations.every((name) => PRIMITIVES.includes(name))) {
    return undefined;
  }
  const options = Object.entries(config).filter(([name]) => !OF_THE_RUN.has(name));
  options.sort(([a], [b]) => (a < b ? -1 : 1));
  // JSON has no infinite numbers.
  return JSON.stringify([program, options, facts], (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}
