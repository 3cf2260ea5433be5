/** Crowns: clumps of leaves that melt together, with a ragged edge and light from the sun's side. */
import { mix } from '../raster/color.js';
import { fillField } from '../raster/field.js';
import { fractalNoise, hash, valueNoise } from '../raster/noise.js';
import { lightOn } from '../view/light.js';
import type { Sprite } from '../view/sprite.js';
import type { Plant } from './plant.js';

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

/** Where a point lies in a crown: depth below its edge, metres, and how lit its clump is there. */
const found = new Float64Array(2);

/** Looks a point up among the clumps; the result is in `found`. */
function lookUp(list: readonly Clump[], x: number, y: number, lean: number): void {
  let nearest = 0;
  let weights = 0;
  let shade = 0;
  for (const clump of list) {
    const dx = x - clump[0];
    const dy = y - clump[1];
    const r = clump[2];
    const square = dx * dx + dy * dy;
    if (square >= r * r) {
      continue;
    }
    const depth = r - Math.sqrt(square);
    if (depth > nearest) {
      nearest = depth;
    }
    // Weighed by depth, the clumps blend without seams.
    const weight = depth * depth;
    weights += weight;
    shade += (weight * (dy * 0.8 + dx * lean)) / r;
  }
  found[0] = nearest;
  found[1] = weights > 0 ? shade / weights : 0;
}

/** The box around all clumps: left, bottom, right, top, metres. */
function boundsOf(list: readonly Clump[]): readonly [number, number, number, number] {
  return [
    Math.min(...list.map(([x, , r]) => x - r)),
    Math.min(...list.map(([, y, r]) => y - r)),
    Math.max(...list.map(([x, , r]) => x + r)),
    Math.max(...list.map(([, y, r]) => y + r)),
  ];
}

/** Paints the leaves of a plant. */
export function drawCrown(sprite: Sprite, plant: Plant, surface: number): void {
  const { painter, footX, footY, scale, keep } = sprite;
  const { light, canvas } = painter;
  const { seed } = plant;
  const sunlit = painter.sunlit(plant.x, plant.height * 0.7, plant.z);
  const bright = lightOn(light, [light.sun[0] * 0.6, 0.8, -0.2], sunlit);
  const dark = lightOn(light, [-light.sun[0] * 0.4, -0.6, -0.6], sunlit * 0.3);
  const tip = mix(plant.leaf, [0.86, 0.9, 0.5], 0.22);
  const deep = mix(plant.leaf, [0.06, 0.12, 0.09], 0.45);
  const rough = Math.min(plant.spread, plant.height) * (plant.shape === 'conifer' ? 0.16 : 0.24);
  const grain = 2.2 / Math.min(1.6, Math.max(0.5, plant.spread * 0.6));
  const lean = Math.max(-0.6, Math.min(0.6, light.sun[0]));
  const tall = Math.max(0.5, plant.height - plant.trunk);
  const list = clumps(plant);
  const [left, bottom, right, top] = boundsOf(list);
  fillField(
    canvas,
    [
      footX + left * scale,
      footY - top * scale,
      footX + right * scale,
      footY - Math.max(0, bottom) * scale,
    ],
    (px, py) => {
      const x = (px - footX) / scale;
      const y = (footY - py) / scale;
      lookUp(list, x, y, lean);
      if (found[0] <= 0) {
        return 0;
      }
      const ragged = fractalNoise(x * grain * 1.6, y * grain * 1.6, seed, 2);
      const inside = (found[0] - rough * Math.max(0, ragged - 0.3)) * scale * 0.8 + 0.5;
      return Math.max(0, Math.min(1, inside));
    },
    surface,
    (px, py, out) => {
      const x = (px - footX) / scale;
      const y = (footY - py) / scale;
      const bunch = valueNoise(x * grain * 1.7, y * grain * 2, seed + 7) - 0.5;
      const leaves = valueNoise(x * grain * 4.4, y * grain * 5, seed + 8) - 0.5;
      const fine =
        scale > 9 ? hash(Math.floor(x * 15 + y * 4), Math.floor(y * 17 - x * 3), seed) - 0.5 : 0;
      const body = (y - plant.trunk) / tall - 0.5;
      const tone = found[1] * 0.55 + body * 0.5 + bunch * 0.5 + leaves * 0.45 + fine * 0.28;
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
