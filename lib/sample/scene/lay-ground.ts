/** The ground of a street: asphalt, markings, tracks, pavements and grass, in painting order. */
import type { Random } from '../../random.js';
import type { Color } from '../raster/color.js';
import { hex, jitter, mix, pick } from '../raster/color.js';
import type { GroundLook, GroundPatch } from '../objects/ground.js';
import { GROUND_END } from '../objects/ground.js';
import type { Street } from './street.js';
import { LANE } from './street.js';

const ASPHALT = ['#6d6f73', '#7a7a79', '#61646a', '#85827d', '#707579'].map(hex);
const SLABS = ['#b9b3a8', '#a9a6a0', '#c4b8a4', '#b4aaa6', '#a8adb1'].map(hex);
const GRASS = ['#7b9a50', '#86a05c', '#6c8d4a', '#8d9a5e'].map(hex);
const WHITE: Color = [0.92, 0.92, 0.9];

/** The patches of ground of a street, in painting order. */
export function layGround(random: Random, street: Street): GroundPatch[] {
  const seed = random.integer(1 << 20);
  const asphalt: GroundLook = {
    pattern: street.setting === 'old town' && random.chance(0.4) ? 'cobbles' : 'asphalt',
    color: jitter(pick(random, ASPHALT), random, 0.1, 0.012),
    seed,
  };
  const slabs: GroundLook = {
    pattern: random.chance(0.3) ? 'cobbles' : 'slabs',
    color: jitter(pick(random, SLABS), random, 0.08, 0.015),
    seed: seed + 1,
  };
  const grass: GroundLook = {
    pattern: 'grass',
    color: jitter(pick(random, GRASS), random, 0.1, 0.02),
    seed: seed + 2,
  };
  const gutter: GroundLook = {
    pattern: 'slabs',
    color: mix(asphalt.color, [0.3, 0.3, 0.3], 0.35),
    seed,
  };
  const { left, right, junction, pavementHeight: height } = street;
  const all: readonly [number, number] = [0, GROUND_END];
  const pieces: (readonly [number, number])[] =
    junction === null
      ? [all]
      : [
          [0, junction[0]],
          [junction[1], GROUND_END],
        ];
  const patch = (
    kind: GroundPatch['kind'],
    look: GroundLook,
    x: readonly [number, number],
    z: readonly [number, number],
    up = 0,
  ): GroundPatch => ({
    kind,
    look,
    x: x[0] < x[1] ? x : [x[1], x[0]],
    z,
    height: up,
  });
  const patches: GroundPatch[] = [];
  for (const side of [left, right]) {
    const isGreen = side.behind !== 'buildings';
    patches.push(
      patch(
        isGreen ? 'grass' : 'pavement',
        isGreen ? grass : slabs,
        // Below road and pavement too: no seam between patches may show bare ground.
        [side.kerb - side.sign * 0.5, side.sign * 150],
        all,
      ),
    );
  }
  patches.push(patch('road', asphalt, [left.kerb, right.kerb], all));
  if (junction !== null) {
    patches.push(patch('road', asphalt, [-150, 150], junction));
  }
  patches.push(...markings(random, street));
  if (street.track !== null) {
    patches.push(...track(street.track, seed, random.chance(0.4) ? grass : asphalt));
  }
  for (const side of [left, right]) {
    // Far pieces first: the kerb of a near piece covers the ground beyond it.
    for (const piece of [...pieces].reverse()) {
      patches.push(patch('road', gutter, [side.kerb - side.sign * 0.32, side.kerb], piece));
      patches.push(patch('pavement', slabs, [side.kerb, side.pavement[1]], piece, height));
      if (side.verge > 0) {
        patches.push({
          ...patch('grass', grass, [side.kerb + side.sign * 0.18, side.pavement[0]], piece, height),
        });
      }
    }
  }
  return patches;
}

function markings(random: Random, street: Street): GroundPatch[] {
  const paint: GroundLook = { pattern: 'paint', color: WHITE, seed: random.integer(1 << 20) };
  const list: GroundPatch[] = [];
  const stop = street.junction === null ? GROUND_END : street.junction[0];
  const resume = street.junction === null ? GROUND_END : street.junction[1] + 5;
  const keepsClear = (z: number) =>
    street.zebra !== null && z > street.zebra - 3.5 && z < street.zebra + 3.5;
  const line = (x: number, z0: number, z1: number, width = 0.14) => {
    if (!keepsClear(z0) && !keepsClear(z1)) {
      list.push({
        kind: 'road',
        look: paint,
        x: [x - width / 2, x + width / 2],
        z: [z0, z1],
        height: 0,
      });
    }
  };
  const dashes = (x: number, dash: number, gap: number) => {
    const phase = random.uniform(0, dash + gap);
    for (let z = 2 - phase; z < 110; z += dash + gap) {
      if (z + dash < stop || z > resume) {
        line(x, Math.max(1, z), z + dash);
      }
    }
  };
  const xs = street.lanes.map((lane) => lane.x).sort((a, b) => a - b);
  for (let i = 0; i + 1 < xs.length; i++) {
    if (xs[i + 1] - xs[i] < LANE * 1.1) {
      dashes((xs[i] + xs[i + 1]) / 2, 3, random.chance(0.5) ? 4 : 6);
    }
  }
  for (const side of [street.left, street.right]) {
    if (side.parking !== null) {
      const edge = side.parking - side.sign * 1.12;
      if (random.chance(0.6)) {
        dashes(edge, 1.2, 1.2);
      } else {
        for (const [z0, z1] of [
          [1, stop - 6],
          [resume, 110],
        ]) {
          if (z1 > z0) {
            line(edge, z0, z1, 0.1);
          }
        }
      }
    }
  }
  if (street.zebra !== null) {
    const { zebra } = street;
    for (let x = street.left.kerb + 0.5; x < street.right.kerb - 0.6; x += 1.05) {
      list.push({ kind: 'road', look: paint, x: [x, x + 0.52], z: [zebra, zebra + 3], height: 0 });
    }
    list.push({
      kind: 'road',
      look: paint,
      x: [-LANE / 2 + 0.15, street.right.kerb - 0.5],
      z: [zebra - 1.5, zebra - 1.1],
      height: 0,
    });
  }
  return list;
}

/** A tram track: a bed and four pieces of rail. */
function track(x: number, seed: number, bed: GroundLook): GroundPatch[] {
  const steel: GroundLook = { pattern: 'paint', color: [0.5, 0.5, 0.52], seed };
  const dark: GroundLook = { pattern: 'paint', color: [0.24, 0.24, 0.25], seed };
  const all: readonly [number, number] = [0, GROUND_END];
  const stone: GroundLook =
    bed.pattern === 'grass' ? bed : { pattern: 'slabs', color: [0.55, 0.54, 0.53], seed: seed + 5 };
  return [
    { kind: 'rail track', look: stone, x: [x - 1.35, x + 1.35], z: all, height: 0 },
    ...[-0.74, 0.74].flatMap((offset): GroundPatch[] => [
      {
        kind: 'rail track',
        look: dark,
        x: [x + offset - 0.09, x + offset + 0.09],
        z: all,
        height: 0,
      },
      {
        kind: 'rail track',
        look: steel,
        x: [x + offset - 0.05, x + offset + 0.05],
        z: all,
        height: 0,
      },
    ]),
  ];
}
