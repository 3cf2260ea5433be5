/**
 * Tiles: how an image that does not fit into memory is divided.
 *
 * Tiles begin at multiples of 32 and have 32·k + 1 pixels along each axis, as whole images have behind
 * their padding. The grids of all levels then lie on the same pixels as in the whole image, and a
 * pixel gets the same scores, as far as its surroundings lie in the tile.
 */
import { ConfigError } from '../errors.js';
import { LARGEST_STRIDE, type Size } from '../size.js';

/** A tile along one axis. */
export interface AxisTile {
  /** Where it begins, in pixels; a multiple of 32. */
  readonly start: number;
  /** Its labels are taken from here … */
  readonly from: number;
  /** … to here, exclusive: nearer to its middle than to that of any other tile. */
  readonly to: number;
}

/** How an image is divided. */
export interface Tiling {
  /** The size of the image with its padding, 32·k + 1 along both axes. */
  readonly padded: Size;
  /** The size of a tile, 32·k + 1 along both axes. */
  readonly tile: Size;
  /** How many pixels neighbouring tiles share, at least. */
  readonly overlap: number;
}

/** A tile. */
export interface Tile {
  readonly row: AxisTile;
  readonly column: AxisTile;
}

/**
 * The tiles along one axis. Together they cover it, and every pixel is taken from one of them.
 *
 * @param length - of the axis, 32·k + 1
 * @param tile - length of a tile, 32·k + 1, at most `length`
 * @param overlap - of neighbours, at most `tile` − 33 where there is more than one
 */
export function axisTiles(length: number, tile: number, overlap: number): readonly AxisTile[] {
  const step = LARGEST_STRIDE * Math.max(1, Math.floor((tile - overlap) / LARGEST_STRIDE));
  const count = Math.ceil((length - tile) / step) + 1;
  const starts = Array.from({ length: count }, (_, i) => Math.min(i * step, length - tile));
  const cuts = starts.slice(1).map((start, i) => Math.floor((starts[i] + tile + start) / 2));
  return starts.map((start, i) => ({
    start,
    from: i === 0 ? 0 : cuts[i - 1],
    to: i === count - 1 ? length : cuts[i],
  }));
}

/** All tiles of an image, row by row. */
export function tilesOf({ padded, tile, overlap }: Tiling): readonly Tile[] {
  const columns = axisTiles(padded.width, tile.width, overlap);
  return axisTiles(padded.height, tile.height, overlap).flatMap((row) =>
    columns.map((column) => ({ row, column })),
  );
}

/**
 * Tiles of at most a length.
 *
 * @param padded - the size of the image with its padding
 * @param length - rounded down to 32·k + 1
 * @param overlap - by default what the outermost taps of the ASPP need, or half of a smaller tile:
 *   they lie 16/s · 18 · s = 288 pixels away, whatever the stride s of the features; with 32 more on
 *   both sides that is 640
 * @throws {@link ConfigError} if the tiles or the rest that they do not share are too small
 */
export function tilingOf(padded: Size, length: number, overlap?: number): Tiling {
  if (!Number.isInteger(length) || length < SMALLEST_TILE) {
    throw new ConfigError(
      `tileSize: expected a whole number of at least ${SMALLEST_TILE} pixels, got ${length}`,
    );
  }
  const aligned = LARGEST_STRIDE * Math.floor((length - 1) / LARGEST_STRIDE) + 1;
  const shared = overlap ?? Math.min(DEFAULT_OVERLAP, (aligned - 1) / 2);
  const most = aligned - 1 - LARGEST_STRIDE;
  if (!Number.isInteger(shared) || shared < 0 || shared > most) {
    throw new ConfigError(
      `overlap: expected a whole number of pixels from 0 to ${most} (less than a tile of ${aligned}), ` +
        `got ${shared}`,
    );
  }
  const { height, width } = padded;
  const tile = { height: Math.min(height, aligned), width: Math.min(width, aligned) };
  return { padded, tile, overlap: shared };
}

/** The smallest tile, in pixels. */
export const SMALLEST_TILE = 2 * LARGEST_STRIDE + 1;

const DEFAULT_OVERLAP = 640;
