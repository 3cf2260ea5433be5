/** Hashes and smooth noise over the plane: pure functions of position and seed. */

/** A value in [0, 1) that looks random, for an integer position and a seed. */
export function hash(x: number, y: number, seed: number): number {
  let h =
    Math.imul(x | 0, 374761393) + Math.imul(y | 0, 668265263) + Math.imul(seed | 0, 974634777);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  h = Math.imul(h ^ (h >>> 16), 2146121005);
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
}

/** Smooth noise in [0, 1): hashed values at integer positions, blended between them. */
export function valueNoise(x: number, y: number, seed: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const dx = x - x0;
  const dy = y - y0;
  const sx = dx * dx * (3 - 2 * dx);
  const sy = dy * dy * (3 - 2 * dy);
  const top = hash(x0, y0, seed) * (1 - sx) + hash(x0 + 1, y0, seed) * sx;
  const bottom = hash(x0, y0 + 1, seed) * (1 - sx) + hash(x0 + 1, y0 + 1, seed) * sx;
  return top * (1 - sy) + bottom * sy;
}

/** Noise summed over octaves, each twice as fine and half as strong; in [0, 1). */
export function fractalNoise(x: number, y: number, seed: number, octaves: number): number {
  let sum = 0;
  let amplitude = 0.5;
  let total = 0;
  for (let octave = 0; octave < octaves; octave++) {
    sum += amplitude * valueNoise(x, y, seed + octave * 101);
    total += amplitude;
    amplitude *= 0.5;
    x = x * 2 + 17.3;
    y = y * 2 + 5.9;
  }
  return sum / total;
}

/** 0 below `low`, 1 above `high`, a smooth ramp between. */
export function smoothstep(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

/**
 * How much of a pixel `footprint` wide, centred at `value`, lies between `low` and `high`: 0..1.
 *
 * Textures use it in place of a comparison, so that fine patterns fade to their mean when far away.
 */
export function pulse(low: number, high: number, value: number, footprint: number): number {
  const half = Math.max(footprint, 1e-6) / 2;
  const covered = Math.min(high, value + half) - Math.max(low, value - half);
  return covered <= 0 ? 0 : Math.min(1, covered / (2 * half));
}
