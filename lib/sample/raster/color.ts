/** Colours as three display values, each from 0 to 1. */
import type { Random } from '../../random.js';

/** Red, green, blue, each 0..1, as shown on a display (not linear light). */
export type Color = readonly [number, number, number];

/** A colour from a text such as `'#c8b79a'`. */
export function hex(text: string): Color {
  const value = Number.parseInt(text.slice(1), 16);
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

/** The colour a fraction `t` of the way from `a` to `b`. */
export function mix(a: Color, b: Color, t: number): Color {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/** The colour, every value multiplied by `factor`. */
export function scale(a: Color, factor: number): Color {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

/**
 * The colour shifted a little at random: brightness by `amount` at most, tint by `tint` (by default
 * a third of that).
 */
export function jitter(color: Color, random: Random, amount: number, tint = amount / 3): Color {
  const brightness = random.uniform(-amount, amount);
  const shift = (value: number) =>
    Math.min(1, Math.max(0, value * (1 + brightness) + random.uniform(-tint, tint)));
  return [shift(color[0]), shift(color[1]), shift(color[2])];
}

/** One of the items, each with the same probability. */
export function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)];
}
