/**
 * The pieces that derived networks are made of, each a small network of its own: what they cost is traced or
 * measured one by one, and every network costs the sum of its pieces.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { NetworkPart } from '../nn/declare.js';
import { outputSize } from '../ops/geometry.js';
import { relu } from '../ops/relu.js';
import { resizeBilinear } from '../ops/resize.js';
import { operationNamed } from '../search-space/operations/registry.js';
import { operationFilters } from '../search-space/options.js';
import { levelStride } from '../search-space/trellis.js';
import type { Size } from '../size.js';
import { aspp, asppOptions } from './aspp.js';
import { joinBlocks, prepareOlder, preparePrevious } from './cell.js';
import { classScores, LOW_LEVEL_FILTERS, lowLevelFeature } from './deeplab-decoder.js';
import { backboneNorm, headNorm, type ResolvedNetworkSettings } from './options.js';
import { halfStem, quarterStem } from './stem.js';

/** A piece of a derived network, for one image. */
export interface Piece {
  /** What it computes, on which shapes; equal names are equal pieces. */
  readonly name: string;
  /** Shapes of its inputs, `[1, height, width, channels]` each. */
  readonly inputs: readonly (readonly number[])[];
  readonly run: NetworkPart;
}

/** A feature map, without the batch. */
export interface MapShape extends Size {
  readonly channels: number;
}

/** The pieces of all networks of one size. */
export interface Pieces {
  /** The stem, from the image to stride 4. */
  stem(): Piece;
  /** H^{l-2}, as a cell with maps of the shape `read` reads it. */
  older(map: MapShape, read: MapShape): Piece;
  /** H^{l-1}, likewise. */
  previous(map: MapShape, read: MapShape): Piece;
  /** An operation on one branch. */
  operation(name: string, map: MapShape, stride: 1 | 2): Piece;
  /** The sums of the blocks of a cell and their joint output. */
  blocks(count: number, map: MapShape): Piece;
  /** The ASPP on the output of the last cell. */
  aspp(map: MapShape, level: number): Piece;
  /** The DeepLab decoder's low-level feature from the map that it reads, at its size. */
  lowLevel(map: MapShape): Piece;
  /** The rest of the DeepLab decoder, from the ASPP's output to the scores at the size of the image. */
  scores(encoded: Size): Piece;
}

const text = ({ height, width, channels }: MapShape) => `${height}x${width}x${channels}`;
const shapeOf = ({ height, width, channels }: MapShape) => [1, height, width, channels];

/** The size of the maps at strides 2 and 4. */
export function stemSizes({ height, width }: Size): readonly [half: Size, quarter: Size] {
  const halved = (size: Size): Size => ({
    height: outputSize(size.height, 2),
    width: outputSize(size.width, 2),
  });
  const half = halved({ height, width });
  return [half, halved(half)];
}

/** The settings of the networks and the size of the image. */
export function networkPieces(settings: ResolvedNetworkSettings, image: Size): Pieces {
  const { classes, headFilters: filters } = settings;
  const norm = backboneNorm(settings);
  const ofHead = headNorm(settings);
  const [atHalf, atQuarter] = settings.stemWidths;
  const [, quarter] = stemSizes(image);
  const joined = [quarter.height, quarter.width] as const;
  return {
    stem: () => ({
      name: `stem ${text({ ...image, channels: 3 })} to ${atHalf} and ${atQuarter}`,
      inputs: [shapeOf({ ...image, channels: 3 })],
      run: (scope, [x]) =>
        quarterStem(scope, halfStem(scope, x, { filters: atHalf, norm }), {
          filters: atQuarter,
          norm,
        }),
    }),
    older: (map, read) => ({
      name: `older ${text(map)} to ${text(read)}`,
      inputs: [shapeOf(map)],
      run: (scope, [x]) => prepareOlder(scope, x, { size: read, filters: read.channels, norm }),
    }),
    previous: (map, read) => ({
      name: `previous ${text(map)} to ${text(read)}`,
      inputs: [shapeOf(map)],
      run: (scope, [x]) => preparePrevious(scope, x, { size: read, filters: read.channels, norm }),
    }),
    operation: (name, map, stride) => ({
      name: `${name} ${text(map)} stride ${stride}`,
      inputs: [shapeOf(map)],
      run: (scope, [x]) => operationNamed(name).derived(scope, x, { stride, norm }) ?? x,
    }),
    blocks: (count, map) => ({
      name: `${count} blocks ${text(map)}`,
      inputs: new Array<readonly number[]>(2 * count).fill(shapeOf(map)),
      run: (_, branches) =>
        joinBlocks(
          Array.from({ length: count }, (_, i) =>
            tf.add<tf.Tensor4D>(branches[2 * i], branches[2 * i + 1]),
          ),
        ),
    }),
    aspp: (map, level) => ({
      name: `aspp ${text(map)} stride ${levelStride(level)} to ${filters}`,
      inputs: [shapeOf(map)],
      run: (scope, [x]) => aspp(scope, relu(x), asppOptions(settings, levelStride(level))),
    }),
    lowLevel: (map) => ({
      name: `low-level ${text(map)} to ${text({ ...quarter, channels: LOW_LEVEL_FILTERS })}`,
      inputs: [shapeOf(map)],
      run: (scope, [x]) => resizeBilinear(lowLevelFeature(scope, x, ofHead), joined),
    }),
    scores: (encoded) => ({
      name: `scores ${text({ ...encoded, channels: filters })} to ${text({ ...image, channels: classes })}`,
      inputs: [
        shapeOf({ ...encoded, channels: filters }),
        shapeOf({ ...quarter, channels: LOW_LEVEL_FILTERS }),
      ],
      run: (scope, [x, detail]) => {
        const options = { classes, filters, norm: ofHead };
        const scores = classScores(scope, [x, detail], joined, options);
        return resizeBilinear(scores, [image.height, image.width]);
      },
    }),
  };
}

/** The shape of the maps of a cell: F·2^level channels in each block. */
export function cellMap(filterMultiplier: number, level: number, size: Size): MapShape {
  return { ...size, channels: operationFilters(filterMultiplier, level) };
}
