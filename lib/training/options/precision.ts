/** The option that says what numbers steps compute with. */
import {
  PRECISIONS,
  resolvePrecision,
  type Precision,
  type PrecisionChoice,
} from '../../runtime/precision.js';
import { ensureBackend } from '../ensure-backend.js';
import { choice } from './kinds.js';
import { option, under, type OptionValues } from './table.js';

/** The option of the precision. */
export const PRECISION = under('Precision', {
  /**
   * *bfloat16* - convolutions and what lies between them compute in bfloat16; weights, their gradients,
   * statistics of batch norms, the loss and the optimizer's state stay float32. It needs the native backend and
   * gains where the processor has instructions for it. *auto* - bfloat16 where it gains, float32 elsewhere; the run
   * notes which, and stays with it when it is resumed. Validations compute with it, too.
   */
  precision: option(
    choice(...PRECISIONS),
    { paper: 'float32', source: 'Assumption: the paper is silent' },
    'what convolutions compute with; auto: bfloat16 where the processor has instructions for it',
  ),
});

/** The precision of a configuration. */
export type PrecisionConfig = OptionValues<typeof PRECISION>;

/**
 * The options with the precision that they mean here; starts a backend if that decides and none was chosen.
 *
 * @throws {@link BackendError} for bfloat16 on another backend than the native one
 */
export async function withPrecision<T extends { readonly precision: PrecisionChoice }>(
  options: T,
): Promise<T & { readonly precision: Precision }> {
  const { precision } = options;
  if (precision !== 'float32') {
    await ensureBackend();
  }
  return { ...options, precision: resolvePrecision(precision) };
}
