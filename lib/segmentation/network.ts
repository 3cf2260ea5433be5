/** The derived network, from image to class scores. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Network, Scope } from '../nn/scope.js';
import { relu } from '../ops/relu.js';
import { recomputable } from '../runtime/region.js';
import { outputSize } from '../ops/geometry.js';
import { resizeBilinear } from '../ops/resize.js';
import { operationFilters } from '../search-space/options.js';
import { levelStride } from '../search-space/trellis.js';
import type { Size } from '../size.js';
import { aspp, asppOptions } from './aspp.js';
import { cell, cellSize } from './cell.js';
import { deeplabDecoder, lowLevelCell } from './deeplab-decoder.js';
import { checkImageSize } from './image-size.js';
import { tidyAtInference } from '../nn/tidy.js';
import {
  backboneNorm,
  headNorm,
  resolveSegmentationOptions,
  type ResolvedSegmentationOptions,
  type SegmentationOptions,
} from './options.js';
import { readOutputs, type ReadOutputs } from './reads.js';
import { halfStem, quarterStem } from './stem.js';

/**
 * A section of the network: `stem`, `cell0` (layer 1) … `cell11` (layer 12), `aspp`, `decoder` (the DeepLab decoder).
 */
export interface Section {
  readonly name: string;
  /** Stride of its result, in pixels of the image. */
  readonly stride: number;
}

/**
 * Sees the result of a section as it is made; that of `decoder` is class scores at stride 4. It must
 * neither keep nor dispose the tensor.
 */
export type FeatureObserver = (section: Section, feature: tf.Tensor4D) => void;

/** Stride of the encoder's output, that of the last cell. */
export function outputStride(path: readonly number[]): number {
  return levelStride(path[path.length - 1]);
}

/** What is computed of a network; what nothing reads is not. */
interface Features {
  /** The stem's output at stride 2. */
  readonly half: tf.Tensor4D | undefined;
  /** The stem's output at stride 4. */
  readonly quarter: tf.Tensor4D | undefined;
  /** The outputs of the cells, not activated. */
  readonly cells: readonly (tf.Tensor4D | undefined)[];
}

/** Stem and cells of a network, as far as they are read. */
function backbone(
  scope: Scope,
  image: tf.Tensor4D,
  options: ResolvedSegmentationOptions,
  reads: ReadOutputs,
): Features {
  const { path, genotype } = options.architecture;
  const norm = backboneNorm(options);
  const keepProbability = options.fineTuneBatchNorm ? options.dropPathKeepProbability : 1;
  const [atHalf, atQuarter] = options.stemWidths;
  const stem = scope.section('stem');
  const half =
    reads.half || reads.quarter ? halfStem(stem, image, { filters: atHalf, norm }) : undefined;
  const quarter =
    half && reads.quarter ? quarterStem(stem, half, { filters: atQuarter, norm }) : undefined;
  const outputs = [half, quarter];
  let size = quarterSize(image);
  for (const [index, level] of path.entries()) {
    const [previousPrevious, previous] = outputs.slice(-2);
    const inputs = { previousPrevious, previous, batch: image.shape[0], size };
    const step = level - (index === 0 ? 0 : path[index - 1]);
    const build = () =>
      cell(scope.section(`cell${index}`), inputs, {
        genotype,
        filters: operationFilters(options.filterMultiplier, level),
        step,
        norm,
        dropPath: { keepProbability, cell: index, cells: path.length },
      });
    outputs.push(reads.cells[index] ? recomputable(build) : undefined);
    size = cellSize(size, step);
  }
  return { half, quarter, cells: outputs.slice(2) };
}

/** The size of the maps at stride 4. */
function quarterSize({ shape: [, height, width] }: tf.Tensor4D): Size {
  const quarter = (pixels: number) => outputSize(outputSize(pixels, 2), 2);
  return { height: quarter(height), width: quarter(width) };
}

/** What the ASPP reads, and what its image pooling averages. */
function lastFeatures({ cells }: Features): tf.Tensor4D {
  return relu(cells.at(-1)!);
}

/**
 * The network on completed options.
 *
 * @param observe - sees its feature maps
 * @param imageMean - as in {@link NetworkOfTiles}; by default that of the features themselves
 */
export function buildSegmentation(
  options: ResolvedSegmentationOptions,
  observe: FeatureObserver = () => undefined,
  imageMean?: tf.Tensor4D,
): Network {
  const { path, genotype } = options.architecture;
  const lowLevel = lowLevelCell(path);
  const reads = readOutputs(path.length, genotype, lowLevel);
  const run: Network = (scope, image) => {
    const { height, width } = quarterSize(image);
    checkImageSize(path, { height: image.shape[1], width: image.shape[2] });
    const features = backbone(scope, image, options, reads);
    const { half, quarter, cells } = features;
    const seen = (section: Section, feature: tf.Tensor4D | undefined) => {
      if (feature !== undefined) {
        observe(section, feature);
      }
    };
    seen({ name: 'stem', stride: levelStride(0) / (quarter ? 1 : 2) }, quarter ?? half);
    cells.forEach((output, index) => {
      seen({ name: `cell${index}`, stride: levelStride(path[index]) }, output);
    });
    const encoded = aspp(scope.section('aspp'), lastFeatures(features), {
      ...asppOptions(options, outputStride(path)),
      imageMean,
    });
    seen({ name: 'aspp', stride: outputStride(path) }, encoded);
    const logits = deeplabDecoder(
      scope.section('decoder'),
      {
        encoded,
        lowLevel: (lowLevel === undefined ? quarter : cells[lowLevel])!,
        size: [height, width],
      },
      { classes: options.classes, filters: options.headFilters, norm: headNorm(options) },
    );
    seen({ name: 'decoder', stride: levelStride(0) }, logits);
    return resizeBilinear(logits, [image.shape[1], image.shape[2]]);
  };
  return (scope, image) => tidyAtInference(scope, () => run(scope, image));
}

/**
 * The derived network in two parts, for an image that is seen tile by tile: only the image pooling
 * needs the whole image at once, and of that only a mean.
 */
export interface NetworkOfTiles {
  /** Stride of the features. */
  readonly outputStride: number;
  /** From a tile to the features that the image pooling averages, `[batch, height, width, channels]`. */
  readonly features: Network;
  /**
   * From a tile to its class scores, with the mean of the features over the whole image,
   * `[batch, 1, 1, channels]`.
   */
  readonly scores: (imageMean: tf.Tensor4D) => Network;
}

/**
 * The network of {@link segmentationNetwork}, for tiles; the variables are the same.
 *
 * @throws {@link ConfigError} as there
 */
export function networkOfTiles(options: SegmentationOptions): NetworkOfTiles {
  const resolved = resolveSegmentationOptions(options);
  const { path, genotype } = resolved.architecture;
  const reads = readOutputs(path.length, genotype, path.length - 1);
  return {
    outputStride: outputStride(path),
    features: (scope, image) =>
      tidyAtInference(scope, () => lastFeatures(backbone(scope, image, resolved, reads))),
    scores: (imageMean) => buildSegmentation(resolved, undefined, imageMean),
  };
}

/**
 * The derived network: stem, one cell per layer along the path, ASPP, DeepLab decoder; class scores
 * are resized to the size of the image.
 *
 * It is a pure function of scope and image: list its variables with `declareNetwork`, run it with
 * `applyNetwork`. At inference every part frees what it no longer needs and only the scores remain; who
 * runs a training step wraps it in `tf.tidy`.
 *
 * What nothing reads is not built: a cell's input that no branch reads, and the cells and stem layers
 * that only such inputs would lead to, have no variables.
 *
 * Variables are named `stem/conv1/weights`, `cell0/block1/left/depthwise1`, `aspp/pool/bn/gamma`,
 * `decoder/logits/bias` and so on. Weight decay applies to the weights of convolutions only; the
 * classifier's bias learns at twice the rate (the authors' code).
 *
 * Source: Auto-DeepLab §3, §5.2, Fig. 3; the authors' code (tensorflow/models, `hnasnet`) for all
 * that the paper leaves open. Built from the published architecture with 19 classes it has the
 * paper's 10.15 / 21.62 / 44.42 M parameters at F = 20 / 32 / 48.
 *
 * @returns a network from `[batch, height, width, 3]`, in [−1, 1], to class scores
 *   `[batch, height, width, classes]`. It throws a ShapeError for an image without pixels.
 * @throws {@link ConfigError} if an option is out of its range, or path or genotype is not valid
 *
 * @example
 * const network = segmentationNetwork({
 *   architecture: publishedArchitecture,
 *   filterMultiplier: 20,
 *   classes: 19,
 * });
 * const { variables } = declareNetwork(network, [1, 321, 321, 3]);
 * countParameters(variables); // 10147427
 */
export function segmentationNetwork(options: SegmentationOptions): Network {
  return buildSegmentation(resolveSegmentationOptions(options));
}
