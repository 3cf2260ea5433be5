/** Solid things made of flat faces, turned and placed on the street: vehicles, boxes. */
import type { Color } from '../raster/color.js';
import type { SurfaceIndex } from '../raster/canvas.js';
import type { Vec3 } from './camera.js';
import { fillFace } from './face.js';
import type { Painter, Texture } from './painter.js';

/** Where a solid stands and which way it faces. */
export interface Placement {
  readonly x: number;
  readonly z: number;
  /** Degrees clockwise: 0 faces ahead, 90 to the right, 180 the camera. */
  readonly heading: number;
}

/** A face in the solid's own axes: x to its right, y up, z to its front. */
export interface LocalFace {
  readonly corners: readonly Vec3[];
  readonly look: Color | Texture;
  readonly luminous?: boolean;
}

/** A point of a side view, from the rear (negative z) to the front. */
export type ProfilePoint = readonly [z: number, y: number];

/** Draws the faces that are turned to the camera, in the order given. */
export function drawSolid(
  painter: Painter,
  place: Placement,
  faces: readonly LocalFace[],
  surface: SurfaceIndex,
): void {
  const angle = (place.heading * Math.PI) / 180;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const sunlit = painter.sunlit(place.x, 0.9, place.z);
  for (const face of faces) {
    const corners = face.corners.map(([x, y, z]): Vec3 => [
      place.x + x * cos + z * sin,
      y,
      place.z - x * sin + z * cos,
    ]);
    const { look, luminous = false } = face;
    fillFace(painter, { corners, look, luminous, surface, sunlit });
  }
}

/** The band of faces over a profile, from `P` to `Q` across the width; one look per piece. */
export function band(
  profile: readonly ProfilePoint[],
  halfWidth: (point: ProfilePoint) => number,
  look: (from: ProfilePoint, to: ProfilePoint) => Color | Texture,
): LocalFace[] {
  return profile.slice(1).map((to, i) => {
    const from = profile[i];
    const [a, b] = [halfWidth(from), halfWidth(to)];
    return {
      corners: [
        [-a, from[1], from[0]],
        [a, from[1], from[0]],
        [b, to[1], to[0]],
        [-b, to[1], to[0]],
      ],
      look: look(from, to),
    };
  });
}

/** The left and the right side of a profile; corners start at its two ends. */
export function sides(
  profile: readonly ProfilePoint[],
  halfWidth: (point: ProfilePoint) => number,
  look: Color | Texture,
): LocalFace[] {
  const at = (sign: number, point: ProfilePoint): Vec3 => [
    sign * halfWidth(point),
    point[1],
    point[0],
  ];
  const last = profile[profile.length - 1];
  const first = profile[0];
  const middle = profile.slice(1, -1);
  return [
    { corners: [last, first, ...middle].map((p) => at(-1, p)), look },
    { corners: [first, last, ...[...middle].reverse()].map((p) => at(1, p)), look },
  ];
}

/** A rectangle on the rear (`'rear'`) or the front of a solid, at `z`. */
export function endPanel(
  end: 'rear' | 'front',
  z: number,
  x: readonly [number, number],
  y: readonly [number, number],
  look: Color | Texture,
  luminous = false,
): LocalFace {
  const [a, b] = end === 'rear' ? [x[0], x[1]] : [x[1], x[0]];
  return {
    corners: [
      [a, y[0], z],
      [b, y[0], z],
      [b, y[1], z],
      [a, y[1], z],
    ],
    look,
    luminous,
  };
}

/** A polygon on both sides of a solid at ±x; `points` as seen from the right, rear to front. */
export function sidePanels(
  x: number,
  points: readonly ProfilePoint[],
  look: Color | Texture,
): LocalFace[] {
  const right = points.map(([z, y]): Vec3 => [x, y, z]);
  const [p, q, ...rest] = points;
  const left = [q, p, ...rest.reverse()].map(([z, y]): Vec3 => [-x, y, z]);
  return [
    { corners: left, look },
    { corners: right, look },
  ];
}
