/** Settings of the derived network, its defaults and their check. */
import type { Architecture } from '../architecture/architecture.js';
import { genotypeProblem } from '../architecture/genotype.js';
import { ConfigError } from '../errors.js';
import type { BatchNormOptions } from '../nn/batch-norm.js';
import { pathProblem } from '../search-space/path.js';
import type { Size } from '../size.js';

/** What defines a derived network: architecture, width and classes. */
export interface SegmentationSize {
  /** The path and the cell. Any valid path and genotype can be built. */
  readonly architecture: Pick<Architecture, 'path' | 'genotype'>;
  /**
   * Filter multiplier F ≥ 1: an operation at stride s has F·s/4 filters, and a cell of B blocks
   * B·F·s/4 channels. The paper's S, M and L have 20, 32 and 48.
   */
  readonly filterMultiplier: number;
  /** Number of classes: 19 for Cityscapes, 21 for PASCAL VOC, 150 for ADE20K. */
  readonly classes: number;
  /**
   * What follows the convolution behind image pooling, which sees one value per channel and image.
   *
   * *batch* (default) - batch norm, as in the authors' code; it cannot train with a batch of 1, and
   * is noisy with few. *none* - a bias in its place.
   */
  readonly imagePoolingNorm?: 'batch' | 'none';
  /**
   * Channels of the stem at stride 2, in both of its layers, and at stride 4; 64 and 128 by default, the
   * paper's. They do not follow F.
   */
  readonly stemWidths?: readonly [half: number, quarter: number];
  /**
   * Filters of every convolution of the ASPP and of the two 3×3 of the DeepLab decoder; 256 by default, as
   * in the authors' code. They do not follow F: at F = 8 head and stem have 95 % of the multiply-adds.
   */
  readonly headFilters?: number;
}

/** How the derived network trains. */
export interface SegmentationTraining {
  /**
   * Share of the old value that the moving statistics keep per step, in [0, 1); 0.9997 by default, as
   * in the authors' code. That remembers some 3000 steps; short trainings need less, such as 0.99.
   */
  readonly batchNormMomentum?: number;
  /**
   * Whether batch norms use the statistics of the batch while training; true by default. False
   * keeps the moving statistics as they are, for fine-tuning with small batches, and turns drop
   * path off, both as in the authors' code. Scales and offsets are trained either way.
   */
  readonly fineTuneBatchNorm?: boolean;
  /**
   * Probability that scheduled drop path keeps a branch of the last cell at the end of training, in
   * (0, 1]; 1 by default: off. The value that the paper used is not published.
   */
  readonly dropPathKeepProbability?: number;
  /** Probability that dropout behind the ASPP keeps an element, in (0, 1]; 0.9 by default. */
  readonly dropoutKeepProbability?: number;
}

/** Everything that defines a derived network and how it trains. */
export interface SegmentationOptions extends SegmentationSize, SegmentationTraining {
  /**
   * The training crop, if image pooling averages over windows of its size as in the authors' code;
   * left out, it averages over the whole map. On images of that size both are the same.
   */
  readonly poolingCrop?: Size | undefined;
}

/** Options in which every setting has its value. */
export type ResolvedSegmentationOptions = Required<SegmentationSize & SegmentationTraining> &
  Pick<SegmentationOptions, 'poolingCrop'>;

/** Defaults of the settings. Source: the authors' code; Auto-DeepLab §5.2 for the stem. */
export const SEGMENTATION_DEFAULTS: Required<
  SegmentationTraining & Pick<SegmentationSize, 'imagePoolingNorm' | 'stemWidths' | 'headFilters'>
> = {
  imagePoolingNorm: 'batch',
  stemWidths: [64, 128],
  headFilters: 256,
  batchNormMomentum: 0.9997,
  fineTuneBatchNorm: true,
  dropPathKeepProbability: 1,
  dropoutKeepProbability: 0.9,
};

/** ε of the batch norms of stem and cells. Source: the authors' code. */
const BACKBONE_EPSILON = 1e-3;

/** ε of the batch norms of ASPP and DeepLab decoder. Source: the authors' code. */
const HEAD_EPSILON = 1e-5;

/**
 * Completes and checks the options.
 *
 * @throws {@link ConfigError} if the path or the genotype is not valid, F the number of classes
 *   or of filters is not a positive integer, or a probability or the momentum is out of its range
 */
export function resolveSegmentationOptions(
  options: SegmentationOptions,
): ResolvedSegmentationOptions {
  checkArchitecture(options.architecture);
  const { architecture } = options;
  return { ...resolveNetworkSettings(options), architecture };
}

/** All settings of a derived network but its architecture. */
export type NetworkSettings = Omit<SegmentationOptions, 'architecture'>;

/** {@link NetworkSettings} in which every setting has its value. */
export type ResolvedNetworkSettings = Omit<ResolvedSegmentationOptions, 'architecture'>;

/**
 * Completes and checks the settings of networks of which the architecture is not known yet.
 *
 * @throws {@link ConfigError} as {@link resolveSegmentationOptions}, but for path and genotype
 */
export function resolveNetworkSettings(options: NetworkSettings): ResolvedNetworkSettings {
  const resolved = { ...SEGMENTATION_DEFAULTS, ...options };
  for (const name of ['filterMultiplier', 'classes', 'headFilters'] as const) {
    check(name, resolved[name], 'a whole number ≥ 1', isCount);
  }
  for (const [i, name] of (['stemWidths[0]', 'stemWidths[1]'] as const).entries()) {
    check(name, resolved.stemWidths[i], 'a whole number ≥ 1', isCount);
  }
  for (const name of ['dropPathKeepProbability', 'dropoutKeepProbability'] as const) {
    check(name, resolved[name], 'a probability in (0, 1]', (p) => p > 0 && p <= 1);
  }
  const { batchNormMomentum, imagePoolingNorm } = resolved;
  if (!['batch', 'none'].includes(imagePoolingNorm)) {
    throw new ConfigError(
      `imagePoolingNorm: expected 'batch' or 'none', got '${String(imagePoolingNorm)}'`,
    );
  }
  check('batchNormMomentum', batchNormMomentum, 'a number in [0, 1)', (m) => m >= 0 && m < 1);
  return resolved;
}

const isCount = (n: number): boolean => Number.isInteger(n) && n >= 1;

function check(
  name: string,
  value: number,
  expected: string,
  holds: (value: number) => boolean,
): void {
  if (!holds(value)) {
    throw new ConfigError(`${name}: expected ${expected}, got ${value}`);
  }
}

function checkArchitecture({ path, genotype }: SegmentationSize['architecture']): void {
  const level = pathProblem(path);
  if (level) {
    const got = path.length === 0 ? 'none' : String(path[level.index]);
    throw new ConfigError(`path[${level.index}]: expected ${level.expected}, got ${got}`);
  }
  const branch = genotypeProblem(genotype);
  if (branch) {
    const { field, expected, got, advice } = branch;
    const remedy = advice === undefined ? '' : `; ${advice}`;
    throw new ConfigError(`${field}: expected ${expected}, got ${JSON.stringify(got)}${remedy}`);
  }
}

/** What of the options batch norms depend on. */
type NormSettings = Pick<ResolvedSegmentationOptions, 'batchNormMomentum' | 'fineTuneBatchNorm'>;

/** Batch norm of stem and cells. */
export function backboneNorm(options: NormSettings): BatchNormOptions {
  return norm(options, BACKBONE_EPSILON);
}

/** Batch norm of ASPP and DeepLab decoder. */
export function headNorm(options: NormSettings): BatchNormOptions {
  return norm(options, HEAD_EPSILON);
}

function norm(options: NormSettings, epsilon: number): BatchNormOptions {
  return { epsilon, momentum: options.batchNormMomentum, tuned: options.fineTuneBatchNorm };
}
