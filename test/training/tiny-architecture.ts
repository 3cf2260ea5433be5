/** The architecture of the smallest network that is trained in tests and programs. */
import type { Architecture } from '#lib/architecture/architecture.js';
import { PRIMITIVES } from '#lib/search-space/operations/paper.js';

/** Three cells of one block, at strides 4, 8 and 8. */
export const TINY_ARCHITECTURE: Architecture = {
  version: 1,
  path: [0, 1, 1],
  genotype: {
    blocks: [
      {
        left: { input: 0, operation: 'sep_conv_3x3' },
        right: { input: 1, operation: 'skip_connect' },
      },
    ],
  },
  operations: PRIMITIVES,
  provenance: { source: 'test' },
};
