/** Walls, fences and guard rails along the street. */
import type { Random } from '../../random.js';
import type { SurfaceKind } from '../kinds.js';
import type { Color } from '../raster/color.js';
import { hex, jitter, pick } from '../raster/color.js';
import { stuff } from '../raster/canvas.js';
import { hash, pulse, valueNoise } from '../raster/noise.js';
import type { Vec3 } from '../view/camera.js';
import { fillFace } from '../view/face.js';
import type { Painter, Texture } from '../view/painter.js';

/** A straight piece of barrier that runs along the street. */
export interface Barrier {
  readonly type: 'barrier';
  readonly kind: Extract<SurfaceKind, 'wall' | 'fence' | 'guard rail'>;
  readonly pattern: 'brick' | 'stone' | 'concrete' | 'pickets' | 'bars' | 'mesh' | 'rail';
  readonly x: number;
  readonly z: readonly [near: number, far: number];
  readonly height: number;
  readonly color: Color;
  readonly seed: number;
}

/** Look shared by all pieces of one run of barrier. */
export type BarrierLook = Pick<Barrier, 'kind' | 'pattern' | 'height' | 'color'>;

const WALLS = { brick: '#a0614a', stone: '#9c9385', concrete: '#a9a8a3' } as const;

/** The look of a wall. */
export function wallLook(random: Random): BarrierLook {
  const pattern = pick(random, ['brick', 'stone', 'concrete'] as const);
  const height = random.uniform(1.5, 2.7);
  return { kind: 'wall', pattern, height, color: jitter(hex(WALLS[pattern]), random, 0.14) };
}

/** The look of a fence. */
export function fenceLook(random: Random): BarrierLook {
  const pattern = pick(random, ['pickets', 'bars', 'bars', 'mesh'] as const);
  const colors =
    pattern === 'pickets'
      ? ['#e8e4da', '#9a7650', '#7d6a52']
      : ['#39423f', '#566066', '#3f5446', '#8b9094'];
  return {
    kind: 'fence',
    pattern,
    height: pattern === 'pickets' ? random.uniform(1.2, 1.6) : random.uniform(1.5, 2.2),
    color: jitter(hex(pick(random, colors)), random, 0.1),
  };
}

/** The look of a guard rail. */
export function railLook(): BarrierLook {
  return { kind: 'guard rail', pattern: 'rail', height: 0.8, color: hex('#a9afb2') };
}

/** Draws one piece of barrier, front and near end. */
export function drawBarrier(painter: Painter, barrier: Barrier): void {
  const { x, z, height } = barrier;
  const surface = stuff(painter.canvas, barrier.kind);
  const isWall = barrier.kind === 'wall';
  const side = x < 0 ? -1 : 1;
  const [a, b] = side < 0 ? [z[0], z[1]] : [z[1], z[0]];
  const corners = (low: number, high: number): Vec3[] => [
    [x, low, a],
    [x, low, b],
    [x, high, b],
    [x, high, a],
  ];
  if (isWall) {
    const [left, right] = side < 0 ? [x - 0.3, x] : [x, x + 0.3];
    fillFace(painter, {
      corners: [
        [left, 0, z[0]],
        [right, 0, z[0]],
        [right, height, z[0]],
        [left, height, z[0]],
      ],
      surface,
      look: barrier.color,
    });
  }
  fillFace(painter, {
    corners: corners(barrier.pattern === 'rail' ? 0.35 : 0, height),
    surface,
    look: texture(barrier, z[0] * side),
    sunlit: 'by place',
  });
}

function texture(barrier: Barrier, start: number): Texture {
  const { color, height, seed } = barrier;
  const set = (out: Float64Array, tone: number, opacity: number) => {
    for (let i = 0; i < 3; i++) {
      out[i] = color[i] * tone;
    }
    out[3] = opacity;
  };
  switch (barrier.pattern) {
    case 'brick':
    case 'stone': {
      const [long, tall] = barrier.pattern === 'brick' ? [0.5, 0.2] : [0.9, 0.42];
      return (u, v, fu, fv, out) => {
        const row = Math.floor(v / tall);
        const along = u + start + (row % 2) * long * 0.5;
        const column = Math.floor(along / long);
        const near = Math.max(0, 1 - Math.max(fu / long, fv / tall));
        const joint = Math.max(
          pulse(0, 0.05, along - column * long, fu),
          pulse(0, 0.04, v - row * tall, fv),
        );
        const tint = (hash(column, row, seed) - 0.5) * 0.36 * near;
        const cap = pulse(height - 0.16, height, v, fv);
        set(out, (0.95 + tint - joint * 0.22 * near) * (1 - cap) + 1.2 * cap, 1);
      };
    }
    case 'concrete':
      return (u, v, fu, fv, out) => {
        const along = u + start;
        const joint = pulse(0, 0.07, along - Math.floor(along / 2.4) * 2.4, fu);
        const stain =
          valueNoise(along * 0.8, v * 0.6, seed) * 0.14 +
          valueNoise(along * 4, v * 0.7, seed + 1) * 0.06;
        const cap = pulse(height - 0.14, height, v, fv);
        set(out, (1.02 - stain - joint * 0.3) * (1 - cap) + 1.12 * cap, 1);
      };
    case 'pickets':
      return (u, v, fu, fv, out) => {
        const slat = u - Math.floor(u / 0.22) * 0.22;
        const top = height - 0.12 + 0.12 * (1 - Math.abs(slat - 0.07) / 0.07);
        const board = pulse(0, 0.14, slat, fu) * pulse(0.08, top, v, fv);
        const beams = Math.max(pulse(0.3, 0.4, v, fv), pulse(height - 0.4, height - 0.3, v, fv));
        set(out, board > 0.5 ? 1 : 0.82, Math.max(board, beams));
      };
    case 'bars':
      return (u, v, fu, fv, out) => {
        const bar = pulse(0, 0.05, u - Math.floor(u / 0.17) * 0.17, fu);
        const post = pulse(0, 0.12, u - Math.floor(u / 2) * 2, fu);
        const beams = Math.max(pulse(0.1, 0.18, v, fv), pulse(height - 0.1, height, v, fv));
        set(out, 1, Math.max(bar, post, beams));
      };
    case 'mesh':
      return (u, v, fu, fv, out) => {
        const size = 0.16;
        const [p, q] = [(u + v) / size, (u - v) / size];
        const wire = Math.max(
          pulse(0, 0.22, p - Math.floor(p), fu / size),
          pulse(0, 0.22, q - Math.floor(q), fu / size),
        );
        const post = pulse(0, 0.1, u - Math.floor(u / 2.2) * 2.2, fu);
        const top = pulse(height - 0.07, height, v, fv);
        set(out, 1, Math.max(0.22, wire * 0.8, post, top));
      };
    case 'rail':
      return (u, v, fu, fv, out) => {
        const band = pulse(0.08, 0.45, v, fv);
        const ridge = 0.9 + 0.25 * Math.cos((v - 0.26) * 22);
        const post = pulse(0, 0.14, u - Math.floor(u / 2) * 2, fu);
        set(out, band > 0.4 ? ridge : 0.7, Math.max(band, post));
      };
  }
}
