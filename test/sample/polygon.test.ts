import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Canvas } from '../../lib/sample/raster/canvas.js';
import { createCanvas, stuff } from '../../lib/sample/raster/canvas.js';
import { fillPolygon } from '../../lib/sample/raster/polygon.js';
import { ellipse, rectangle, reversed } from '../../lib/sample/raster/shapes.js';

const white = (_x: number, _y: number, out: Float64Array) => {
  out.fill(1);
};

/** A canvas with one white polygon on black. */
function painted(width: number, height: number, ...outlines: number[][]): Canvas {
  const canvas = createCanvas(width, height);
  fillPolygon(canvas, outlines, stuff(canvas, 'car'), white);
  return canvas;
}

const coverage = (canvas: Canvas) =>
  Array.from({ length: canvas.width * canvas.height }, (_, i) => canvas.color[3 * i]);

/** Whether a point is inside, by counting the edges to its right. */
function isInside(outline: readonly number[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0; i < outline.length; i += 2) {
    const j = (i + 2) % outline.length;
    const [ax, ay, bx, by] = [outline[i], outline[i + 1], outline[j], outline[j + 1]];
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) {
      inside = !inside;
    }
  }
  return inside;
}

describe('filling a polygon', () => {
  it('labels exactly the pixels of a rectangle on the pixel grid', () => {
    const canvas = painted(6, 4, rectangle(2, 1, 5, 3));
    // oxfmt-ignore
    expect([...canvas.surface]).toEqual([
      0, 0, 0, 0, 0, 0,
      0, 0, 1, 1, 1, 0,
      0, 0, 1, 1, 1, 0,
      0, 0, 0, 0, 0, 0,
    ]);
    expect(coverage(canvas)).toEqual([...canvas.surface]);
  });

  it('mixes colour by area and labels where at least half is covered', () => {
    const canvas = painted(4, 1, rectangle(0.25, 0, 2.5, 1));
    expect(coverage(canvas)).toEqual([0.75, 1, 0.5, 0]);
    expect([...canvas.surface]).toEqual([1, 1, 1, 0]);
    expect([...painted(4, 1, rectangle(0.54, 0, 2.48, 1)).surface]).toEqual([0, 1, 0, 0]);
  });

  it('covers what counting sample points in each pixel finds', () => {
    const coordinate = fc.double({ min: -4, max: 12, noNaN: true });
    const triangle = fc.array(coordinate, { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(triangle, (outline) => {
        const found = coverage(painted(8, 8, outline));
        const n = 16;
        for (let pixel = 0; pixel < 64; pixel++) {
          let hits = 0;
          for (let k = 0; k < n * n; k++) {
            const x = (pixel % 8) + ((k % n) + 0.5) / n;
            const y = Math.floor(pixel / 8) + (Math.floor(k / n) + 0.5) / n;
            if (isInside(outline, x, y)) {
              hits++;
            }
          }
          expect(Math.abs(found[pixel] - hits / (n * n))).toBeLessThan(0.07);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('has the area of an ellipse, on the canvas and cut by its edge', () => {
    const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
    const polygonArea = 0.5 * 64 * Math.sin((2 * Math.PI) / 64) * 7 * 5;
    expect(sum(coverage(painted(20, 20, ellipse(10, 10, 7, 5, 64))))).toBeCloseTo(polygonArea, 3);
    expect(sum(coverage(painted(20, 20, ellipse(0, 10, 7, 5, 64))))).toBeCloseTo(
      polygonArea / 2,
      3,
    );
    expect(sum(coverage(painted(20, 20, ellipse(20, 0, 7, 5, 64))))).toBeCloseTo(
      polygonArea / 4,
      3,
    );
  });

  it('leaves a hole where a second outline runs the other way round', () => {
    const canvas = painted(6, 6, rectangle(0, 0, 6, 6), reversed(rectangle(2, 2, 4, 4)));
    expect(coverage(canvas).filter((value) => value === 0)).toHaveLength(4);
    expect(canvas.surface[2 * 6 + 2]).toBe(0);
    expect(canvas.surface[1 * 6 + 2]).toBe(1);
  });

  it('labels a see-through shape whole, and paints colour only without a surface', () => {
    const canvas = createCanvas(2, 1);
    const faint = (_x: number, _y: number, out: Float64Array) => {
      out.set([1, 1, 1, 0.25]);
    };
    fillPolygon(canvas, [rectangle(0, 0, 1, 1)], stuff(canvas, 'fence'), faint);
    fillPolygon(canvas, [rectangle(1, 0, 2, 1)], null, white);
    expect([...canvas.surface]).toEqual([1, 0]);
    expect(coverage(canvas)).toEqual([0.25, 1]);
  });

  it('counts pieces of one surface in a pixel together, of two surfaces apart', () => {
    const canvas = createCanvas(1, 1);
    const [car, wall] = [stuff(canvas, 'car'), stuff(canvas, 'wall')];
    fillPolygon(canvas, [rectangle(0, 0, 0.4, 1)], car, white);
    expect(canvas.surface[0]).toBe(0);
    fillPolygon(canvas, [rectangle(0.4, 0, 0.8, 1)], wall, white);
    expect(canvas.surface[0]).toBe(0);
    fillPolygon(canvas, [rectangle(0.4, 0, 0.8, 1)], wall, white);
    expect(canvas.surface[0]).toBe(wall);
    expect(coverage(canvas)[0]).toBeCloseTo(1 - 0.6 ** 3, 6);
  });

  it('leaves no trace in the scratch buffer', () => {
    expect(painted(9, 7, ellipse(4, 3, 6, 2)).accumulator.every((value) => value === 0)).toBe(true);
  });
});
