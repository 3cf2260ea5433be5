/** Gradient transforms, schedules and the steps of the search. */
export { chain, stateless } from '../optimizer/transform.js';
export type { GradientTransform, Transformed, UpdateContext } from '../optimizer/transform.js';
export { momentum, sgd } from '../optimizer/sgd.js';
export type { SgdOptions } from '../optimizer/sgd.js';
export { adam, scaleByAdam } from '../optimizer/adam.js';
export type { AdamOptions } from '../optimizer/adam.js';
export {
  constant as constantSchedule,
  cosine,
  perEpoch,
  poly,
  warmUp,
} from '../optimizer/schedule.js';
export type { Schedule } from '../optimizer/schedule.js';
export { clipByGlobalNorm, globalNorm } from '../optimizer/clip.js';
export { addWeightDecay } from '../optimizer/weight-decay.js';
export { applyUpdates, disposeReplaced } from '../optimizer/apply-updates.js';
export { optimizer } from '../optimizer/options.js';
export type { OptimizerOptions } from '../optimizer/options.js';
export {
  TRAIN_BATCH,
  architectureStep,
  bilevelState,
  unrolledArchitectureStep,
  weightStep,
} from '../optimizer/bilevel.js';
export type { BilevelProblem } from '../optimizer/bilevel.js';
export { lossAndGradients } from '../optimizer/gradients.js';
export type { LossAndGradients } from '../optimizer/gradients.js';
