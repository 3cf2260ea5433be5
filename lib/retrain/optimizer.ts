/** The optimizer of a retraining, as its options choose it. */
import { ConfigError } from '../errors.js';
import type { VariableSpec } from '../nn/scope.js';
import { adam } from '../optimizer/adam.js';
import { sgd } from '../optimizer/sgd.js';
import type { GradientTransform } from '../optimizer/transform.js';
import { choice, nullable, real } from '../training/options/kinds.js';
import type { Changes } from '../training/options/resolve.js';
import { option, under, type OptionValues } from '../training/options/table.js';

const authorsCode = { source: "Authors' code" };

/** The options of the optimizer. */
export const OPTIMIZER = under('Training', {
  /**
   * *sgd*: gradient descent with momentum, as in the paper. *adam*: Adam with decays 0.9 and 0.999; its
   * `learningRate` is 0.001 if none is given, and `momentum` does nothing.
   * Deviation: Adam learns faster in short runs from random weights; the paper has SGD only.
   */
  optimizer: option(
    choice('sgd', 'adam'),
    { paper: 'sgd', source: 'Auto-DeepLab §5.2' },
    'optimizer; adam begins at learningRate 0.001 if none is given',
  ),
  /** Momentum of SGD. */
  momentum: option(real({ min: 0, below: 1 }), { paper: 0.9, ...authorsCode }, 'momentum of SGD'),
  /** Weight decay of convolution weights, added to their gradients. */
  weightDecay: option(
    real({ min: 0 }),
    { paper: 4e-5, ...authorsCode },
    'weight decay of convolution weights',
  ),
  /** Largest global norm of the gradients; null: not clipped. */
  clipNorm: option(
    nullable(real({ above: 0 }), 'none'),
    { paper: null, laptop: 5, tiny: 5, source: 'Assumption: the paper is silent' },
    'largest norm of the gradients',
  ),
});

type OptimizerConfig = OptionValues<typeof OPTIMIZER>;

/** The learning rate of Adam where none is given. Source: Kingma and Ba, "Adam", §2. */
const ADAM_RATE = 1e-3;

/** Adam has a learning rate of its own. */
export function adamRate(changes: Changes): Changes {
  return changes.optimizer === 'adam' && changes.learningRate === undefined
    ? { ...changes, learningRate: ADAM_RATE }
    : changes;
}

/** Refuses a momentum that nothing would use. */
export function checkOptimizer({ optimizer, momentum }: OptimizerConfig): void {
  const unused = OPTIMIZER.momentum.paper;
  if (optimizer === 'adam' && momentum !== unused) {
    throw new ConfigError(
      `retrain momentum: expected ${unused} with optimizer adam, which has no use for it, got ${momentum}`,
    );
  }
}

/** The optimizer of a network with some variables, which say what is decayed and how fast each moves. */
export function retrainOptimizer(
  { optimizer, momentum, weightDecay, clipNorm }: OptimizerConfig,
  variables: readonly VariableSpec[],
): GradientTransform {
  const specs = new Map(variables.map((spec) => [spec.name, spec]));
  const shared = {
    weightDecay,
    decays: (name: string) => specs.get(name)?.decay ?? true,
    multiplier: (name: string) => specs.get(name)?.learningRateScale ?? 1,
    ...(clipNorm === null ? {} : { clipNorm }),
  };
  return optimizer === 'adam' ? adam(shared) : sgd({ ...shared, momentum });
}
