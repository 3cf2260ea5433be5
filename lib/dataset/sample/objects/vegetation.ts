/** Trees, bushes and hedges: crowns are clumps of leaves with a rough edge, lit from the sun's side. */
import type { Random } from '../../../random.js';
import type { SurfaceKind } from '../kinds.js';
import type { Color } from '../raster/color.js';
import { hex, jitter, mix, pick } from '../raster/color.js';
import { stuff } from '../raster/canvas.js';
import { fillField } from '../raster/field.js';
import { fractalNoise, hash, valueNoise } from '../raster/noise.js';
import { lightOn } from '../view/light.js';
import type { Painter } from '../view/painter.js';
import type { Sprite } from '../view/sprite.js';
import { fillShape, spriteAt } from '../view/sprite.js';

/** A tree or a bush; measures in metres. */
export interface Plant {
  readonly type: 'plant';
  readonly kind: Extract<SurfaceKind, 'tree' | 'bush'>;
  readonly x: number;
  readonly z: number;
  /** Height of the ground it grows from. */
  readonly ground: number;
  readonly shape: 'round' | 'oval' | 'slim' | 'conifer' | 'bush';
  readonly height: number;
  /** Half the width of the crown. */
  readonly spread: number;
  /** Where the crown begins. */
  readonly trunk: number;
  readonly leaf: Color;
  readonly bark: Color;
  readonly seed: number;
}

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

/** One clump of leaves: centre and radius, metres on the sprite. */
type Clump = readonly [x: number, y: number, radius: number];

function clumps(plant: Plant): Clump[] {
  const list: Clump[] = [];
  const bottom = plant.trunk;
  const tall = plant.height - bottom;
  const count = plant.shape === 'bush' ? 7 : plant.shape === 'conifer' ? 12 : 15;
  for (let i = 0; i < count; i++) {
    const a = hash(i, 1, plant.seed);
    const b = hash(i, 2, plant.seed);
    const c = hash(i, 3, plant.seed);
    if (plant.shape === 'conifer') {
      const t = i / (count - 1);
      const width = plant.spread * (1 - t) * 0.85;
      list.push([
        (a - 0.5) * width * 1.1,
        bottom + tall * (0.1 + 0.84 * t),
        width * 0.55 + tall * 0.05,
      ]);
      continue;
    }
    const angle = a * 2 * Math.PI;
    const away = Math.sqrt(b) * 0.68;
    const radius = Math.min(plant.spread, tall / 2) * (0.36 + 0.16 * c);
    list.push([
      Math.cos(angle) * away * plant.spread,
      bottom +
        tall * (0.5 + 0.48 * away * Math.sin(angle)) +
        (plant.shape === 'bush' ? -tall * 0.05 : 0),
      radius,
    ]);
  }
  return list;
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
  drawCrown(sprite, plant, clumps(plant), surface);
}

function drawCrown(sprite: Sprite, plant: Plant, list: readonly Clump[], surface: number): void {
  const { painter, footX, footY, scale, keep } = sprite;
  const { light, canvas } = painter;
  const sunlit = painter.sunlit(plant.x, plant.height * 0.7, plant.z);
  const bright = lightOn(light, [light.sun[0] * 0.6, 0.8, -0.2], sunlit);
  const dark = lightOn(light, [-light.sun[0] * 0.4, -0.6, -0.6], sunlit * 0.3);
  const tip = mix(plant.leaf, [0.86, 0.9, 0.5], 0.22);
  const deep = mix(plant.leaf, [0.06, 0.12, 0.09], 0.45);
  const rough = Math.min(plant.spread, plant.height) * (plant.shape === 'conifer' ? 0.16 : 0.24);
  const grain = 2.2 / Math.min(1.6, Math.max(0.5, plant.spread * 0.6));
  const lean = Math.max(-0.6, Math.min(0.6, light.sun[0]));
  let [low, high, left, right] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y, r] of list) {
    low = Math.min(low, y - r);
    high = Math.max(high, y + r);
    left = Math.min(left, x - r);
    right = Math.max(right, x + r);
  }
  let rowOfList = NaN;
  let row: Clump[] = [];
  let nearest = 0;
  let shade = 0;
  fillField(
    canvas,
    [
      footX + left * scale,
      footY - high * scale,
      footX + right * scale,
      footY - Math.max(0, low) * scale,
    ],
    (px, py) => {
      const y = (footY - py) / scale;
      if (py !== rowOfList) {
        rowOfList = py;
        row = list.filter((clump) => Math.abs(clump[1] - y) < clump[2]);
      }
      const x = (px - footX) / scale;
      nearest = -1;
      let weights = 0;
      shade = 0;
      for (const [cx, cy, r] of row) {
        const depth = r - Math.hypot(x - cx, y - cy);
        if (depth <= 0) continue;
        nearest = Math.max(nearest, depth);
        const weight = depth * depth;
        weights += weight;
        shade += (weight * ((y - cy) * 0.8 + (x - cx) * lean)) / r;
      }
      if (nearest <= 0) return 0;
      shade /= weights;
      const ragged = fractalNoise(x * grain * 1.6, y * grain * 1.6, plant.seed, 2);
      return Math.max(
        0,
        Math.min(1, (nearest - rough * Math.max(0, ragged - 0.3)) * scale * 0.8 + 0.5),
      );
    },
    surface,
    (px, py, out) => {
      const x = (px - footX) / scale;
      const y = (footY - py) / scale;
      const bunch = valueNoise(x * grain * 1.7, y * grain * 2, plant.seed + 7) - 0.5;
      const leaves = valueNoise(x * grain * 4.4, y * grain * 5, plant.seed + 8) - 0.5;
      const fine =
        scale > 9
          ? hash(Math.floor(x * 15 + y * 4), Math.floor(y * 17 - x * 3), plant.seed) - 0.5
          : 0;
      const body = (y - plant.trunk) / Math.max(0.5, plant.height - plant.trunk) - 0.5;
      const tone = shade * 0.55 + body * 0.5 + bunch * 0.5 + leaves * 0.45 + fine * 0.28;
      const t = Math.max(0, Math.min(1, 0.5 + tone));
      for (let i = 0; i < 3; i++) {
        const leaf = deep[i] + (tip[i] - deep[i]) * t;
        const value = leaf * (dark[i] + (bright[i] - dark[i]) * t);
        out[i] = value * keep + light.haze[i] * (1 - keep);
      }
      out[3] = 1;
    },
  );
}
