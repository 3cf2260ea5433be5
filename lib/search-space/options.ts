/** The choices that define a search space; each open question of the paper is one of them. */
import { ConfigError } from '../errors.js';
import type { EndNormalisation } from './end-normalisation.js';
import { PRIMITIVES } from './operations/paper.js';
import { resolveOperations } from './operations/registry.js';
import type { FirstLayer } from './trellis.js';

/** Size of a supernet. */
export interface SearchSpaceSize {
  /** Number of layers L ≥ 2; the paper uses 12. */
  readonly layers: number;
  /** Filter multiplier F ≥ 1: an operation at stride s has F·s/4 filters; the paper searches with 8. */
  readonly filterMultiplier: number;
  /** Blocks per cell, B ≥ 1; the paper uses 5. */
  readonly blocks: number;
  /** Number of classes. */
  readonly classes: number;
}

/** What the paper fixes or is silent about; each has a default. */
export interface SearchSpaceAssumptions {
  /**
   * Names of the candidate operations, in the order of α's columns; the paper's eight by default.
   * Others are made known by `defineOperation`.
   */
  readonly operations: readonly string[];
  /**
   * What stands for H^{l-2} at a level that layer l − 2 does not have.
   *
   * *resize* (default) - the tensor of layer l − 2 of the nearest size, brought down by a 3×3
   * convolution with stride 2 or 4; so the paper's author by e-mail. *drop* - nothing: the edges
   * from H^{l-2} give zero, as in most ports.
   */
  readonly missingInput: 'resize' | 'drop';
  /**
   * Whether the up to three terms of eq. 6 that enter a node use the same operation weights.
   *
   * *shared* (default) - one set of weights per node. *separate* - one per arrow. The convolution
   * that prepares H^{l-1} belongs to the arrow in both cases.
   */
  readonly cellWeights: 'shared' | 'separate';
  /**
   * Which batch norms train a scale and an offset.
   *
   * *outside-cells* (default) - those of stem and heads, as in DARTS's search; or *none*, or *all*.
   */
  readonly bnAffine: 'outside-cells' | 'none' | 'all';
  /**
   * Channels of the two stem layers (strides 2 and 4).
   *
   * *scaled* (default) - B·F/2 and B·F, the rule B·F·s/4 of all other layers, as the author is
   * quoted. A pair of numbers sets them.
   */
  readonly stemWidths: 'scaled' | readonly [number, number];
  /**
   * What stands between the concatenated ASPP branches and the classifier.
   *
   * *none* (default) - nothing. *conv* - a 1×1 convolution to B·F·s/4 channels with batch norm and
   * ReLU.
   */
  readonly asppProjection: 'none' | 'conv';
  /** What the probabilities of the two arrows that leave an end level sum to; *valid* by default. */
  readonly endNormalisation: EndNormalisation;
  /**
   * Where the first layer may be.
   *
   * *free* (default) - at stride 4 or 8, as the text and Fig. 1 say: 75,025 paths at L = 12.
   * *stride-4* - at stride 4: one decision fewer, the 28,657 paths that the paper counts.
   */
  readonly firstLayer: FirstLayer;
}

/** Everything that defines a search space. */
export interface SearchSpaceOptions extends SearchSpaceSize, SearchSpaceAssumptions {}

/** The most faithful value of every assumption. */
export const FAITHFUL: SearchSpaceAssumptions = {
  operations: PRIMITIVES,
  missingInput: 'resize',
  cellWeights: 'shared',
  bnAffine: 'outside-cells',
  stemWidths: 'scaled',
  asppProjection: 'none',
  endNormalisation: 'valid',
  firstLayer: 'free',
};

/** The paper's search space: L = 12, F = 8, B = 5. Source: Auto-DeepLab §5.1. */
export const PAPER_SIZE: Omit<SearchSpaceSize, 'classes'> = {
  layers: 12,
  filterMultiplier: 8,
  blocks: 5,
};

/**
 * Completes and checks the choices.
 *
 * @throws {@link ConfigError} if a number is not a whole number in its range, or an operation is
 *   unknown
 */
export function resolveSearchSpace(
  size: SearchSpaceSize & Partial<SearchSpaceAssumptions>,
): SearchSpaceOptions {
  const minimum = { layers: 2, filterMultiplier: 1, blocks: 1, classes: 2 } as const;
  for (const [name, least] of Object.entries(minimum)) {
    const value = size[name as keyof typeof minimum];
    if (!Number.isInteger(value) || value < least) {
      throw new ConfigError(`${name}: expected a whole number ≥ ${least}, got ${value}`);
    }
  }
  const options = { ...FAITHFUL, ...size };
  resolveOperations(options.operations);
  return options;
}

/** Filters of one operation at a level: F·s/4 = F·2^level. Source: Auto-DeepLab §5.1. */
export function operationFilters(filterMultiplier: number, level: number): number {
  return filterMultiplier * 2 ** level;
}
