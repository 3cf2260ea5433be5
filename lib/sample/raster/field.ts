/** Fills shapes that are given by a function rather than by an outline: crowns, clouds, glows. */
import type { Canvas, Shader, SurfaceIndex } from './canvas.js';
import { paintPixel } from './canvas.js';

/** The covered share, 0..1, of the pixel whose centre is at (x, y). */
export type CoverageField = (x: number, y: number) => number;

/** Fills the part of a box, in pixels, where `field` is above zero. */
export function fillField(
  canvas: Canvas,
  box: readonly [left: number, top: number, right: number, bottom: number],
  field: CoverageField,
  surface: SurfaceIndex,
  shader: Shader,
): void {
  const left = Math.max(0, Math.floor(box[0]));
  const right = Math.min(canvas.width, Math.ceil(box[2]));
  const bottom = Math.min(canvas.height, Math.ceil(box[3]));
  for (let y = Math.max(0, Math.floor(box[1])); y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const coverage = field(x + 0.5, y + 0.5);
      if (coverage > 0) {
        paintPixel(canvas, x, y, Math.min(1, coverage), surface, shader);
      }
    }
  }
}
