/** Things on posts: lamps, plain poles, traffic signs and traffic lights. */
import type { Random } from '../../random.js';
import type { Color } from '../raster/color.js';
import { hex, jitter, pick } from '../raster/color.js';
import { stuff } from '../raster/canvas.js';
import { capsule, ellipse, rectangle, roundedRectangle } from '../raster/shapes.js';
import type { Painter } from '../view/painter.js';
import type { Sprite } from '../view/sprite.js';
import { fillShape, spriteAt } from '../view/sprite.js';
import type { SignShape } from './sign.js';
import { SIGN_SHAPES, drawSign } from './sign.js';

/** A plate or a lamp box that a post carries. */
export interface Attachment {
  readonly what: 'lamp' | 'light' | 'arm light' | SignShape;
  /** Height of its middle, metres. */
  readonly height: number;
  readonly color: Color;
  /** For lights: which lamp is on, 0 red, 1 amber, 2 green. */
  readonly state: number;
}

/** A post with what it carries. */
export interface Post {
  readonly type: 'post';
  readonly x: number;
  readonly z: number;
  readonly ground: number;
  readonly height: number;
  readonly thickness: number;
  readonly color: Color;
  /** Which way arms reach: towards the middle of the street. */
  readonly towards: -1 | 1;
  readonly attachments: readonly Attachment[];
}

const METAL = ['#80858a', '#6c7277', '#93979a', '#4c5357', '#3d4744'].map(hex);

/** Where a post stands. */
export type PostPlace = Pick<Post, 'x' | 'z' | 'ground'>;

function createPost(
  random: Random,
  place: PostPlace,
  height: number,
  thickness: number,
  attachments: readonly Attachment[],
): Post {
  return {
    type: 'post',
    ...place,
    height,
    thickness,
    color: jitter(pick(random, METAL), random, 0.1),
    towards: place.x < 0 ? 1 : -1,
    attachments,
  };
}

/** A street lamp. */
export function createLamp(random: Random, place: PostPlace): Post {
  const height = random.uniform(5.8, 7.8);
  return createPost(random, place, height, 0.085, [
    { what: 'lamp', height, color: [0.9, 0.9, 0.85], state: 0 },
  ]);
}

/** A bare post, tall or low. */
export function createPole(random: Random, place: PostPlace): Post {
  return createPost(
    random,
    place,
    random.chance(0.6) ? random.uniform(5, 8) : random.uniform(2.2, 3),
    random.uniform(0.07, 0.12),
    [],
  );
}

/** One or two traffic signs on a post. */
export function createSign(random: Random, place: PostPlace): Post {
  const height = random.uniform(2.5, 3.1);
  const first = pick(random, SIGN_SHAPES);
  const signs: Attachment[] = [
    { what: first, height: height - 0.4, color: hex('#c33431'), state: 0 },
  ];
  if (random.chance(0.35)) {
    const second = pick(random, SIGN_SHAPES);
    signs.push({ what: second, height: height - 1.3, color: hex('#c33431'), state: 0 });
  }
  return createPost(random, place, height, 0.06, signs);
}

/** A traffic light, on the post and sometimes on an arm over the road. */
export function createTrafficLight(random: Random, place: PostPlace, state: number): Post {
  const hasArm = random.chance(0.4);
  const box: Attachment = { what: 'light', height: 2.9, color: hex('#20262a'), state };
  const arm: Attachment = { what: 'arm light', height: 5.3, color: hex('#20262a'), state };
  return createPost(random, place, hasArm ? 5.5 : 3.5, 0.085, hasArm ? [box, arm] : [box]);
}

/** Draws a post and what it carries. */
export function drawPost(painter: Painter, post: Post): void {
  const sprite = spriteAt(painter, [post.x, post.ground, post.z], post.towards);
  // Thin posts stay at least 1.25 pixels wide, so that far ones do not break into dots.
  const half = Math.max(post.thickness, 0.65 / sprite.scale);
  const isLamp = post.attachments.some((a) => a.what === 'lamp');
  const surface = stuff(painter.canvas, isLamp ? 'street lamp' : 'pole');
  fillShape(
    sprite,
    [-half * 1.15, 0, half * 1.15, 0, half * 0.85, post.height, -half * 0.85, post.height],
    post.color,
    surface,
  );
  if (sprite.scale > 12) {
    fillShape(sprite, rectangle(-half * 1.7, 0, half * 1.7, 0.35), post.color, surface);
  }
  for (const attachment of post.attachments) {
    drawAttachment(sprite, post, attachment, half, surface);
  }
}

function drawAttachment(
  sprite: Sprite,
  post: Post,
  item: Attachment,
  half: number,
  pole: number,
): void {
  const { canvas } = sprite.painter;
  const y = item.height;
  switch (item.what) {
    case 'lamp': {
      fillShape(
        sprite,
        capsule(0, y - 0.05, 1.5, y + 0.2, half * 0.8, half * 0.6),
        post.color,
        pole,
      );
      fillShape(sprite, capsule(1.3, y + 0.17, 2.1, y + 0.22, 0.11, 0.08), item.color, pole);
      return;
    }
    case 'light':
      drawLightBox(sprite, 0, y, item, stuff(canvas, 'traffic light'));
      return;
    case 'arm light':
      fillShape(sprite, capsule(0, y, 2.6, y + 0.12, half * 0.8, half * 0.7), post.color, pole);
      drawLightBox(sprite, 2.5, y - 0.35, item, stuff(canvas, 'traffic light'));
      return;
    default:
      // Arms may be mirrored, signs never are.
      drawSign({ ...sprite, side: 1 }, item.what, y, stuff(canvas, 'traffic sign'));
  }
}

function drawLightBox(
  sprite: Sprite,
  x: number,
  y: number,
  item: Attachment,
  surface: number,
): void {
  fillShape(
    sprite,
    roundedRectangle(x - 0.27, y - 0.68, x + 0.27, y + 0.68, 0.1),
    item.color,
    surface,
  );
  const lamps: readonly Color[] = [hex('#ff4a38'), hex('#ffb52e'), hex('#3fe08a')];
  const off: readonly Color[] = [hex('#4d1b18'), hex('#4d3a16'), hex('#16402a')];
  for (let i = 0; i < 3; i++) {
    const isOn = i === item.state;
    const cy = y + 0.4 - i * 0.4;
    if (isOn) {
      fillShape(sprite, ellipse(x, cy, 0.24, 0.24), lamps[i], null, {
        luminous: true,
        opacity: 0.35,
      });
    }
    fillShape(sprite, ellipse(x, cy, 0.155, 0.155), isOn ? lamps[i] : off[i], surface, {
      luminous: isOn,
      flat: true,
    });
  }
}
