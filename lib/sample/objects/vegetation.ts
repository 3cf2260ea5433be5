/** Trees, bushes and hedges: measures, colours, trunk and branches. */
import type { Random } from '../../random.js';
import { hex, jitter, pick } from '../raster/color.js';
import { stuff } from '../raster/canvas.js';
import type { Painter } from '../view/painter.js';
import { fillShape, spriteAt } from '../view/sprite.js';
import { drawCrown } from './crown.js';
import type { Plant } from './plant.js';

const LEAVES = ['#5f8a3c', '#6f9a45', '#4f7a3a', '#7fa04a', '#58803f', '#8aa552', '#47703c'].map(
  hex,
);
const AUTUMN = ['#b08a3a', '#a8703a', '#94883c'].map(hex);
const BARK = ['#6b5a48', '#5a4c40', '#7a6d5e'].map(hex);

/** A street or garden tree. */
export function createTree(random: Random, x: number, z: number, ground: number, size = 1): Plant {
  const shape = pick(random, ['round', 'round', 'oval', 'oval', 'slim', 'conifer'] as const);
  const height = random.uniform(5.5, 9.5) * size;
  const share = { round: 0.4, oval: 0.3, slim: 0.17, conifer: 0.24, bush: 0.5 }[shape];
  const isConifer = shape === 'conifer';
  return {
    type: 'plant',
    kind: 'tree',
    x,
    z,
    ground,
    shape,
    height,
    spread: height * share * random.uniform(0.85, 1.1),
    trunk: height * (isConifer ? 0.1 : random.uniform(0.24, 0.34)),
    leaf: isConifer
      ? jitter(hex('#3f6646'), random, 0.12)
      : jitter(pick(random, random.chance(0.09) ? AUTUMN : LEAVES), random, 0.1),
    bark: pick(random, BARK),
    seed: random.integer(1 << 20),
  };
}

/** A bush or a piece of hedge. */
export function createBush(
  random: Random,
  x: number,
  z: number,
  ground: number,
  height?: number,
): Plant {
  const tall = height ?? random.uniform(0.7, 1.6);
  return {
    type: 'plant',
    kind: 'bush',
    x,
    z,
    ground,
    shape: 'bush',
    height: tall,
    spread: tall * random.uniform(0.65, 1),
    trunk: 0,
    leaf: jitter(pick(random, LEAVES), random, 0.12),
    bark: BARK[0],
    seed: random.integer(1 << 20),
  };
}

/** Draws a plant. */
export function drawPlant(painter: Painter, plant: Plant): void {
  const sprite = spriteAt(painter, [plant.x, plant.ground, plant.z]);
  const surface = stuff(painter.canvas, plant.kind);
  if (plant.trunk > 0) {
    const thick = 0.06 + plant.height * 0.017;
    const top = plant.trunk + (plant.height - plant.trunk) * 0.45;
    fillShape(
      sprite,
      [
        -thick * 1.5,
        0,
        -thick,
        plant.trunk * 0.4,
        -thick * 0.7,
        top,
        thick * 0.7,
        top,
        thick,
        plant.trunk * 0.4,
        thick * 1.5,
        0,
      ],
      plant.bark,
      surface,
    );
    for (const side of [-1, 1]) {
      const reach = plant.spread * 0.45 * side;
      fillShape(
        sprite,
        [0, plant.trunk * 0.9, reach, top, reach + 0.08, top, thick, plant.trunk * 0.75],
        plant.bark,
        surface,
      );
    }
  }
  drawCrown(sprite, plant, surface);
}
