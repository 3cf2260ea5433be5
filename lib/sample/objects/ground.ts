/** The ground: strips along the street, cross roads, markings, rails and kerbs. */
import type { Color } from '../raster/color.js';
import type { SurfaceIndex } from '../raster/canvas.js';
import { stuff } from '../raster/canvas.js';
import { hash, pulse, smoothstep, valueNoise } from '../raster/noise.js';
import { fillPolygon } from '../raster/polygon.js';
import type { SurfaceKind } from '../kinds.js';
import type { Vec3 } from '../view/camera.js';
import { NEAR, bendPoint, projectOutline } from '../view/camera.js';
import { fillFace } from '../view/face.js';
import { clarity, lightOn } from '../view/light.js';
import type { Painter } from '../view/painter.js';

/** The material of a piece of ground. */
export interface GroundLook {
  readonly pattern: 'asphalt' | 'slabs' | 'cobbles' | 'grass' | 'gravel' | 'paint';
  readonly color: Color;
  readonly seed: number;
}

/** A rectangle of the straight plan, level with the road or raised above it. */
export interface GroundPatch {
  readonly kind: SurfaceKind | null;
  readonly look: GroundLook;
  /** Left and right, metres. */
  readonly x: readonly [number, number];
  /** Near and far, metres. */
  readonly z: readonly [number, number];
  /** Height above the road, metres; a raised patch shows its kerb. */
  readonly height: number;
}

/** How far the ground is drawn, metres. */
export const GROUND_END = 180;

/** Depths at which long outlines get a corner, so that they follow the bend. */
function depths(near: number, far: number): number[] {
  const list = [near];
  for (let z = near * 1.12 + 0.3; z < far; z = z * 1.12 + 0.3) {
    list.push(z);
  }
  list.push(far);
  return list;
}

/** Paints one patch of ground, with its kerb where it is raised. */
export function drawGroundPatch(painter: Painter, patch: GroundPatch): void {
  const { camera, canvas } = painter;
  const near = Math.max(NEAR, patch.z[0]);
  const far = Math.min(GROUND_END, patch.z[1]);
  if (near >= far) {
    return;
  }
  const left: Vec3[] = [];
  const right: Vec3[] = [];
  for (const z of depths(near, far)) {
    left.push(bendPoint(camera, [patch.x[0], patch.height, z]));
    right.push(bendPoint(camera, [patch.x[1], patch.height, z]));
  }
  const outline = projectOutline(camera, [...left, ...right.reverse()]);
  const surface = patch.kind === null ? null : stuff(canvas, patch.kind);
  if (patch.height > 0) {
    drawKerb(painter, patch, surface, near, far);
  }
  paintGround(painter, [outline], patch.look, surface, patch.height);
}

/** Paints outlines in pixels as ground of one material. */
export function paintGround(
  painter: Painter,
  outlines: readonly (readonly number[])[],
  look: GroundLook,
  surface: SurfaceIndex,
  height: number,
): void {
  const { camera, canvas, light } = painter;
  const lit = lightOn(light, [0, 1, 0], 1);
  const shaded = lightOn(light, [0, 1, 0], 0);
  fillPolygon(canvas, outlines, surface, (px, py, out) => {
    const drop = Math.max(0.3, py - camera.horizonY);
    const z = Math.min(500, (camera.focal * (camera.eye - height)) / drop);
    const x = ((px - camera.centerX) * z) / camera.focal - camera.bend * z * z;
    const tone = groundTone(look, x, z, z / camera.focal, (z * z) / (camera.focal * camera.eye));
    const sun = painter.sunlit(x, 0, z);
    const keep = clarity(light, z);
    for (let i = 0; i < 3; i++) {
      const shine = shaded[i] + (lit[i] - shaded[i]) * sun;
      out[i] = look.color[i] * tone * shine * keep + light.haze[i] * (1 - keep);
    }
    out[3] = 1;
  });
}

/** Brightness of a material at a place of the plan; the footprints fade what is too fine to see. */
function groundTone(look: GroundLook, x: number, z: number, footX: number, footZ: number): number {
  const { seed } = look;
  const broad = valueNoise(x * 0.35, z * 0.16, seed) - 0.5;
  switch (look.pattern) {
    case 'asphalt': {
      const speckle = (valueNoise(x * 17, z * 11, seed + 3) - 0.5) * fade(footZ, 0.3);
      const grain = (valueNoise(x * 4, z * 2.4, seed + 4) - 0.5) * fade(footZ, 0.8);
      const tracks = Math.cos((x / 1.6) * Math.PI * 2) * 0.022;
      const repair = valueNoise(x * 0.45, z * 0.06, seed + 9) > 0.76 ? -0.055 * fade(footZ, 3) : 0;
      const cover = manhole(x, z, seed) * fade(footZ, 0.6);
      return 1 + broad * 0.09 + speckle * 0.1 + grain * 0.07 + tracks + repair - cover;
    }
    case 'slabs': {
      const size = 0.75;
      const tint =
        (hash(Math.floor(x / size), Math.floor(z / size), seed) - 0.5) * fade(footZ, 1.2);
      return (1 + broad * 0.08 + tint * 0.12) * (1 - 0.2 * joints(x, z, size, 0.035, footX, footZ));
    }
    case 'cobbles': {
      const row = Math.floor(z / 0.3);
      const shifted = x + (row % 2) * 0.15;
      const tint = (hash(Math.floor(shifted / 0.3), row, seed) - 0.5) * fade(footZ, 0.5);
      return (
        (1 + broad * 0.12 + tint * 0.3) * (1 - 0.25 * joints(shifted, z, 0.3, 0.04, footX, footZ))
      );
    }
    case 'grass': {
      const tufts = valueNoise(x * 5, z * 3.2, seed + 1) - 0.5;
      const blades = (valueNoise(x * 16, z * 9, seed + 2) - 0.5) * fade(footZ, 0.4);
      return 1 + broad * 0.35 + tufts * 0.3 * fade(footZ, 1.5) + blades * 0.35;
    }
    case 'gravel':
      return 1 + broad * 0.15 + (valueNoise(x * 8, z * 6, seed) - 0.5) * 0.4 * fade(footZ, 0.5);
    case 'paint':
      return 1 - 0.16 * smoothstep(0.55, 0.8, valueNoise(x * 5, z * 2.5, seed));
  }
}

/** How much darker the iron covers in the road are; there is one every 17 m or so. */
function manhole(x: number, z: number, seed: number): number {
  const cell = Math.floor(z / 17);
  const dx = x - (hash(cell, 1, seed) - 0.5) * 6;
  const dz = z - (cell + 0.15 + 0.7 * hash(cell, 2, seed)) * 17;
  if (Math.abs(dz) > 0.36 || Math.abs(dx) > 0.36) {
    return 0;
  }
  const away = Math.sqrt(dx * dx + dz * dz);
  if (away > 0.36) {
    return 0;
  }
  return away > 0.3 ? 0.3 : 0.14 + (Math.abs(dx * 9 - Math.round(dx * 9)) < 0.2 ? 0.1 : 0);
}

/** 1 where a pixel is finer than `size` metres, falling to 0 where it is coarser. */
function fade(footprint: number, size: number): number {
  return 1 - smoothstep(size * 0.5, size * 2, footprint);
}

/** The share of a pixel that lies on the joints of a grid. */
function joints(
  x: number,
  z: number,
  size: number,
  width: number,
  footX: number,
  footZ: number,
): number {
  const dx = x - Math.floor(x / size) * size;
  const dz = z - Math.floor(z / size) * size;
  const along = pulse(0, width, dx, footX) * fade(footX, size);
  const across = pulse(0, width, dz, footZ) * fade(footZ, size);
  return Math.max(along, across);
}

/** The light stone edge of a raised patch, towards the camera and towards the road. */
function drawKerb(
  painter: Painter,
  patch: GroundPatch,
  surface: SurfaceIndex,
  near: number,
  far: number,
): void {
  const { x, height } = patch;
  const stone: Color = [0.66, 0.65, 0.62];
  const isLeft = x[1] <= 0;
  const edge = isLeft ? x[1] : x[0];
  const list = depths(near, far);
  for (let i = list.length - 2; i >= 0; i--) {
    const [a, b] = isLeft ? [list[i], list[i + 1]] : [list[i + 1], list[i]];
    fillFace(painter, {
      corners: [
        [edge, 0, a],
        [edge, 0, b],
        [edge, height, b],
        [edge, height, a],
      ],
      surface,
      look: stone,
      sunlit: painter.sunlit(edge, 0, (a + b) / 2),
    });
  }
  fillFace(painter, {
    corners: [
      [x[0], 0, near],
      [x[1], 0, near],
      [x[1], height, near],
      [x[0], height, near],
    ],
    surface,
    look: stone,
  });
}
