/** Feature maps as grey pictures. */
import * as tf from '@tensorflow/tfjs-core';
import type { LabelMap } from '../../dataset/pixels.js';
import { ConfigError, NumericError } from '../../errors.js';
import { short } from '../../text.js';
import type { Figure, FigureOptions } from '../figure.js';
import { HOVER_GRID, labelUri, wordsOf } from './data-uri.js';
import { pictureSheet, type SheetPicture } from './sheet.js';

/** One channel of a feature map. */
export interface NamedFeatureMap {
  /** Stands above the picture. */
  readonly name: string;
  /** `[batch, height, width, channels]`; the first image is drawn. It is not disposed. */
  readonly values: tf.Tensor4D;
  /** Which channel, 0 by default. */
  readonly channel?: number;
}

/** How feature maps are drawn. */
export interface FeatureMapsOptions extends FigureOptions {
  /** Smaller lines below the title. */
  readonly notes?: readonly string[];
  /** Pictures in a row, 3 by default. */
  readonly columns?: number;
  /** Width of each picture in the figure, in pixels; 220 by default. */
  readonly pictureWidth?: number;
  /**
   * The values of black and white for all pictures; by default each picture goes from its own least
   * value to its own largest, which its caption says.
   */
  readonly range?: readonly [black: number, white: number];
  /** Places along the longer side at which the value under the pointer is named; 48, 0 for none. */
  readonly hoverGrid?: number;
}

/** White; a multiple of the number of steps of grey, which are few to keep pictures small. */
const WHITE = 255;
const STEP = 255 / 51;
/** The grey of a map that is the same everywhere. */
const PLAIN = 128;

const text = (value: number): string => short(value).replace('-', '−');

async function pictureOf(
  { name, values, channel = 0 }: NamedFeatureMap,
  { pictureWidth = 220, range, hoverGrid = HOVER_GRID }: FeatureMapsOptions,
): Promise<SheetPicture> {
  const [, height, width, channels] = values.shape;
  if (!(Number.isInteger(channel) && channel >= 0 && channel < channels)) {
    throw new ConfigError(
      `featureMapsFigure, ${name}: expected a channel from 0 to ${channels - 1}, got ${channel}`,
    );
  }
  const plane = tf.tidy(() => tf.slice(values, [0, 0, 0, channel], [1, height, width, 1]));
  const numbers = Float32Array.from(await plane.data());
  plane.dispose();
  if (!numbers.every(Number.isFinite)) {
    throw new NumericError(
      `featureMapsFigure, ${name}: expected finite values, got NaN or infinite`,
    );
  }
  const least = numbers.reduce((a, b) => Math.min(a, b));
  const most = numbers.reduce((a, b) => Math.max(a, b));
  const [black, white] = range ?? [least, most];
  const share = (value: number) => Math.min(1, Math.max(0, (value - black) / (white - black)));
  const grey = (value: number) =>
    white > black ? STEP * Math.round((WHITE / STEP) * share(value)) : PLAIN;
  const levels: LabelMap = { height, width, data: Uint8Array.from(numbers, grey) };
  const enlarged = Math.max(1, Math.round((1.5 * pictureWidth) / width)); // pixels stay squares
  const size = { height: height * enlarged, width: width * enlarged };
  const valueOf = (level: number) => text(black + ((white - black) * level) / WHITE);
  return {
    height,
    width,
    layers: [{ source: labelUri(levels, size, (level) => [level, level, level, 255]) }],
    words: wordsOf([levels], hoverGrid, (level) => `${name}: about ${valueOf(level)}`),
    caption: range
      ? name
      : `${name}: ${least === most ? `all ${text(least)}` : `${text(least)} … ${text(most)}`}`,
  };
}

/**
 * Channels of feature maps as grey pictures, black for the least value and white for the largest,
 * with the range of each in its caption.
 *
 * @param maps - at least one
 * @throws {@link ConfigError} if there is no map, or one has no such channel
 * @throws {@link NumericError} if a value is NaN or infinite
 *
 * @example
 * const image = tf.zeros<tf.Rank.R4>([1, 32, 64, 3]);
 * const figure = await featureMapsFigure([{ name: 'red', values: image }]);
 */
export async function featureMapsFigure(
  maps: readonly NamedFeatureMap[],
  options: FeatureMapsOptions = {},
): Promise<Figure> {
  const { columns = 3, pictureWidth = 220, title = 'Feature maps', notes = [] } = options;
  if (maps.length === 0) {
    throw new ConfigError('featureMapsFigure: expected at least one feature map, got none');
  }
  const pictures = await Promise.all(maps.map((map) => pictureOf(map, options)));
  const rows = Array.from({ length: Math.ceil(maps.length / columns) }, (_, r) => ({
    pictures: pictures.slice(r * columns, (r + 1) * columns),
  }));
  return pictureSheet({ title, notes, rows, pictureWidth });
}
