/** 3×3 max and average pooling. */
import type * as tf from '@tensorflow/tfjs-core';
import { avgPool3x3 } from '../../ops/avg-pool.js';
import { maxPool3x3 } from '../../ops/max-pool.js';
import { FREE } from './cost.js';
import type { Operation } from './operation.js';
import { relaxedNorm } from './relaxed.js';

type Pool = (x: tf.Tensor4D, options?: { readonly stride?: number }) => tf.Tensor4D;

/**
 * A pooling: in the supernet with a batch norm behind it, in the derived network without.
 *
 * Source: Auto-DeepLab §3.1; DARTS for the batch norm, the authors' code for the derived form.
 */
function poolOperation(
  names: Pick<Operation, 'name' | 'label' | 'shortLabel' | 'color'>,
  pool: Pool,
): Operation {
  return {
    ...names,
    family: 'pool',
    relaxed: (scope, x, options) => relaxedNorm(scope.child('bn'), pool(x), options),
    fused: { kind: 'linear', normalized: true, image: (x) => pool(x) },
    derived: (_, x, { stride }) => pool(x, { stride }),
    cost: () => FREE,
  };
}

/** 3×3 max pooling. */
export const maxPool = poolOperation(
  {
    name: 'max_pool_3x3',
    label: 'max pooling 3x3',
    shortLabel: 'max 3×3',
    color: '#5c5000',
  },
  maxPool3x3,
);

/** 3×3 average pooling. */
export const avgPool = poolOperation(
  {
    name: 'avg_pool_3x3',
    label: 'average pooling 3x3',
    shortLabel: 'avg 3×3',
    color: '#e69f00',
  },
  avgPool3x3,
);
