/** The candidate operations of the paper. */
import { atrousConv3x3, atrousConv5x5 } from './atrous-conv.js';
import { none } from './none.js';
import type { Operation } from './operation.js';
import { avgPool, maxPool } from './pool.js';
import { separableConv3x3, separableConv5x5 } from './separable-conv.js';
import { skipConnect } from './skip-connect.js';

/**
 * The 8 candidate operations O, in the order of α's columns.
 *
 * Source: Auto-DeepLab §3.1 (the set); DARTS `genotypes.py` (names and order, which the ports of
 * Auto-DeepLab share, so that their numbers keep their meaning here).
 */
export const PAPER_OPERATIONS: readonly Operation[] = [
  none,
  maxPool,
  avgPool,
  skipConnect,
  separableConv3x3,
  separableConv5x5,
  atrousConv3x3,
  atrousConv5x5,
];

/** The names of {@link PAPER_OPERATIONS}: the operations of a search unless others are given. */
export const PRIMITIVES: readonly string[] = PAPER_OPERATIONS.map(({ name }) => name);
