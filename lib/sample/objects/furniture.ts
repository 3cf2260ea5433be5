/** Things on the pavement that no class covers: bins, benches, bollards, boxes, bags, prams, dogs. */
import type { Random } from '../../random.js';
import type { SurfaceKind } from '../kinds.js';
import type { Color } from '../raster/color.js';
import { hex, jitter, pick, scale } from '../raster/color.js';
import { stuff } from '../raster/canvas.js';
import { capsule, ellipse, rectangle, roundedRectangle } from '../raster/shapes.js';
import type { Painter } from '../view/painter.js';
import { fillShape, spriteAt } from '../view/sprite.js';

/** A small thing on the pavement. */
export interface Furniture {
  readonly type: 'furniture';
  readonly kind: Extract<SurfaceKind, 'street furniture' | 'movable object' | 'animal'>;
  readonly what:
    | 'bin'
    | 'bench'
    | 'bollard'
    | 'box'
    | 'planter'
    | 'bag'
    | 'pram'
    | 'dog'
    | 'suitcase';
  readonly x: number;
  readonly z: number;
  readonly ground: number;
  readonly side: -1 | 1;
  readonly color: Color;
}

const COLORS = ['#4d6b3f', '#5b5f63', '#d49a2e', '#3b5f7a', '#7a4b34', '#8a8d8f', '#a63b32'].map(
  hex,
);

/** A thing that stays where it is. */
export function createFurniture(random: Random, x: number, z: number, ground: number): Furniture {
  const what = pick(random, ['bin', 'bin', 'bench', 'bollard', 'box', 'planter'] as const);
  return {
    type: 'furniture',
    kind: 'street furniture',
    what,
    x,
    z,
    ground,
    side: random.chance(0.5) ? 1 : -1,
    color: jitter(pick(random, COLORS), random, 0.12),
  };
}

/** A thing that may be gone tomorrow. */
export function createMovable(random: Random, x: number, z: number, ground: number): Furniture {
  const what = pick(random, ['bag', 'pram', 'dog', 'suitcase'] as const);
  return {
    ...createFurniture(random, x, z, ground),
    kind: what === 'dog' ? 'animal' : 'movable object',
    what,
  };
}

/** Draws a small thing. */
export function drawFurniture(painter: Painter, thing: Furniture): void {
  const sprite = spriteAt(painter, [thing.x, thing.ground, thing.z], thing.side);
  const surface = stuff(painter.canvas, thing.kind);
  const { color } = thing;
  const part = (points: readonly number[], paint: Color = color) =>
    fillShape(sprite, points, paint, surface);
  const dark = scale(color, 0.6);
  switch (thing.what) {
    case 'bin':
      part([-0.24, 0, 0.24, 0, 0.3, 0.9, -0.3, 0.9]);
      part(roundedRectangle(-0.33, 0.86, 0.33, 1.0, 0.05), dark);
      part(rectangle(-0.18, 0.62, 0.18, 0.72), dark);
      return;
    case 'bench':
      for (const x of [-0.75, 0.7]) {
        part(rectangle(x, 0, x + 0.06, 0.85), [0.2, 0.2, 0.22]);
      }
      for (const y of [0.42, 0.62, 0.78]) {
        part(rectangle(-0.85, y, 0.85, y + 0.1), hex('#8a6442'));
      }
      return;
    case 'bollard':
      part(capsule(0, 0.05, 0, 0.85, 0.085), scale(color, 0.8));
      part(rectangle(-0.087, 0.66, 0.087, 0.76), [0.93, 0.93, 0.93]);
      return;
    case 'box':
      part(roundedRectangle(-0.42, 0, 0.42, 1.25, 0.04));
      part(rectangle(-0.34, 0.1, -0.02, 1.12), scale(color, 0.88));
      part(rectangle(0.02, 0.1, 0.34, 1.12), scale(color, 0.88));
      return;
    case 'planter':
      part([-0.45, 0, 0.45, 0, 0.55, 0.55, -0.55, 0.55], hex('#9d968a'));
      part(rectangle(-0.58, 0.48, 0.58, 0.58), hex('#b0a99c'));
      return;
    case 'bag':
      part(ellipse(0, 0.26, 0.34, 0.28), [0.13, 0.13, 0.15]);
      part([-0.08, 0.5, 0.08, 0.5, 0.12, 0.66, -0.12, 0.66], [0.17, 0.17, 0.19]);
      return;
    case 'suitcase':
      part(roundedRectangle(-0.24, 0.06, 0.24, 0.72, 0.06));
      part(rectangle(-0.1, 0.72, -0.06, 1.02), [0.3, 0.3, 0.3]);
      part(rectangle(0.06, 0.72, 0.1, 1.02), [0.3, 0.3, 0.3]);
      return;
    case 'pram':
      for (const x of [-0.3, 0.32]) {
        part(ellipse(x, 0.14, 0.14, 0.14, 14), [0.12, 0.12, 0.13]);
      }
      part([-0.42, 0.42, 0.4, 0.34, 0.45, 0.66, -0.42, 0.7]);
      part(ellipse(-0.16, 0.72, 0.33, 0.26), dark);
      part(capsule(0.4, 0.6, 0.66, 1.0, 0.025), [0.2, 0.2, 0.2]);
      return;
    case 'dog': {
      const fur = furColor(color);
      for (const x of [-0.26, -0.16, 0.2, 0.28]) {
        part(capsule(x, 0.3, x + 0.02, 0.04, 0.05, 0.035), scale(fur, 0.85));
      }
      part(capsule(-0.24, 0.4, 0.22, 0.42, 0.14, 0.15), fur);
      part(capsule(0.25, 0.46, 0.38, 0.62, 0.1, 0.1), fur);
      part(capsule(0.4, 0.62, 0.52, 0.58, 0.07, 0.05), fur);
      part(capsule(-0.3, 0.46, -0.46, 0.66, 0.04, 0.025), fur);
    }
  }
}

/** Fur: the thing's colour made brown. */
function furColor(color: Color): Color {
  return [0.25 + color[0] * 0.4, 0.2 + color[0] * 0.3, 0.15 + color[0] * 0.2];
}
