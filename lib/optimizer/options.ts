import { clipByGlobalNorm } from './clip.js';
import { scaleByLearningRate } from './learning-rate.js';
import { chain, type GradientTransform } from './transform.js';
import { addWeightDecay } from './weight-decay.js';

/** Options that all optimizers of this library share. */
export interface OptimizerOptions {
  /** L2 weight decay added to the gradients; 0 by default. */
  readonly weightDecay?: number;
  /** Whether a parameter is decayed, by name; all are by default. */
  readonly decays?: (name: string) => boolean;
  /** Largest global norm of the gradients, before weight decay; not clipped by default. */
  readonly clipNorm?: number;
  /** Factor on the learning rate by parameter name; 1 by default. */
  readonly multiplier?: (name: string) => number;
}

/**
 * An optimizer around its own rule: clip, add weight decay, apply the rule, scale by the rate.
 *
 * Source: the order of DARTS; PyTorch's clipping sees the bare gradients, its optimizers add the
 * decay afterwards.
 *
 * @param rule - what tells it from other optimizers; undefined for plain gradient descent
 */
export function optimizer(
  name: string,
  rule: GradientTransform | undefined,
  { weightDecay = 0, decays, clipNorm, multiplier }: OptimizerOptions,
): GradientTransform {
  return chain(name, [
    ...(clipNorm === undefined ? [] : [clipByGlobalNorm(clipNorm)]),
    ...(weightDecay === 0 ? [] : [addWeightDecay(weightDecay, decays)]),
    ...(rule === undefined ? [] : [rule]),
    scaleByLearningRate(multiplier),
  ]);
}
