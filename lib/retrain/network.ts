/** The network that a retraining trains, and that predictions rebuild from its stored options. */
import type { Architecture } from '../architecture/architecture.js';
import type { Network } from '../nn/scope.js';
import { segmentationNetwork } from '../segmentation/network.js';
import { toSize } from '../size.js';
import type { RetrainConfig } from './options.js';

/** The derived network with these options. */
export function derivedNetwork(
  architecture: Pick<Architecture, 'path' | 'genotype'>,
  config: RetrainConfig,
  classes: number,
): Network {
  return segmentationNetwork({
    architecture,
    classes,
    filterMultiplier: config.filterMultiplier,
    imagePoolingNorm: config.imagePoolingNorm,
    batchNormMomentum: config.batchNormMomentum,
    fineTuneBatchNorm: config.fineTuneBatchNorm,
    dropPathKeepProbability: config.dropPathKeepProbability,
    dropoutKeepProbability: config.dropoutKeepProbability,
    poolingCrop: config.imagePooling === 'crop' ? toSize(config.crop) : undefined,
  });
}
