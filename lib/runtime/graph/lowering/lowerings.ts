/**
 * How each kernel of tfjs that a step may use is written in TensorFlow operations.
 *
 * This library's own kernels bring their TensorFlow form with them (`KernelDefinition.native`).
 */
import { arithmetic } from './arithmetic.js';
import { images } from './images.js';
import { layout } from './layout.js';
import type { Lowering } from './operands.js';

/** Lowerings by the kernel's name in tfjs. */
export const lowerings: ReadonlyMap<string, Lowering> = new Map(
  Object.entries({ ...arithmetic, ...layout, ...images }),
);
