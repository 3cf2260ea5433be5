import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../lib/errors.js';
import { axisTiles, tilesOf, tilingOf } from '../../lib/inference/tiles.js';

const aligned = (least: number) => fc.integer({ min: least, max: 40 }).map((k) => 32 * k + 1);

const axis = fc
  .record({
    length: aligned(1),
    tile: aligned(2),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ length, tile, share }) => ({
    length,
    tile: Math.min(tile, length),
    overlap: Math.floor(share * (tile - 33)),
  }));

describe('axisTiles', () => {
  it('takes every pixel from one tile, which holds half of the overlap around it', () => {
    fc.assert(
      fc.property(axis, ({ length, tile, overlap }) => {
        const tiles = axisTiles(length, tile, overlap);
        const taken = tiles.flatMap(({ from, to }) =>
          Array.from({ length: to - from }, (_, i) => from + i),
        );
        expect(taken).toEqual(Array.from({ length }, (_, i) => i));
        for (const { start, from, to } of tiles) {
          expect(start % 32).toBe(0);
          expect(from).toBeGreaterThanOrEqual(start === 0 ? 0 : start + Math.floor(overlap / 2));
          const end = start + tile;
          expect(to).toBeLessThanOrEqual(end === length ? length : end - Math.floor(overlap / 2));
        }
      }),
    );
  });

  it('divides 161 pixels into tiles of 97 that share 33', () => {
    expect(axisTiles(161, 97, 33)).toEqual([
      { start: 0, from: 0, to: 80 },
      { start: 64, from: 80, to: 161 },
    ]);
  });
});

describe('tilingOf', () => {
  it('rounds tiles down to 32·k + 1 and makes them no larger than the image', () => {
    const padded = { height: 65, width: 4001 };
    expect(tilingOf(padded, 2000)).toEqual({
      padded,
      tile: { height: 65, width: 1985 },
      overlap: 640,
    });
    expect(tilingOf(padded, 200)).toMatchObject({ tile: { height: 65, width: 193 }, overlap: 96 });
    expect(tilesOf(tilingOf(padded, 2000)).map(({ column }) => column.start)).toEqual([
      0, 1344, 2016,
    ]);
  });

  it('refuses tiles that are too small or share everything', () => {
    const padded = { height: 4001, width: 4001 };
    expect(() => tilingOf(padded, 64)).toThrow(ConfigError);
    expect(() => tilingOf(padded, 64)).toThrow(/tileSize: expected .* at least 65 pixels, got 64/);
    expect(() => tilingOf(padded, 100, 65)).toThrow(/overlap: expected .* from 0 to 64 .*, got 65/);
    expect(() => tilingOf(padded, 100, -1)).toThrow(ConfigError);
  });
});
