/** What every drawing function needs: the canvas, the camera and the light. */
import type { Canvas } from '../raster/canvas.js';
import type { Camera } from './camera.js';
import type { Light } from './light.js';

/** How much direct sun reaches a point of the straight plan: 0 in shadow, 1 in the open. */
export type Sunlit = (x: number, y: number, z: number) => number;

/** The tools to draw one scene. */
export interface Painter {
  readonly canvas: Canvas;
  readonly camera: Camera;
  readonly light: Light;
  /** Shadows that the buildings cast. */
  readonly sunlit: Sunlit;
}

/**
 * The look of a flat surface at (u, v) metres from its corner: writes red, green, blue (before light)
 * and opacity into `out`. The footprints tell how many metres one pixel spans along u and v.
 */
export type Texture = (
  u: number,
  v: number,
  footprintU: number,
  footprintV: number,
  out: Float64Array,
) => void;
