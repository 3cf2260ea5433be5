/** Bicycles and motorcycles, parked or ridden. */
import type { Random } from '../../random.js';
import type { SurfaceKind } from '../kinds.js';
import type { Color } from '../raster/color.js';
import { hex, jitter, pick, scale } from '../raster/color.js';
import { instance } from '../raster/canvas.js';
import { capsule, ellipse, reversed } from '../raster/shapes.js';
import type { Painter } from '../view/painter.js';
import type { Sprite } from '../view/sprite.js';
import { fillShape, spriteAt } from '../view/sprite.js';
import type { Clothes } from './person.js';
import { createClothes } from './person.js';

/** A two-wheeler, with its rider if it has one. */
export interface Cycle {
  readonly type: 'cycle';
  readonly kind: Extract<SurfaceKind, 'bicycle' | 'motorcycle'>;
  readonly x: number;
  readonly z: number;
  readonly ground: number;
  readonly side: -1 | 1;
  /** How much of its length shows: 1 from the side, about 0.3 from behind. */
  readonly turn: number;
  readonly color: Color;
  readonly rider: Clothes | null;
  readonly helmet: Color;
  /** Position of the pedals, 0..1. */
  readonly phase: number;
}

const FRAMES = [
  '#b5332e',
  '#24548c',
  '#1f2225',
  '#3f7d55',
  '#d9a22c',
  '#d5d8d9',
  '#6a3f78',
  '#2f8c99',
].map(hex);

/** A two-wheeler at a place. */
export function createCycle(
  random: Random,
  kind: Cycle['kind'],
  place: Pick<Cycle, 'x' | 'z' | 'ground'>,
  hasRider: boolean,
): Cycle {
  return {
    type: 'cycle',
    kind,
    ...place,
    side: random.chance(0.5) ? 1 : -1,
    turn: hasRider ? random.uniform(0.42, 0.95) : random.uniform(0.6, 1),
    color: jitter(pick(random, FRAMES), random, 0.12),
    rider: hasRider ? createClothes(random) : null,
    helmet: jitter(pick(random, FRAMES), random, 0.15),
    phase: random.uniform(),
  };
}

/** Draws a two-wheeler and its rider. */
export function drawCycle(painter: Painter, cycle: Cycle): void {
  const sprite = spriteAt(painter, [cycle.x, cycle.ground, cycle.z], cycle.side);
  const { canvas } = painter;
  const surface = instance(canvas, cycle.kind);
  if (cycle.kind === 'bicycle') {
    drawBicycle(sprite, cycle, surface);
  } else {
    drawMotorcycle(sprite, cycle, surface);
  }
  if (cycle.rider !== null) {
    drawRider(sprite, cycle, cycle.rider, instance(canvas, 'rider'));
  }
}

const TYRE: Color = [0.09, 0.09, 0.1];

function drawBicycle(sprite: Sprite, cycle: Cycle, surface: number): void {
  const { turn, color } = cycle;
  const r = 0.35;
  const [rear, front] = [-0.53 * turn, 0.53 * turn];
  const width = Math.max(0.07, r * turn);
  for (const x of [rear, front]) {
    // The disc carries the label, as annotators outline a wheel; spokes let the street through.
    fillShape(sprite, ellipse(x, r, width, r, 22), [0.45, 0.46, 0.48], surface, { opacity: 0.22 });
    fillShape(sprite, ellipse(x, r, width, r, 22), TYRE, surface, {
      holes: [reversed(ellipse(x, r, Math.max(0.012, width - 0.05), r - 0.05, 22))],
    });
  }
  const tube = (ax: number, ay: number, bx: number, by: number, thick = 0.026, paint = color) =>
    fillShape(sprite, capsule(ax * turn, ay, bx * turn, by, thick), paint, surface);
  tube(-0.53, r, -0.06, 0.3);
  tube(-0.53, r, -0.2, 0.78);
  tube(-0.06, 0.3, -0.22, 0.92);
  tube(-0.2, 0.78, 0.38, 0.82);
  tube(-0.06, 0.3, 0.4, 0.74, 0.032);
  tube(0.53, r, 0.36, 0.98);
  tube(0.34, 1.02, 0.5, 1.06, 0.03, TYRE);
  tube(-0.34, 0.95, -0.1, 0.96, 0.042, TYRE);
  fillShape(
    sprite,
    ellipse(-0.06 * turn, 0.3, Math.max(0.04, 0.1 * turn), 0.1, 14),
    scale(TYRE, 1.8),
    surface,
  );
}

function drawMotorcycle(sprite: Sprite, cycle: Cycle, surface: number): void {
  const { turn, color } = cycle;
  const r = 0.33;
  const width = Math.max(0.1, r * turn);
  const part = (points: readonly number[], paint: Color, luminous = false) =>
    fillShape(sprite, points, paint, surface, { luminous });
  const t = (points: readonly number[]) => points.map((p, i) => (i % 2 === 0 ? p * turn : p));
  for (const x of [-0.68 * turn, 0.7 * turn]) {
    part(ellipse(x, r, width, r, 22), TYRE);
    part(ellipse(x, r, width * 0.55, r * 0.55, 16), [0.52, 0.53, 0.55]);
  }
  part(t([-0.6, 0.34, 0.35, 0.28, 0.5, 0.6, 0.1, 0.72, -0.6, 0.62]), [0.2, 0.2, 0.22]);
  part(ellipse(-0.02 * turn, 0.45, 0.25 * Math.max(0.5, turn), 0.2, 16), [0.36, 0.37, 0.39]);
  part(capsule(0.7 * turn, r, 0.46 * turn, 0.95, 0.05), [0.6, 0.61, 0.63]);
  part(
    t([
      -0.85, 0.72, -0.75, 0.86, -0.2, 0.78, 0.2, 0.98, 0.5, 0.98, 0.62, 0.74, 0.3, 0.58, -0.4, 0.6,
    ]),
    color,
  );
  part(capsule(-0.72 * turn, 0.86, -0.12 * turn, 0.82, 0.07), [0.12, 0.12, 0.13]);
  part(capsule(-0.75 * turn, 0.42, -0.1 * turn, 0.33, 0.06), [0.55, 0.55, 0.57]);
  part(t([0.45, 0.95, 0.66, 0.9, 0.5, 1.22, 0.38, 1.18]), scale(color, 0.85));
  part(capsule(0.36 * turn, 1.05, 0.28 * turn, 1.1, 0.05), [0.15, 0.15, 0.16]);
  part(ellipse(0.66 * turn, 0.85, 0.08, 0.09, 12), [0.97, 0.96, 0.85], true);
  part(ellipse(-0.85 * turn, 0.78, 0.06, 0.05, 10), [0.8, 0.12, 0.1]);
}

function drawRider(sprite: Sprite, cycle: Cycle, clothes: Clothes, surface: number): void {
  const { turn, phase } = cycle;
  const isMotorcycle = cycle.kind === 'motorcycle';
  const seat: readonly [number, number] = isMotorcycle
    ? [-0.25 * turn, 0.93]
    : [-0.22 * turn, 0.99];
  const hand: readonly [number, number] = isMotorcycle ? [0.34 * turn, 1.1] : [0.42 * turn, 1.07];
  const shoulder: readonly [number, number] = isMotorcycle ? [0.0, 1.47] : [0.07 * turn, 1.52];
  const part = (points: readonly number[], paint: Color) =>
    fillShape(sprite, points, paint, surface);
  const leg = (angle: number, tone: number) => {
    const foot: readonly [number, number] = isMotorcycle
      ? [-0.02 * turn, 0.32]
      : [(-0.06 + 0.16 * Math.cos(angle)) * turn, 0.3 + 0.16 * Math.sin(angle)];
    const knee: readonly [number, number] = [
      (seat[0] + foot[0]) / 2 + 0.22 * turn + 0.03,
      (seat[1] + foot[1]) / 2 + 0.1,
    ];
    part(capsule(seat[0], seat[1], knee[0], knee[1], 0.105, 0.08), scale(clothes.trousers, tone));
    part(capsule(knee[0], knee[1], foot[0], foot[1], 0.08, 0.055), scale(clothes.trousers, tone));
    part(
      capsule(foot[0] - 0.05, foot[1] - 0.04, foot[0] + 0.1, foot[1] - 0.05, 0.045),
      clothes.shoes,
    );
  };
  const angle = phase * 2 * Math.PI;
  leg(angle + Math.PI, 0.78);
  if (clothes.bag !== null) {
    part(capsule(seat[0] - 0.14, 1.2, shoulder[0] - 0.2, 1.42, 0.13, 0.12), clothes.bag);
  }
  part(capsule(seat[0], seat[1] + 0.02, shoulder[0], shoulder[1] - 0.04, 0.16, 0.18), clothes.top);
  leg(angle, 1);
  const elbow: readonly [number, number] = [
    (shoulder[0] + hand[0]) / 2 - 0.04,
    (shoulder[1] + hand[1]) / 2 - 0.1,
  ];
  part(
    capsule(shoulder[0], shoulder[1] - 0.02, elbow[0], elbow[1], 0.07, 0.058),
    scale(clothes.top, 1.08),
  );
  part(capsule(elbow[0], elbow[1], hand[0], hand[1], 0.055, 0.045), scale(clothes.top, 1.08));
  part(ellipse(hand[0], hand[1], 0.05, 0.05, 10), clothes.skin);
  const head: readonly [number, number] = [shoulder[0] + 0.07 * turn, shoulder[1] + 0.24];
  part(ellipse(head[0], head[1], 0.105, 0.14, 16), clothes.skin);
  if (isMotorcycle) {
    part(ellipse(head[0], head[1] + 0.02, 0.145, 0.165, 18), cycle.helmet);
    part(
      [
        head[0] + 0.02,
        head[1] - 0.04,
        head[0] + 0.145,
        head[1] - 0.02,
        head[0] + 0.14,
        head[1] + 0.07,
        head[0] + 0.02,
        head[1] + 0.08,
      ],
      [0.12, 0.13, 0.16],
    );
  } else {
    const top = phase > 0.45 ? cycle.helmet : clothes.hair;
    part(
      [-0.125, 0.02, -0.115, 0.1, -0.05, 0.17, 0.05, 0.17, 0.115, 0.1, 0.125, 0.02].map(
        (p, i) => p + head[i % 2],
      ),
      top,
    );
  }
}
