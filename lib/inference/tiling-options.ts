/** The options of tiles, and the tiles of an image that follow from them. */
import { readingSize } from '../dataset/reading/geometry.js';
import { ConfigError } from '../errors.js';
import { paddedSize, toSize, type Size } from '../size.js';
import { largestTile } from './tile-memory.js';
import { tilesOf, tilingOf, type Tiling } from './tiles.js';
import type { TrainedNetwork } from './trained-network.js';

/** When and how an image is predicted tile by tile. */
export interface TilingOptions {
  /**
   * The longer side of what is predicted at once, in pixels as the network reads them; rounded down to
   * 32·k + 1. By default the whole image if it fits into memory, else the largest square that does.
   */
  readonly tileSize?: number | undefined;
  /**
   * How many pixels neighbouring tiles share; by default 640, or half of a smaller tile. Labels are
   * those of the whole image where half of it holds the receptive field.
   */
  readonly overlap?: number | undefined;
  /** The memory that the process may take, GiB; nine tenths of the machine's by default. */
  readonly memoryLimit?: number | undefined;
}

/**
 * Checks what can be checked without an image.
 *
 * @throws {@link ConfigError} if an option is out of its range
 */
export function checkTiling({ tileSize, overlap, memoryLimit }: TilingOptions): void {
  if (tileSize !== undefined) {
    tilingOf(toSize(tileSize), tileSize, overlap);
  }
  if (memoryLimit !== undefined && !(memoryLimit > 0)) {
    throw new ConfigError(`memoryLimit: expected a number of GiB above 0, got ${memoryLimit}`);
  }
}

/**
 * How an image is divided; undefined if it is predicted at once.
 *
 * @throws {@link ConfigError} if an option is out of its range, or image pooling has windows, which
 *   tiles would cut
 * @throws {@link DataError} if not even the smallest tiles fit into memory
 */
export function tilingFor(
  { predictor, options }: TrainedNetwork,
  image: Size,
  tilingOptions: TilingOptions,
): Tiling | undefined {
  checkTiling(tilingOptions);
  const { tileSize, overlap, memoryLimit } = tilingOptions;
  const read = readingSize(image, options.resolution);
  const length = tileSize ?? largestTile(predictor, image, read, memoryLimit);
  const padded = paddedSize(read);
  if (length === undefined || length >= Math.max(padded.height, padded.width)) {
    return undefined;
  }
  if (options.imagePooling === 'crop') {
    throw new ConfigError(
      `predict: expected imagePooling 'image' where an image is predicted in tiles, got 'crop' and an ` +
        `image of ${image.width}x${image.height}; choose it, or predict the image at once with a ` +
        'larger memoryLimit and without tileSize',
    );
  }
  return tilingOf(padded, length, overlap);
}

/** The tiles of an image in words. */
export function describeTiling(tiling: Tiling): string {
  const { tile, overlap } = tiling;
  const count = tilesOf(tiling).length;
  return `${count} tiles of ${tile.width}x${tile.height} that share ${overlap} pixels or more`;
}
