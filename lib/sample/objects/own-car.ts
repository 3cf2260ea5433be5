/** What the camera sees of its own car: the bonnet along the lower edge. */
import type { Color } from '../raster/color.js';
import { stuff } from '../raster/canvas.js';
import { smoothstep } from '../raster/noise.js';
import { fillPolygon } from '../raster/polygon.js';
import type { Painter } from '../view/painter.js';

/** The bonnet; sizes as shares of the picture's height. */
export interface OwnCar {
  readonly color: Color;
  readonly height: number;
  /** How much lower it is at the sides than in the middle. */
  readonly drop: number;
}

/** Paints the bonnet over the finished street. */
export function drawOwnCar(painter: Painter, car: OwnCar): void {
  const { canvas, light } = painter;
  const { width, height } = canvas;
  const top = (x: number) => {
    const t = (x / width) * 2 - 1;
    return height * (1 - car.height + car.drop * t * t);
  };
  const outline: number[] = [];
  for (let i = 0; i <= 32; i++) {
    outline.push((i / 32) * width, top((i / 32) * width));
  }
  outline.push(width, height, 0, height);
  fillPolygon(canvas, [outline], stuff(canvas, 'own car'), (x, y, out) => {
    const t = (y - top(x)) / (car.height * height);
    const rim = 1 - smoothstep(0, 0.16, t);
    const mirror = 0.28 * (1 - smoothstep(0.1, 0.9, t));
    for (let i = 0; i < 3; i++) {
      const paint = car.color[i] * (0.55 + 0.2 * t);
      out[i] = paint + (light.horizon[i] - paint) * mirror * 0.6 - 0.05 * rim;
    }
    out[3] = 1;
  });
}
