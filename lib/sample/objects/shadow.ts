/** Shadows on the ground: a soft dark patch below a thing, and the shape that the sun casts. */
import { fillField } from '../raster/field.js';
import { smoothstep } from '../raster/noise.js';
import { fillPolygon } from '../raster/polygon.js';
import type { Vec3 } from '../view/camera.js';
import { NEAR, bendPoint, clipNear, projectOutline } from '../view/camera.js';
import type { Painter } from '../view/painter.js';

/** A rectangle on the ground that a thing stands on. */
export interface Footprint {
  readonly x: number;
  readonly z: number;
  /** Half of its size to the sides and ahead, metres. */
  readonly halfX: number;
  readonly halfZ: number;
  /** Height of the ground there. */
  readonly ground: number;
}

/** Darkens the ground under a thing and close to it. Labels stay as they are. */
export function drawContactShadow(painter: Painter, print: Footprint, strength: number): void {
  const { camera, canvas } = painter;
  const spread = 1.35;
  const z0 = Math.max(NEAR, print.z - print.halfZ * spread - 0.2);
  const z1 = print.z + print.halfZ * spread + 0.2;
  if (z1 <= z0) {
    return;
  }
  const halfX = print.halfX * spread + 0.1;
  const corners: Vec3[] = [z0, z1].flatMap((z): Vec3[] => [
    bendPoint(camera, [print.x - halfX, print.ground, z]),
    bendPoint(camera, [print.x + halfX, print.ground, z]),
  ]);
  const pixels = projectOutline(camera, corners);
  const columns = pixels.filter((_, i) => i % 2 === 0);
  const rows = pixels.filter((_, i) => i % 2 === 1);
  fillField(
    canvas,
    [Math.min(...columns), Math.min(...rows) - 1, Math.max(...columns), Math.max(...rows) + 1],
    (px, py) => {
      const z = (camera.focal * (camera.eye - print.ground)) / Math.max(0.5, py - camera.horizonY);
      const x = ((px - camera.centerX) * z) / camera.focal - camera.bend * z * z;
      const dx = Math.abs(x - print.x) / halfX;
      const dz = Math.abs(z - print.z) / (print.halfZ * spread + 0.2 + z * 0.004);
      return strength * (1 - smoothstep(0.55, 1, dx)) * (1 - smoothstep(0.55, 1, dz));
    },
    null,
    paintDark,
  );
}

/** Darkens the ground where a box of a given height blocks the sun. */
export function drawCastShadow(
  painter: Painter,
  print: Footprint,
  height: number,
  strength: number,
): void {
  const { light, camera, canvas } = painter;
  const sunny = painter.sunlit(print.x, 0.3, print.z);
  const direct = Math.min(1, light.sunColor[1] / 0.5);
  if (sunny * direct < 0.15) {
    return;
  }
  const reach = Math.min(2.2, 1 / Math.max(0.25, light.sun[1])) * height;
  const [sx, sz] = [-light.sun[0] * reach, -light.sun[2] * reach];
  const base = [
    [print.x - print.halfX, print.z - print.halfZ],
    [print.x + print.halfX, print.z - print.halfZ],
    [print.x + print.halfX, print.z + print.halfZ],
    [print.x - print.halfX, print.z + print.halfZ],
  ];
  const outline = convexHull([...base, ...base.map(([x, z]) => [x + sx, z + sz])]);
  const points = clipNear(outline.map(([x, z]) => bendPoint(camera, [x, print.ground, z])));
  if (points.length < 3) {
    return;
  }
  fillPolygon(canvas, [projectOutline(camera, points)], null, (_x, _y, out) => {
    paintDark(_x, _y, out);
    out[3] = strength * sunny * direct;
  });
}

function paintDark(_x: number, _y: number, out: Float64Array): void {
  out[0] = 0.07;
  out[1] = 0.075;
  out[2] = 0.1;
  out[3] = 1;
}

/** The convex hull of points in the plane (Andrew's monotone chain). */
function convexHull(points: readonly number[][]): number[][] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (list: readonly number[][]): number[][] => {
    const chain: number[][] = [];
    for (const p of list) {
      while (chain.length >= 2) {
        const [a, b] = [chain[chain.length - 2], chain[chain.length - 1]];
        if ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0) {
          break;
        }
        chain.pop();
      }
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}
