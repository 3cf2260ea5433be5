/** The inputs of steps that read batches. */
import type { Size } from '../size.js';
import type { InputSpec } from '../runtime/program.js';

/** A number that changes from step to step. */
export const SCALAR: InputSpec = { shape: [] };

/** Images, `[batch, height, width, 3]`. */
export function imageSpec(batch: number, { height, width }: Size): InputSpec {
  return { shape: [batch, height, width, 3] };
}

/** The names of what {@link batchSpec} declares. */
export function batchNames(prefix = ''): string[] {
  return [`${prefix}image`, `${prefix}labels`];
}

/** Images and label maps of one batch, their names after an optional prefix. */
export function batchSpec(batch: number, size: Size, prefix = ''): Record<string, InputSpec> {
  return {
    [`${prefix}image`]: imageSpec(batch, size),
    [`${prefix}labels`]: { shape: [batch, size.height, size.width], dtype: 'int32' },
  };
}
