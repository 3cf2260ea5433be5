/** From painted colour to the bytes of a photograph: exposure, vignette and a little camera noise. */
import type { Canvas } from './canvas.js';
import { hash } from './noise.js';

/** The picture as 8-bit RGB, `[height, width, 3]`. */
export function finish(canvas: Canvas, exposure: number, seed: number): Uint8Array {
  const { width, height, color } = canvas;
  const bytes = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const dx = (x + 0.5) / width - 0.5;
      const dy = (y + 0.5) / height - 0.5;
      const gain = exposure * (1.02 - 0.16 * (dx * dx + dy * dy));
      const grain = (hash(x, y, seed) - 0.5) * 3;
      for (let i = 0; i < 3; i++) {
        bytes[at + i] = Math.min(
          255,
          Math.max(0, Math.round(shoulder(color[at + i] * gain) * 255 + grain)),
        );
      }
    }
  }
  return bytes;
}

/** Leaves dark and middle tones alone and rolls bright ones off below white. */
function shoulder(value: number): number {
  return value <= 0.8 ? value : 0.8 + 0.2 * (1 - Math.exp((0.8 - value) / 0.2));
}
