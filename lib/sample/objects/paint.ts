/** How paint and glass of vehicles look. */
import type { Color } from '../raster/color.js';
import { pulse } from '../raster/noise.js';
import type { Texture } from '../view/painter.js';

/** Paint that is darker towards the sill and catches the sky below the windows. */
export function gloss(paint: Color, height: number): Texture {
  return (_u, v, _fu, fv, out) => {
    const t = v / height;
    const sheen = 0.12 * pulse(0.78, 0.9, t, fv / height);
    const crease = 0.12 * pulse(0.5, 0.54, t, fv / height);
    const tone = 0.72 + 0.3 * Math.min(1, Math.max(0, t)) - crease;
    for (let i = 0; i < 3; i++) {
      out[i] = paint[i] * tone + sheen;
    }
    out[3] = 1;
  };
}

/** Window glass: sky mirrored above, dark below. */
export function glazing(height: number): Texture {
  return (u, v, _fu, _fv, out) => {
    const t = Math.min(1, Math.max(0, v / height));
    const streak = Math.sin(u * 2.1 + v * 3) > 0.72 ? 0.05 : 0;
    out[0] = 0.1 + 0.22 * t + streak;
    out[1] = 0.13 + 0.25 * t + streak;
    out[2] = 0.17 + 0.28 * t + streak;
    out[3] = 1;
  };
}
