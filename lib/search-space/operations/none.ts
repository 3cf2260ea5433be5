/** Zero: no connection. */
import * as tf from '@tensorflow/tfjs-core';
import { FREE } from './cost.js';
import type { Operation } from './operation.js';

/**
 * The zero operation. A search may prefer it to all others on an edge; decoding leaves it out.
 *
 * Source: Auto-DeepLab §3.1 ("no connection (zero)").
 * Assumption: in the derived network it gives nothing; the authors' code does not have it there.
 */
export const none: Operation = {
  name: 'none',
  label: 'no connection',
  shortLabel: 'none',
  color: '#a4adb7',
  family: 'none',
  relaxed: (_, x) => tf.zerosLike(x),
  fused: { kind: 'zero' },
  derived: () => undefined,
  cost: () => FREE,
};
