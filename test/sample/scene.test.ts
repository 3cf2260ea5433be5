import { describe, expect, it } from 'vitest';
import { paintingOrder } from '../../lib/sample/order.js';
import type { Rendering } from '../../lib/sample/render.js';
import { renderScene } from '../../lib/sample/render.js';
import { composeScene } from '../../lib/sample/scene/compose.js';
import { programmeOf } from '../../lib/sample/scene/programme.js';
import type { Scene, Thing } from '../../lib/sample/scene/scene.js';
import type { Barrier } from '../../lib/sample/objects/barrier.js';
import { fillFace } from '../../lib/sample/view/face.js';
import { createCanvas, stuff } from '../../lib/sample/raster/canvas.js';

const composed = composeScene(1, 0);

/** An empty plain under the sky, seen straight on: focal length 64 pixels, horizon at row 32. */
function plain(things: readonly Thing[]): Scene {
  return {
    ...composed,
    viewpoint: { eye: 1, horizon: 0.5, shift: 0, focal: 1, bend: 0 },
    ground: [],
    buildings: [],
    things,
    ownCar: { ...composed.ownCar, height: 0, drop: 0 },
  };
}

const wall: Barrier = {
  type: 'barrier',
  kind: 'wall',
  pattern: 'concrete',
  x: 2,
  z: [4, 8],
  height: 1.5,
  color: [0.5, 0.5, 0.5],
  seed: 1,
};

/** The columns of a row that show a kind. */
function columns(rendering: Rendering, kind: string, row: number): number[] {
  const { width, surface, surfaces } = rendering;
  return Array.from({ length: width }, (_, x) => x).filter(
    (x) => surfaces[surface[row * width + x]].kind === kind,
  );
}

describe('drawing in perspective', () => {
  it('labels the pixels of a rectangle that were worked out by hand', () => {
    const canvas = createCanvas(32, 32);
    const camera = { focal: 12, centerX: 16, horizonY: 16, eye: 1, bend: 0 };
    const painter = { canvas, camera, light: composed.light, sunlit: () => 1 };
    const corners = [
      [-1, 0, 4],
      [1, 0, 4],
      [1, 2, 4],
      [-1, 2, 4],
    ] as const;
    const face = { corners, surface: stuff(canvas, 'wall'), look: [1, 1, 1] as const };
    expect(fillFace(painter, face)).toBe(true);
    // x = ±1 at depth 4 is 3 columns from the middle; y = 0 and 2 are 3 rows from the horizon.
    for (let y = 0; y < 32; y++) {
      for (let x = 0; x < 32; x++) {
        const isWall = x >= 13 && x < 19 && y >= 13 && y < 19;
        expect(canvas.surface[y * 32 + x], `row ${y}, column ${x}`).toBe(isWall ? 1 : 0);
      }
    }
  });

  it('does not draw a face seen from behind', () => {
    const canvas = createCanvas(32, 32);
    const camera = { focal: 12, centerX: 16, horizonY: 16, eye: 1, bend: 0 };
    const painter = { canvas, camera, light: composed.light, sunlit: () => 1 };
    const corners = [
      [1, 0, 4],
      [-1, 0, 4],
      [-1, 2, 4],
      [1, 2, 4],
    ] as const;
    expect(fillFace(painter, { corners, surface: 1, look: [1, 1, 1] })).toBe(false);
  });

  it('places the ends of a wall beside the street where the pinhole does', () => {
    const rendering = renderScene(plain([wall]), 128, 64);
    // At eye height: column 64 + 64 · 2 / 8 = 80 is its far end. Its near end is a slab 0.3 m
    // thick, the outer edge of which is at column 64 + 64 · 2.3 / 4 = 100.8.
    expect(columns(rendering, 'wall', 32)).toEqual(Array.from({ length: 21 }, (_, i) => 80 + i));
    // The foot of the near end, y = 0, is at row 32 + 64 · 1 / 4 = 48.
    expect(columns(rendering, 'wall', 47)).not.toEqual([]);
    expect(columns(rendering, 'wall', 48)).toEqual([]);
  });

  it('moves far things sideways in a bend, by its curvature times the square of the distance', () => {
    const bent = { ...plain([wall]), viewpoint: { ...plain([]).viewpoint, bend: 0.01 } };
    const found = columns(renderScene(bent, 128, 64), 'wall', 32);
    // The far end moves by 0.64 m to 64 + 64 · 2.64 / 8 = 85.12.
    expect(found[0]).toBe(85);
  });
});

describe('the painting order', () => {
  const at = (x: number, z: number, length = 0.1): Thing => ({ ...wall, x, z: [z, z + length] });
  const order = (...things: Thing[]) => paintingOrder(things).map((thing) => things.indexOf(thing));

  it('goes from far to near', () => {
    expect(order(at(0, 5), at(1, 20), at(-1, 10))).toEqual([1, 2, 0]);
  });

  it('paints a long thing after what stands beside it farther out, and before what is nearer in', () => {
    const tram = at(-3, 10, 20);
    expect(order(tram, at(-6, 15), at(-1, 15))).toEqual([1, 0, 2]);
    const lorry = at(3, 10, 10);
    expect(order(lorry, at(1, 12), at(6, 18))).toEqual([2, 0, 1]);
  });
});

describe('composing', () => {
  it('depends on seed and index alone', () => {
    expect(composeScene(5, 3)).toEqual(composeScene(5, 3));
    expect(composeScene(5, 3)).not.toEqual(composeScene(5, 4));
    expect(composeScene(5, 3)).not.toEqual(composeScene(6, 3));
  });

  it('brings every setting and every guest within nine pictures, all their pairs within 45', () => {
    const pairs = new Set<string>();
    const guests = new Set<string>();
    for (let index = 0; index < 45; index++) {
      const programme = programmeOf(4, index);
      pairs.add(`${programme.setting} ${programme.guests.join()}`);
      if (index < 9) {
        programme.guests.forEach((guest) => guests.add(guest));
      }
    }
    expect(pairs.size).toBe(45);
    expect(guests.size).toBe(10);
  });

  it('lets no two vehicles stand in each other', () => {
    for (let index = 0; index < 20; index++) {
      const cars = composeScene(9, index).things.filter((thing) => thing.type === 'car');
      for (const a of cars) {
        for (const b of cars) {
          if (a === b) {
            continue;
          }
          const apart = Math.abs(a.x - b.x) > 1.5 || Math.abs(a.z - b.z) > 3.9;
          expect(apart, `picture ${index}: ${a.x},${a.z} and ${b.x},${b.z}`).toBe(true);
        }
      }
    }
  });
});
