/** The picture being painted: colour, and for each pixel the surface it shows. */
import type { SurfaceKind } from '../kinds.js';

/** What a pixel shows: a kind, and which thing of that kind (0 for stuff such as road or sky). */
export interface Surface {
  readonly kind: SurfaceKind;
  readonly instance: number;
}

/** A picture being painted: painting changes its arrays. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Display colours 0..1, `[height, width, 3]`. */
  readonly color: Float32Array;
  /** Index into `surfaces`, `[height, width]`. */
  readonly surface: Uint16Array;
  /** The surface painted last, even where it covers little, `[height, width]`. */
  readonly latest: Uint16Array;
  /** The share of the pixel that `latest` covers, 0..1. */
  readonly share: Float32Array;
  /** Every surface so far; entry 0 is `nothing`. */
  readonly surfaces: Surface[];
  /** Scratch space of the polygon filler, all zero between calls. */
  readonly accumulator: Float32Array;
}

/**
 * The colour of one pixel: writes red, green, blue and opacity (0..1) into `out`.
 * The position is that of the pixel's centre.
 */
export type Shader = (x: number, y: number, out: Float64Array) => void;

/** The index of a surface on its canvas; `null` paints colour only and leaves the label alone. */
export type SurfaceIndex = number | null;

/** An empty black canvas of which every pixel shows `nothing`. */
export function createCanvas(width: number, height: number): Canvas {
  return {
    width,
    height,
    color: new Float32Array(width * height * 3),
    surface: new Uint16Array(width * height),
    latest: new Uint16Array(width * height),
    share: new Float32Array(width * height),
    surfaces: [{ kind: 'nothing', instance: 0 }],
    accumulator: new Float32Array((width + 2) * height),
  };
}

/** The surface of a kind whose things are not counted; made at first use. */
export function stuff(canvas: Canvas, kind: SurfaceKind): number {
  const found = canvas.surfaces.findIndex((s) => s.kind === kind && s.instance === 0);
  return found >= 0 ? found : canvas.surfaces.push({ kind, instance: 0 }) - 1;
}

/** A new instance of a kind, numbered from 1. */
export function instance(canvas: Canvas, kind: SurfaceKind): number {
  const earlier = canvas.surfaces.filter((s) => s.kind === kind && s.instance > 0).length;
  return canvas.surfaces.push({ kind, instance: earlier + 1 }) - 1;
}

const pixel = new Float64Array(4);

/**
 * Paints one pixel: colour mixed in by `coverage`, label replaced when at least half is covered.
 *
 * Pieces of one surface that meet in a pixel count together, as their colours do; else the seams
 * inside a car would be dotted with the labels of what is behind it.
 *
 * The opacity of the shader acts on the colour only: a mesh fence is see-through yet labelled whole,
 * as an annotator would draw it.
 */
export function paintPixel(
  canvas: Canvas,
  x: number,
  y: number,
  coverage: number,
  surface: SurfaceIndex,
  shader: Shader,
): void {
  shader(x + 0.5, y + 0.5, pixel);
  const opacity = coverage * pixel[3];
  const at = y * canvas.width + x;
  const color = canvas.color;
  const base = at * 3;
  color[base] += (pixel[0] - color[base]) * opacity;
  color[base + 1] += (pixel[1] - color[base + 1]) * opacity;
  color[base + 2] += (pixel[2] - color[base + 2]) * opacity;
  if (surface === null) {
    return;
  }
  const before = canvas.latest[at] === surface ? canvas.share[at] : 0;
  const share = 1 - (1 - before) * (1 - coverage);
  canvas.latest[at] = surface;
  canvas.share[at] = share;
  if (share >= 0.5) {
    canvas.surface[at] = surface;
  }
}
