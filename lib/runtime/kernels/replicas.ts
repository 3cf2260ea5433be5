/** What a trace knows of replicas; the pass `replicate` puts other nodes in their place. */
import { BackendError } from '../../errors.js';
import { MEAN_OVER_REPLICAS, REPLICA_NUMBER } from '../replicas.js';
import { kernel, one, type KernelTable } from './kernel.js';

/** Refuses a node that the pass `replicate` has not replaced. */
function unreplicated(): never {
  throw new BackendError(
    'compile: expected replicas in the definition of the step, got a mean over replicas without ' +
      'them; declare { replicas } beside its inputs',
  );
}

/** Kernels of steps that are computed by replicas. */
export const replicaKernels: KernelTable = {
  [MEAN_OVER_REPLICAS]: kernel(
    [],
    (inputs) => Object.values(inputs).map(({ shape, dtype }) => ({ shape, dtype })),
    unreplicated,
  ),
  [REPLICA_NUMBER]: kernel([], () => one([], 'int32'), unreplicated),
};
