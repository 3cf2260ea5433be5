/** Derived networks small enough to run in a test. */
import fc from 'fast-check';
import type { Architecture } from '../../lib/architecture/architecture.js';
import { declareNetwork, initializeVariables } from '../../lib/nn/declare.js';
import type { Network } from '../../lib/nn/scope.js';
import { Random } from '../../lib/random.js';
import { PRIMITIVES } from '../../lib/search-space/operations/paper.js';

/** The narrowest network of three classes. */
export const small = { filterMultiplier: 1, classes: 3 };
/** Two cells of one block. */
export const tiny = {
  ...small,
  architecture: {
    path: [0, 1],
    genotype: {
      blocks: [
        {
          left: { input: 0, operation: 'sep_conv_3x3' },
          right: { input: 1, operation: 'skip_connect' },
        },
      ],
    },
  },
} as const;

/** First values of the variables of a network. */
export function variablesOf(network: Network) {
  return initializeVariables(declareNetwork(network, [1, 33, 33, 3]).variables, new Random(1));
}

/** Any architecture of up to 6 layers and 4 blocks. */
export const architectures: fc.Arbitrary<Pick<Architecture, 'path' | 'genotype'>> = fc.record({
  path: fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 1, maxLength: 6 }).map((steps) => {
    let level = 0;
    return steps.map((step) => (level = Math.min(3, Math.max(0, level + step))));
  }),
  genotype: fc
    .integer({ min: 1, max: 4 })
    .chain((blocks) =>
      fc.tuple(
        ...Array.from({ length: blocks }, (_, block) => {
          const branch = fc.record({
            input: fc.integer({ min: 0, max: block + 1 }),
            operation: fc.constantFrom(...PRIMITIVES),
          });
          return fc.record({ left: branch, right: branch });
        }),
      ),
    )
    .map((blocks) => ({ blocks })),
});
