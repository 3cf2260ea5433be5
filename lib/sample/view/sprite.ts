/** Draws flat figures that face the camera: people, cycles, poles, signs, trunks. */
import type { Color } from '../raster/color.js';
import { scale } from '../raster/color.js';
import type { Shader, SurfaceIndex } from '../raster/canvas.js';
import { fillPolygon } from '../raster/polygon.js';
import { bendPoint, columnOf, pixelsPerMetre, rowOf } from './camera.js';
import { clarity, lightOn } from './light.js';
import type { Painter } from './painter.js';

/** A drawing board that stands at one place of the street, in metres from its foot. */
export interface Sprite {
  readonly painter: Painter;
  /** Pixel of the foot. */
  readonly footX: number;
  readonly footY: number;
  /** Pixels per metre. */
  readonly scale: number;
  /** Distance from the camera, metres. */
  readonly depth: number;
  /** 1, or -1 to mirror the figure. */
  readonly side: 1 | -1;
  /** Light on the left, the middle and the right of a round body. */
  readonly shine: readonly [Color, Color, Color];
  /** Share of the colour that haze leaves. */
  readonly keep: number;
}

/** A board at (x, y, z) of the straight plan. */
export function spriteAt(
  painter: Painter,
  place: readonly [x: number, y: number, z: number],
  side: 1 | -1 = 1,
): Sprite {
  const { camera, light } = painter;
  const [x, y, z] = bendPoint(camera, place);
  const sunlit = painter.sunlit(place[0], 1, place[2]);
  return {
    painter,
    footX: columnOf(camera, x, z),
    footY: rowOf(camera, y, z),
    scale: pixelsPerMetre(camera, z),
    depth: z,
    side,
    shine: [
      lightOn(light, [-0.8, 0.2, -0.56], sunlit),
      lightOn(light, [0, 0.35, -0.94], sunlit),
      lightOn(light, [0.8, 0.2, -0.56], sunlit),
    ],
    keep: clarity(light, z),
  };
}

/** The outline in pixels of an outline in metres on the board: x to the side, y up. */
export function toPixels(sprite: Sprite, outline: readonly number[]): number[] {
  const points: number[] = [];
  for (let i = 0; i < outline.length; i += 2) {
    points.push(
      sprite.footX + outline[i] * sprite.scale * sprite.side,
      sprite.footY - outline[i + 1] * sprite.scale,
    );
  }
  return points;
}

/** How a shape on a board is coloured. */
export interface ShapeOptions {
  /** Opacity of the colour, 0..1. Default 1. */
  readonly opacity?: number;
  /** Light it evenly, as a flat plate, rather than as something round. */
  readonly flat?: boolean;
  /** It shines by itself. */
  readonly luminous?: boolean;
  /** Outlines of holes, in metres. */
  readonly holes?: readonly (readonly number[])[];
}

/** Fills an outline, given in metres on the board, with one lit colour. */
export function fillShape(
  sprite: Sprite,
  outline: readonly number[],
  color: Color,
  surface: SurfaceIndex,
  options: ShapeOptions = {},
): void {
  const pixels = toPixels(sprite, outline);
  const holes = (options.holes ?? []).map((hole) => toPixels(sprite, hole));
  const shader = shapeShader(sprite, pixels, color, options);
  fillPolygon(sprite.painter.canvas, [pixels, ...holes], surface, shader);
}

function shapeShader(
  sprite: Sprite,
  pixels: readonly number[],
  color: Color,
  options: ShapeOptions,
): Shader {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < pixels.length; i += 2) {
    low = Math.min(low, pixels[i]);
    high = Math.max(high, pixels[i]);
  }
  const { keep, shine, painter } = sprite;
  const { haze } = painter.light;
  const opacity = options.opacity ?? 1;
  const tone = (light: Color): Color => [
    color[0] * light[0] * keep + haze[0] * (1 - keep),
    color[1] * light[1] * keep + haze[1] * (1 - keep),
    color[2] * light[2] * keep + haze[2] * (1 - keep),
  ];
  const middle = options.luminous === true ? scale(tone([1, 1, 1]), 1) : tone(shine[1]);
  const isEven = options.flat === true || options.luminous === true;
  const left = isEven ? middle : tone(shine[0]);
  const right = isEven ? middle : tone(shine[2]);
  const width = Math.max(1e-6, high - low);
  return (x, _y, out) => {
    const t = Math.min(1, Math.max(0, (x - low) / width)) * 2 - 1;
    const other = t < 0 ? left : right;
    const share = Math.abs(t);
    for (let i = 0; i < 3; i++) {
      out[i] = middle[i] + (other[i] - middle[i]) * share;
    }
    out[3] = opacity;
  };
}
