/** The network that a retraining trains, and that predictions rebuild from its stored options. */
import type { Architecture } from '../architecture/architecture.js';
import type { Network } from '../nn/scope.js';
import {
  networkOfTiles,
  segmentationNetwork,
  type NetworkOfTiles,
} from '../segmentation/network.js';
import type { SegmentationOptions, SegmentationSize } from '../segmentation/options.js';
import { toSize } from '../size.js';
import type { RetrainConfig } from './options.js';

/** The options that decide about the shapes of a network's weights. */
export type NetworkSizeConfig = Pick<
  RetrainConfig,
  'filterMultiplier' | 'imagePoolingNorm' | 'stemWidths' | 'headFilters'
>;

/** What decides about the shapes of the weights of a derived network with these options. */
export function networkSize(
  { path, genotype }: Pick<Architecture, 'path' | 'genotype'>,
  { filterMultiplier, imagePoolingNorm, stemWidths, headFilters }: NetworkSizeConfig,
  classes: number,
): SegmentationSize {
  const widths = { filterMultiplier, stemWidths, headFilters };
  return { architecture: { path, genotype }, classes, imagePoolingNorm, ...widths };
}

function segmentationOptions(
  architecture: Pick<Architecture, 'path' | 'genotype'>,
  config: RetrainConfig,
  classes: number,
): SegmentationOptions {
  return {
    ...networkSize(architecture, config, classes),
    batchNormMomentum: config.batchNormMomentum,
    fineTuneBatchNorm: config.fineTuneBatchNorm,
    dropPathKeepProbability: config.dropPathKeepProbability,
    dropoutKeepProbability: config.dropoutKeepProbability,
    poolingCrop: config.imagePooling === 'crop' ? toSize(config.crop) : undefined,
  };
}

/** The derived network with these options. */
export function derivedNetwork(
  architecture: Pick<Architecture, 'path' | 'genotype'>,
  config: RetrainConfig,
  classes: number,
): Network {
  return segmentationNetwork(segmentationOptions(architecture, config, classes));
}

/** The derived network with these options, for tiles. */
export function derivedNetworkOfTiles(
  architecture: Pick<Architecture, 'path' | 'genotype'>,
  config: RetrainConfig,
  classes: number,
): NetworkOfTiles {
  return networkOfTiles(segmentationOptions(architecture, config, classes));
}
