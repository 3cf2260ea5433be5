/** The sky: a gradient, clouds in perspective, a glow around the sun, and the skyline. */
import type { Color } from '../raster/color.js';
import { mix } from '../raster/color.js';
import { stuff } from '../raster/canvas.js';
import { fillField } from '../raster/field.js';
import { fractalNoise, hash, smoothstep, valueNoise } from '../raster/noise.js';
import { fillPolygon } from '../raster/polygon.js';
import { columnOf, rowOf } from '../view/camera.js';
import { clarity, lightOn } from '../view/light.js';
import type { Painter } from '../view/painter.js';

/** What closes the view at the end of the street. */
export interface Backdrop {
  readonly type: 'skyline' | 'hills';
  readonly seed: number;
  /** Height of its highest parts, metres, at `BACKDROP_DISTANCE`. */
  readonly height: number;
  readonly color: Color;
}

/** Distance of the backdrop, metres. */
export const BACKDROP_DISTANCE = 180;

/** Paints the sky over the whole canvas; everything else covers it. */
export function drawSky(painter: Painter, seed: number): void {
  const { canvas, camera, light } = painter;
  const glowX = camera.centerX + (camera.focal * light.sun[0]) / Math.max(0.3, light.sun[2]);
  const glowY = camera.horizonY - (camera.focal * light.sun[1]) / Math.max(0.3, light.sun[2]);
  const glow = light.sun[2] > 0.1 ? 0.35 : 0;
  const cloud: Color = mix([1, 1, 1], light.horizon, 0.25);
  fillField(
    canvas,
    [0, 0, canvas.width, Math.min(canvas.height, camera.horizonY + 8)],
    () => 1,
    stuff(canvas, 'sky'),
    (x, y, out) => {
      const rise = Math.max(0, camera.horizonY - y) / camera.focal;
      const height = smoothstep(0, 0.55, rise);
      const layer = 1 / (rise + 0.1);
      const across = ((x - camera.centerX) / camera.focal) * layer;
      const density = fractalNoise(across * 0.9 + 40, layer * 1.3, seed, 4);
      const edge = 0.72 - 0.42 * light.clouds;
      const cover = smoothstep(edge, edge + 0.2, density) * smoothstep(0.01, 0.12, rise);
      const shadow = 1 - 0.16 * smoothstep(edge + 0.1, edge + 0.4, density);
      const distance = Math.sqrt((x - glowX) ** 2 + (y - glowY) ** 2) / camera.focal;
      const shine = glow * Math.exp(-distance * 4);
      for (let i = 0; i < 3; i++) {
        const air = light.horizon[i] + (light.zenith[i] - light.horizon[i]) * height;
        const value = air + (cloud[i] * shadow - air) * cover * (0.35 + 0.6 * light.clouds);
        out[i] = value + (light.sunColor[i] * 1.1 - value) * shine;
      }
      out[3] = 1;
    },
  );
}

/** Paints what stands at the end of the street, pale with distance. */
export function drawBackdrop(painter: Painter, backdrop: Backdrop): void {
  const { canvas, camera, light } = painter;
  const z = BACKDROP_DISTANCE;
  const step = camera.focal / z;
  const shift = camera.bend * z * z;
  const base = rowOf(camera, 0, z);
  const reach = Math.ceil(canvas.width / step) + 4;
  const first = Math.floor(-reach / 2 - shift - (camera.centerX - canvas.width / 2) / step);
  const points: number[] = [];
  const isSkyline = backdrop.type === 'skyline';
  for (let i = 0; i <= reach; i++) {
    const place = first + i;
    const block = isSkyline
      ? Math.floor(place / 9 + hash(Math.floor(place / 9), 1, backdrop.seed) * 0.4)
      : place;
    const share = isSkyline
      ? 0.45 + 0.55 * hash(block, 0, backdrop.seed)
      : 0.3 +
        0.5 * fractalNoise(place / 60, 0, backdrop.seed, 2) +
        0.2 * valueNoise(place / 4, 3, backdrop.seed);
    const y = rowOf(camera, backdrop.height * share, z);
    const x = columnOf(camera, place + shift, z);
    if (isSkyline) {
      points.push(x, y, x + step * 0.999, y);
    } else {
      points.push(x, y);
    }
  }
  points.push(points[points.length - 2], base, points[0], base);
  const shine = lightOn(light, [0, 0.3, -0.95], 0.6);
  const keep = Math.min(0.55, clarity(light, z) + 0.08);
  fillPolygon(canvas, [points], stuff(canvas, isSkyline ? 'building' : 'hill'), (x, y, out) => {
    const u = Math.floor((x - camera.centerX) / step / 3);
    const v = Math.floor((base - y) / step / 3.2);
    const dots = isSkyline
      ? 0.9 + 0.2 * hash(u, v, backdrop.seed)
      : 0.8 + 0.4 * valueNoise(x / 5, y / 3, backdrop.seed);
    for (let i = 0; i < 3; i++) {
      out[i] = backdrop.color[i] * shine[i] * dots * keep + light.haze[i] * (1 - keep);
    }
    out[3] = 1;
  });
}
