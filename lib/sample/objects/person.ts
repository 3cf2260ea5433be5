/** People on foot: a figure of round limbs in a walking or standing pose. */
import type { Random } from '../../random.js';
import type { Color } from '../raster/color.js';
import { hex, jitter, pick, scale } from '../raster/color.js';
import { instance } from '../raster/canvas.js';
import { capsule, ellipse, roundedRectangle } from '../raster/shapes.js';
import type { Painter } from '../view/painter.js';
import { fillShape, spriteAt } from '../view/sprite.js';

/** What someone looks like. */
export interface Clothes {
  readonly skin: Color;
  readonly hair: Color;
  readonly top: Color;
  readonly trousers: Color;
  readonly shoes: Color;
  readonly hasSkirt: boolean;
  readonly bag: Color | null;
}

/** A pedestrian; height in metres. */
export interface Person {
  readonly type: 'person';
  readonly x: number;
  readonly z: number;
  readonly ground: number;
  readonly height: number;
  readonly girth: number;
  readonly side: -1 | 1;
  /** Phase of the walk, 0..1; standing people have 0. */
  readonly stride: number;
  readonly clothes: Clothes;
}

const SKIN = ['#e8bfa0', '#d9a57e', '#b97f58', '#8a5a3c', '#f0cbb0', '#6b4630'].map(hex);
const HAIR = ['#2c221c', '#4a3426', '#7a5636', '#b08a54', '#8b8b8b', '#1b1b1d', '#5d2e1f'].map(hex);
const TOPS = [
  '#b5383a',
  '#27496d',
  '#e7e4dc',
  '#3d5a45',
  '#d8a13a',
  '#5b3f6b',
  '#2b2d33',
  '#7f8c93',
  '#c8694a',
  '#3c8391',
  '#d98c9a',
  '#8c6c4b',
].map(hex);
const TROUSERS = ['#2c3444', '#3f4a5e', '#23252a', '#7c715f', '#4d4f52', '#5a6b83', '#94866d'].map(
  hex,
);

/** Clothes drawn at random. */
export function createClothes(random: Random): Clothes {
  const top = jitter(pick(random, TOPS), random, 0.14);
  return {
    skin: jitter(pick(random, SKIN), random, 0.06),
    hair: pick(random, HAIR),
    top,
    trousers: jitter(pick(random, TROUSERS), random, 0.12),
    shoes: pick(random, [hex('#26221f'), hex('#e0ddd6'), hex('#5b4232')]),
    hasSkirt: random.chance(0.18),
    bag: random.chance(0.35) ? jitter(pick(random, TOPS), random, 0.1) : null,
  };
}

/** A pedestrian at a place. */
export function createPerson(random: Random, x: number, z: number, ground: number): Person {
  const isChild = random.chance(0.1);
  return {
    type: 'person',
    x,
    z,
    ground,
    height: isChild ? random.uniform(1.1, 1.4) : random.uniform(1.6, 1.9),
    girth: random.uniform(0.9, 1.2),
    side: random.chance(0.5) ? 1 : -1,
    stride: random.chance(0.2) ? 0 : random.uniform(0.25, 1),
    clothes: createClothes(random),
  };
}

/** Draws a pedestrian. */
export function drawPerson(painter: Painter, person: Person): void {
  const sprite = spriteAt(painter, [person.x, person.ground, person.z], person.side);
  const surface = instance(painter.canvas, 'person');
  const { clothes } = person;
  // Measures are shares of a height of 1.75 m.
  const h = person.height / 1.75;
  const g = person.girth * h;
  const swing = 0.26 * person.stride * h;
  const hip = 0.88 * h;
  const shoulder = 1.42 * h;
  const limb = (points: readonly number[], color: Color) =>
    fillShape(sprite, points, color, surface);

  const leg = (foot: number, lift: number, color: Color, tone: number) => {
    const knee = foot * 0.5 + 0.05 * h;
    limb(capsule(0, hip, knee, 0.47 * h, 0.105 * g, 0.075 * g), scale(color, tone));
    limb(capsule(knee, 0.47 * h, foot, 0.07 * h + lift, 0.075 * g, 0.05 * g), scale(color, tone));
    limb(
      capsule(
        foot - 0.03 * h,
        0.045 * h + lift,
        foot + 0.13 * h,
        0.035 * h + lift,
        0.045 * h,
        0.035 * h,
      ),
      clothes.shoes,
    );
  };
  const arm = (hand: number, tone: number) => {
    limb(
      capsule(0, shoulder - 0.04 * h, hand * 0.45 - 0.03, 1.13 * h, 0.065 * g, 0.052 * g),
      scale(clothes.top, tone),
    );
    limb(
      capsule(hand * 0.45 - 0.03, 1.13 * h, hand, 0.9 * h, 0.05 * g, 0.042 * g),
      scale(clothes.top, tone),
    );
    limb(ellipse(hand, 0.86 * h, 0.045 * h, 0.05 * h, 10), clothes.skin);
  };
  const bare = clothes.hasSkirt ? clothes.skin : clothes.trousers;
  arm(swing * 1.1 + 0.14 * h, 0.8);
  leg(-swing - 0.05 * h, 0.05 * person.stride * h, bare, 0.8);
  leg(swing + 0.05 * h, 0, bare, 1);
  if (clothes.hasSkirt) {
    limb(
      [-0.15 * g, hip + 0.1 * h, 0.15 * g, hip + 0.1 * h, 0.24 * g, 0.55 * h, -0.24 * g, 0.55 * h],
      clothes.trousers,
    );
  }
  if (clothes.bag !== null) {
    limb(roundedRectangle(-0.34 * g, 0.98 * h, -0.08 * g, 1.38 * h, 0.06), clothes.bag);
  }
  limb(
    [
      -0.14 * g,
      hip - 0.04 * h,
      0.14 * g,
      hip - 0.04 * h,
      0.16 * g,
      1.1 * h,
      0.2 * g,
      shoulder - 0.02 * h,
      0.12 * g,
      shoulder + 0.05 * h,
      -0.12 * g,
      shoulder + 0.05 * h,
      -0.2 * g,
      shoulder - 0.02 * h,
      -0.16 * g,
      1.1 * h,
    ],
    clothes.top,
  );
  arm(-swing * 1.1 - 0.1 * h, 1.06);
  limb(capsule(0, shoulder, 0.01 * h, 1.53 * h, 0.055 * h), scale(clothes.skin, 0.88));
  limb(ellipse(0.02 * h, 1.62 * h, 0.098 * h, 0.13 * h, 16), clothes.skin);
  limb(
    [
      -0.1 * h,
      1.6 * h,
      -0.105 * h,
      1.7 * h,
      -0.05 * h,
      1.765 * h,
      0.05 * h,
      1.765 * h,
      0.105 * h,
      1.7 * h,
      0.08 * h,
      1.67 * h,
      -0.03 * h,
      1.68 * h,
    ],
    clothes.hair,
  );
}
