/**
 * The label map of an image that is predicted tile by tile.
 *
 * Only the ASPP's image pooling needs the whole image at once, so the tiles are seen twice: first for
 * the mean of the features over the whole image, in which each place counts once, then for the scores
 * with that mean. What remains is the border of a tile, where a pixel's surroundings are cut off; its
 * labels are taken from the neighbouring tile, as far as the overlap reaches.
 *
 * Deviation: the paper predicts whole images. Labels are equal to those of the whole image where half of the
 * overlap holds the receptive field.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import type { LabelMap, RgbImage } from '../dataset/pixels.js';
import { drawImage, type View } from '../dataset/reading/view.js';
import { applyNetwork } from '../nn/apply.js';
import { derivedNetworkOfTiles } from '../retrain/network.js';
import { compile } from '../runtime/compile.js';
import type { Program, Step } from '../runtime/program.js';
import type { NetworkOfTiles } from '../segmentation/network.js';
import type { Size } from '../size.js';
import { withPrefix, withoutPrefix } from '../tensors.js';
import { imageSpec } from '../training/batch-spec.js';
import { labelMapStep } from '../training/label-map.js';
import { tilesOf, type AxisTile, type Tile, type Tiling } from './tiles.js';
import type { TrainedNetwork } from './trained-network.js';

/** From `image` and `counted`, 1 at the places of the features that count, to the `sum` over them. */
function featureSumStep({ features }: NetworkOfTiles): Step {
  return (state, { image, counted }) => {
    const variables = withoutPrefix('variables', state);
    const { output } = applyNetwork(features, variables, image as tf.Tensor4D);
    return { outputs: { sum: tf.sum(tf.mul(output, counted), [1, 2], true) } };
  };
}

/** From `image` and `mean`, that of the features over the whole image, to `labels`. */
function tileLabelStep({ scores }: NetworkOfTiles): Step {
  return (state, { image, mean }) => labelMapStep(scores(mean as tf.Tensor4D))(state, { image });
}

/** Channels of the features. */
function channelsOf({ architecture, options }: TrainedNetwork, stride: number): number {
  return (architecture.genotype.blocks.length * options.filterMultiplier * stride) / 4;
}

function tileProgram(network: TrainedNetwork, parts: NetworkOfTiles, tile: Size): Program {
  const image = imageSpec(1, tile);
  const places = [tile.height, tile.width].map((pixels) => placesIn(pixels, parts.outputStride));
  const mean = { shape: [1, 1, 1, channelsOf(network, parts.outputStride)] };
  return compile(
    withPrefix('variables', network.predictor.variables),
    {
      sum: {
        step: featureSumStep(parts),
        inputs: { image, counted: { shape: [1, ...places, 1] } },
      },
      labels: { step: tileLabelStep(parts), inputs: { image, mean } },
    },
    { rewrite: true, precision: network.precision },
  );
}

/** How many places the features have along n = stride·k + 1 pixels. */
function placesIn(pixels: number, stride: number): number {
  return (pixels - 1) / stride + 1;
}

/** Which places of a tile's features count along one axis: those on the pixels taken from it. */
function countedAlong({ start, from, to }: AxisTile, places: number, stride: number): boolean[] {
  return Array.from({ length: places }, (_, i) => {
    const pixel = start + i * stride;
    return pixel >= from && pixel < to;
  });
}

/** One image while it is predicted. */
class TiledImage {
  private readonly tiles: readonly Tile[];

  constructor(
    private readonly image: RgbImage,
    private readonly tiling: Tiling,
    private readonly program: Program,
    private readonly stride: number,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.tiles = tilesOf(tiling);
  }

  /** The mean of the features over the whole image, padding included, `[1, 1, 1, channels]`. */
  async mean(): Promise<tf.Tensor4D> {
    const { tile } = this.tiling;
    const shape = [1, placesIn(tile.height, this.stride), placesIn(tile.width, this.stride), 1];
    let total: Float64Array | undefined;
    let places = 0;
    for (const { row, column } of this.tiles) {
      const columns = countedAlong(column, shape[2], this.stride);
      const values = countedAlong(row, shape[1], this.stride).flatMap((isIn) =>
        columns.map((isInToo) => Number(isIn && isInToo)),
      );
      const sum = await this.run('sum', { row, column }, { counted: tf.tensor(values, shape) });
      total ??= new Float64Array(sum.length);
      sum.forEach((value, i) => (total![i] += value));
      places += values.reduce((count, value) => count + value, 0);
    }
    const means = Float32Array.from(total!, (value) => value / places);
    return tf.tensor4d(means, [1, 1, 1, means.length]);
  }

  async labels(mean: tf.Tensor4D): Promise<LabelMap> {
    const { height, width } = this.image;
    const data = new Uint8Array(height * width);
    for (const { row, column } of this.tiles) {
      const labels = await this.run('labels', { row, column }, { mean: mean.clone() });
      const end = Math.min(column.to, width) - column.start;
      for (let y = row.from; y < Math.min(row.to, height); y++) {
        const from = (y - row.start) * this.tiling.tile.width;
        const line = labels.subarray(from + column.from - column.start, from + end);
        data.set(line, y * width + column.from);
      }
    }
    return { height, width, data };
  }

  /** The output of a step on a tile; frees `others`. */
  private async run(
    step: 'sum' | 'labels',
    { row, column }: Tile,
    others: Readonly<Record<string, tf.Tensor>>,
  ): Promise<Float32Array | Int32Array> {
    this.signal?.throwIfAborted();
    await nextTurn();
    const { height, width } = this.tiling.tile;
    const scaled = { height: this.image.height, width: this.image.width };
    const view: View = {
      height,
      width,
      scaled,
      top: row.start,
      left: column.start,
      isFlipped: false,
    };
    const pixels = new Float32Array(height * width * 3);
    drawImage(this.image, view, pixels);
    const image = tf.tensor4d(pixels, [1, height, width, 3]);
    try {
      const { [step]: output } = await this.program.runAsync(step, { image, ...others });
      const values = await output.data<'float32' | 'int32'>();
      output.dispose();
      return values;
    } finally {
      tf.dispose([image, ...Object.values(others)]);
    }
  }
}

/**
 * The class of each pixel of an image, tile by tile.
 *
 * @param image - as the network reads it
 * @throws the signal's reason if it is aborted
 */
export async function predictTiles(
  network: TrainedNetwork,
  image: RgbImage,
  tiling: Tiling,
  signal?: AbortSignal,
): Promise<LabelMap> {
  const { architecture, options, classes } = network;
  const parts = derivedNetworkOfTiles(architecture, options, classes.length);
  const program = tileProgram(network, parts, tiling.tile);
  let mean: tf.Tensor4D | undefined;
  try {
    const tiled = new TiledImage(image, tiling, program, parts.outputStride, signal);
    mean = await tiled.mean();
    return await tiled.labels(mean);
  } finally {
    mean?.dispose();
    program.dispose();
  }
}
