/** What a trace knows of replicas; the passes `replicate` and `closeRing` put other nodes in their place. */
import { BackendError } from '../../errors.js';
import { MEAN_OVER_REPLICAS, REPLICA_NUMBER } from '../replicas.js';
import { RING_GROUP, RING_MEAN } from '../ring.js';
import { int, kernel, one, sameAsFirst, scalar, type, type KernelTable } from './kernel.js';

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
  [RING_MEAN]: kernel(
    ['size', 'message', 'hint'],
    sameAsFirst,
    ({ attributes, inputs, builder }) => {
      const { size, message, hint } = attributes;
      const keys = [size, RING_GROUP, message].map((key) => scalar(builder, key as number));
      return [
        builder.add('CollectiveReduceV2', [inputs.x, ...keys], {
          T: type('float32'),
          merge_op: { kind: 'string', value: 'Add' },
          final_op: { kind: 'string', value: 'Div' },
          communication_hint: { kind: 'string', value: hint as string },
          // None: TensorFlow starts a thread for each, which sleeps for all of it. The session has one.
          timeout_seconds: { kind: 'float', value: 0 },
          Nordering_token: int(0),
          max_subdivs_per_device: int(-1),
        }),
      ];
    },
  ),
};
