/** Lists of operations other than the paper's eight, each operation made known. */
import { PRIMITIVES } from '../../lib/search-space/operations/paper.js';
import { defineOperation } from '../../lib/search-space/operations/registry.js';
import { invertedBottleneck } from './inverted-bottleneck.js';

defineOperation(invertedBottleneck);

/** The paper's eight and a ninth. */
export const NINE: readonly string[] = [...PRIMITIVES, invertedBottleneck.name];

/** Four in an order of their own, without zero. */
export const FOUR: readonly string[] = [
  'sep_conv_3x3',
  invertedBottleneck.name,
  'max_pool_3x3',
  'skip_connect',
];

/** Rows for `describe.each` and `it.each`. */
export const operationLists: readonly (readonly [string, readonly string[]])[] = [
  ['nine operations', NINE],
  ['four operations in another order, without zero', FOUR],
];
