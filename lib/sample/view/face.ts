/** Draws flat polygons that stand in the world: textured, lit, in haze and in perspective. */
import type { Color } from '../raster/color.js';
import type { Shader, SurfaceIndex } from '../raster/canvas.js';
import { fillPolygon } from '../raster/polygon.js';
import type { Vec3 } from './camera.js';
import { bendPoint, clipNear, projectOutline } from './camera.js';
import { clarity, lightOn } from './light.js';
import type { Painter, Texture } from './painter.js';

/**
 * A flat polygon in the straight plan.
 *
 * Seen from its front, the corners start at the lower left and go on to the lower right: u runs along
 * that first edge, v upwards from it. A face seen from its back is not drawn.
 */
export interface Face {
  readonly corners: readonly Vec3[];
  readonly surface: SurfaceIndex;
  readonly look: Color | Texture;
  /** Share of direct sun, 0..1, or `'by place'` to ask the shadows for each pixel. Default 1. */
  readonly sunlit?: number | 'by place';
  /** Things that shine by themselves, such as lamps, take no light. */
  readonly luminous?: boolean;
}

/** The plane of a face, after the bend of the street. */
interface Plane {
  readonly origin: Vec3;
  readonly u: Vec3;
  readonly v: Vec3;
  readonly normal: Vec3;
}

const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
function unit(a: Vec3): Vec3 {
  const length = Math.hypot(a[0], a[1], a[2]) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
}

/** The plane through the first corner that fits all of them best (Newell's normal). */
function planeOf(corners: readonly Vec3[]): Plane {
  const origin = corners[0];
  let sum: Vec3 = [0, 0, 0];
  for (let i = 1; i + 1 < corners.length; i++) {
    // The axes are left-handed (x right, y up, z ahead), hence the order of the product.
    const part = cross(subtract(corners[i + 1], origin), subtract(corners[i], origin));
    sum = [sum[0] + part[0], sum[1] + part[1], sum[2] + part[2]];
  }
  const normal = unit(sum);
  const edge = subtract(corners[1], origin);
  const lift = dot(edge, normal);
  const u = unit([
    edge[0] - lift * normal[0],
    edge[1] - lift * normal[1],
    edge[2] - lift * normal[2],
  ]);
  return { origin, u, v: cross(u, normal), normal };
}

/** Draws a face if its front is seen; says whether it was. */
export function fillFace(painter: Painter, face: Face): boolean {
  const { camera, canvas, light } = painter;
  const corners = face.corners.map((corner) => bendPoint(camera, corner));
  const plane = planeOf(corners);
  const eye: Vec3 = [0, camera.eye, 0];
  const distanceToPlane = dot(plane.normal, subtract(eye, plane.origin));
  if (distanceToPlane <= 1e-3) {
    return false;
  }
  const visible = clipNear(corners);
  if (visible.length < 3) {
    return false;
  }
  const outline = projectOutline(camera, visible);
  const shader =
    typeof face.look === 'function'
      ? texturedShader(painter, face, plane, face.look)
      : flatShader(painter, face, plane, face.look, corners);
  fillPolygon(canvas, [outline], face.surface, shader);
  return true;

  function flatShader(
    p: Painter,
    f: Face,
    at: Plane,
    color: Color,
    points: readonly Vec3[],
  ): Shader {
    const middle = points.reduce((sum, point) => sum + point[2], 0) / points.length;
    const sunlit = typeof f.sunlit === 'number' ? f.sunlit : 1;
    const shine = f.luminous === true ? ([1, 1, 1] as const) : lightOn(light, at.normal, sunlit);
    const keep = clarity(p.light, Math.max(0, middle));
    const [r, g, b] = [0, 1, 2].map((i) => color[i] * shine[i] * keep + light.haze[i] * (1 - keep));
    return (_x, _y, out) => {
      out[0] = r;
      out[1] = g;
      out[2] = b;
      out[3] = 1;
    };
  }
}

function texturedShader(painter: Painter, face: Face, plane: Plane, texture: Texture): Shader {
  const { camera, light } = painter;
  const { focal, centerX, horizonY, eye, bend } = camera;
  const { origin, u, v, normal } = plane;
  const offset = -normal[0] * origin[0] + normal[1] * (eye - origin[1]) - normal[2] * origin[2];
  const lit = lightOn(light, normal, 1);
  const shaded = lightOn(light, normal, 0);
  const byPlace =
    face.sunlit === 'by place' && normal[0] * light.sun[0] + normal[2] * light.sun[2] > 0;
  const constant = typeof face.sunlit === 'number' ? face.sunlit : 1;
  return (px, py, out) => {
    const dx = (px - centerX) / focal;
    const dy = (horizonY - py) / focal;
    const facing = normal[0] * dx + normal[1] * dy + normal[2];
    // Near the vanishing line of the plane the depth grows without bound.
    const z = Math.min(400, Math.max(0.1, -offset / (facing < -1e-6 ? facing : -1e-6)));
    const x = dx * z - origin[0];
    const y = eye + dy * z - origin[1];
    const depth = z - origin[2];
    const footprint = z / focal;
    const slant = Math.min(30, Math.sqrt(dx * dx + dy * dy + 1) / Math.max(1e-3, -facing));
    texture(
      x * u[0] + y * u[1] + depth * u[2],
      x * v[0] + y * v[1] + depth * v[2],
      footprint * (Math.abs(u[2]) * (slant - 1) + 1),
      footprint * (Math.abs(v[2]) * (slant - 1) + 1),
      out,
    );
    if (face.luminous !== true) {
      const sun = byPlace ? painter.sunlit(dx * z - bend * z * z, eye + dy * z, z) : constant;
      for (let i = 0; i < 3; i++) {
        out[i] *= shaded[i] + (lit[i] - shaded[i]) * sun;
      }
    }
    const keep = clarity(light, z);
    for (let i = 0; i < 3; i++) {
      out[i] = out[i] * keep + light.haze[i] * (1 - keep);
    }
  };
}
