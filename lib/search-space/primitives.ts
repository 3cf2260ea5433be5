/** The candidate operations of the cell search space. */

/**
 * The 8 candidate operations O, in the order of α's columns.
 *
 * Source: Auto-DeepLab §3.1 (the set); DARTS `genotypes.py` (names and order, which the ports of
 * Auto-DeepLab share, so that their numbers keep their meaning here).
 */
export const PRIMITIVES = [
  'none',
  'max_pool_3x3',
  'avg_pool_3x3',
  'skip_connect',
  'sep_conv_3x3',
  'sep_conv_5x5',
  'dil_conv_3x3',
  'dil_conv_5x5',
] as const;

/** The name of a candidate operation. */
export type Primitive = (typeof PRIMITIVES)[number];

/** Names of the candidate operations for people. */
export const PRIMITIVE_LABELS: Readonly<Record<Primitive, string>> = {
  none: 'no connection',
  max_pool_3x3: 'max pooling 3x3',
  avg_pool_3x3: 'average pooling 3x3',
  skip_connect: 'skip connection',
  sep_conv_3x3: 'separable conv 3x3',
  sep_conv_5x5: 'separable conv 5x5',
  dil_conv_3x3: 'atrous conv 3x3',
  dil_conv_5x5: 'atrous conv 5x5',
};

/** The place of an operation in {@link PRIMITIVES}: its column in α. */
export function primitiveIndex(primitive: Primitive): number {
  return PRIMITIVES.indexOf(primitive);
}

/** True if `value` is the name of a candidate operation. */
export function isPrimitive(value: unknown): value is Primitive {
  return (PRIMITIVES as readonly unknown[]).includes(value);
}
