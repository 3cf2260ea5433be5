/** Which variables weight decay leaves alone. */
import { Scope } from '../nn/scope.js';

/**
 * The same place in a network, where scales and offsets of batch norms are exempt from weight decay.
 *
 * Source: the authors' code regularises the weights of convolutions, depthwise ones included, and
 * nothing else.
 */
export function withoutNormDecay(scope: Scope): Scope {
  return new Scope({
    training: scope.training,
    progress: scope.progress,
    seed: (name) => scope.seed(name),
    update: (name, value) => {
      scope.update(name, value);
    },
    variable: ({ name, shape, initializer, ...details }) => {
      const isNorm = name.endsWith('/gamma') || name.endsWith('/beta');
      return scope.variable(name, shape, initializer, {
        ...details,
        decay: details.decay && !isNorm,
      });
    },
  });
}
