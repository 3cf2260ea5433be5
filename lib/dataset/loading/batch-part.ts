/** The part of each batch that one process of several makes. */
import { ConfigError } from '../../errors.js';

/** The part of one replica. */
export interface BatchPart {
  /** Number of the replica, from 0. */
  readonly replica: number;
  readonly replicas: number;
  /** Images that the replicas divide; a batch may hold several times as many, one lot after the other. */
  readonly within: number;
}

/**
 * Throws unless batches can be divided.
 *
 * @param batchSize - images of a batch
 */
export function checkPart({ replica, replicas, within }: BatchPart, batchSize: number): void {
  const areWhole = [batchSize / within, within / replicas].every(Number.isInteger);
  if (!areWhole || !(replica >= 0 && replica < replicas)) {
    throw new ConfigError(
      `loader: expected batches of ${batchSize} images as lots of ${within}, each divided by the replicas 0 to ` +
        `${replicas - 1}, got replica ${replica}; change the option batchSize`,
    );
  }
}

/** Those entries of a batch that are in a part, in their order. */
export function entriesOf<T>(
  entries: readonly T[],
  { replica, replicas, within }: BatchPart,
): readonly T[] {
  const size = within / replicas;
  return entries.filter((_, i) => Math.floor((i % within) / size) === replica);
}
