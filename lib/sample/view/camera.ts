/**
 * The camera: a pinhole at eye height of a driver, looking along the street.
 *
 * World axes in metres: x to the right, y up, z ahead; the camera is above x = 0, z = 0. Streets
 * bend: a point at (x, z) of the straight plan stands at x + bend·z² (`bendPoint`).
 */

/** A point or direction in the world, metres. */
export type Vec3 = readonly [x: number, y: number, z: number];

/** Where the camera is and how it maps metres to pixels. */
export interface Camera {
  /** Focal length in pixels. */
  readonly focal: number;
  /** Column of the vanishing point, pixels. */
  readonly centerX: number;
  /** Row of the horizon, pixels. */
  readonly horizonY: number;
  /** Height of the camera above the road, metres. */
  readonly eye: number;
  /** Sideways bend of the street, 1/metre. */
  readonly bend: number;
}

/** Nothing nearer than this is drawn, metres. */
export const NEAR = 0.6;

/** The place of a point of the straight plan in the bent street. */
export function bendPoint(camera: Camera, point: Vec3): Vec3 {
  return [point[0] + camera.bend * point[2] * point[2], point[1], point[2]];
}

/** Column of a point that is already bent. */
export function columnOf(camera: Camera, x: number, z: number): number {
  return camera.centerX + (camera.focal * x) / z;
}

/** Row of a point. */
export function rowOf(camera: Camera, y: number, z: number): number {
  return camera.horizonY - (camera.focal * (y - camera.eye)) / z;
}

/** Pixels per metre at a depth, of what faces the camera. */
export function pixelsPerMetre(camera: Camera, z: number): number {
  return camera.focal / z;
}

/** The outline in pixels of world points that are already bent and in front of `NEAR`. */
export function projectOutline(camera: Camera, points: readonly Vec3[]): number[] {
  const outline: number[] = [];
  for (const [x, y, z] of points) {
    outline.push(columnOf(camera, x, z), rowOf(camera, y, z));
  }
  return outline;
}

/** The part of a polygon in front of the near plane. */
export function clipNear(points: readonly Vec3[]): Vec3[] {
  const kept: Vec3[] = [];
  for (let i = 0; i < points.length; i++) {
    const a = points[i];
    const b = points[(i + 1) % points.length];
    if (a[2] >= NEAR) {
      kept.push(a);
    }
    if (a[2] >= NEAR !== b[2] >= NEAR) {
      const t = (NEAR - a[2]) / (b[2] - a[2]);
      kept.push([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, NEAR]);
    }
  }
  return kept;
}
