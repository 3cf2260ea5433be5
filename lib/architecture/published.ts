/** The architecture that the authors found and published. */
import { KNOWN_PATHS } from '../search-space/known-paths.js';
import { PRIMITIVES } from '../search-space/operations/paper.js';
import type { Architecture } from './architecture.js';

/**
 * The architecture found on Cityscapes: strides 4, 4, 4, 8, 16, 8, 16, 16, 32, 32, 16, 8.
 *
 * Source: the authors' code (tensorflow/models, `research/deeplab/core/nas_network.py`, `hnasnet`);
 * Auto-DeepLab Fig. 3. Branches stand in the authors' order, left and right; they number the
 * states the other way (0 = H^{l-1}, 1 = H^{l-2}), here 0 = H^{l-2} and 1 = H^{l-1}.
 * Assumption: that Fig. 3 shows this cell rests on the authors' read-me and on the parameter
 * counts, which fit exactly.
 */
export const publishedArchitecture: Architecture = {
  version: 1,
  path: KNOWN_PATHS.published.path,
  genotype: {
    blocks: [
      {
        left: { input: 0, operation: 'dil_conv_5x5' },
        right: { input: 1, operation: 'sep_conv_3x3' },
      },
      {
        left: { input: 0, operation: 'sep_conv_3x3' },
        right: { input: 1, operation: 'dil_conv_3x3' },
      },
      {
        left: { input: 3, operation: 'sep_conv_3x3' },
        right: { input: 0, operation: 'sep_conv_3x3' },
      },
      {
        left: { input: 4, operation: 'sep_conv_5x5' },
        right: { input: 2, operation: 'sep_conv_5x5' },
      },
      {
        left: { input: 3, operation: 'sep_conv_5x5' },
        right: { input: 5, operation: 'dil_conv_5x5' },
      },
    ],
  },
  operations: PRIMITIVES,
  provenance: {
    source: "Auto-DeepLab (Liu et al., CVPR 2019), from the authors' code (hnasnet)",
    dataset: 'Cityscapes',
  },
};
