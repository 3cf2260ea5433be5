/** Options of replicas, in every training: equal parts of a batch that are computed side by side. */
import { ConfigError } from '../../errors.js';
import type { StepReplicas } from '../../runtime/program.js';
import { choice, whole } from './kinds.js';
import { option, under, type OptionValues } from './table.js';

/** The options of replicas. */
export const REPLICAS = under('Replicas', {
  /**
   * K parts of each batch that are computed side by side, each by a replica of the network, on one device or
   * on several (`devices`). The gradient is the mean over all their pixels; dropout and drop path differ
   * between them. It decides the numbers as `batchStatistics` says; where the replicas run does not.
   */
  replicas: option(
    whole({ min: 1 }),
    { paper: 1, source: 'Assumption: one device, as the search of §5.1' },
    'parts of each batch that are computed side by side, on one device or on several',
  ),
  /**
   * *replica* - batch norms go by the images of their own replica, and moving statistics take the mean, as
   * PyTorch's `DistributedDataParallel` without `SyncBatchNorm`. *all* - by the images of all replicas: the
   * numbers of one, to rounding, for two messages more per batch norm and a slower form of it.
   */
  batchStatistics: option(
    choice('replica', 'all'),
    { paper: 'replica', source: 'Assumption: as replicas' },
    'whether batch norms go by the images of one replica or of all',
  ),
});

/** How replicas divide a batch. */
export type ReplicaConfig = OptionValues<typeof REPLICAS>;

/**
 * Refuses batches that replicas cannot divide, and what would change nothing.
 *
 * @param name - of the program
 */
export function checkReplicaOptions(
  name: string,
  {
    replicas,
    batchStatistics,
    batchSize,
    devices,
  }: ReplicaConfig & { readonly batchSize: number; readonly devices: readonly string[] | null },
): void {
  if (!Number.isInteger(batchSize / replicas)) {
    throw new ConfigError(
      `${name} replicas: expected a divisor of the batch of ${batchSize} images, got ${replicas}; change ` +
        'the option replicas or the option batchSize',
    );
  }
  if (replicas === 1 && batchStatistics === 'all') {
    throw new ConfigError(
      `${name} batchStatistics: expected replica with one replica, whose images are all, got all; leave it ` +
        'out, or set the option replicas',
    );
  }
  if (devices !== null && devices.length > replicas) {
    throw new ConfigError(
      `${name} devices: expected at most one for each of the ${replicas} replicas, got ` +
        `${devices.join(', ')}; name fewer, or set { replicas: ${devices.length} }`,
    );
  }
}

/** How a step over batches is computed by the replicas of a configuration; undefined: by one. */
export function replicasOf(
  { replicas: count, batchStatistics }: ReplicaConfig,
  batched: readonly string[],
): StepReplicas | undefined {
  return count === 1 ? undefined : { count, batchStatistics, batched };
}

/** The images of a batch by whose statistics a batch norm goes. */
export function statisticsBatch({
  replicas,
  batchStatistics,
  batchSize,
}: ReplicaConfig & { readonly batchSize: number }): number {
  return batchStatistics === 'replica' ? batchSize / replicas : batchSize;
}
