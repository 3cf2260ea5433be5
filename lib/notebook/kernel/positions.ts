/** Jupyter counts positions in code points, TypeScript in UTF-16 units. */

/** From code points to UTF-16 units. */
export function toUnits(text: string, points: number): number {
  return Array.from(text).slice(0, points).join('').length;
}

/** From UTF-16 units to code points. */
export function toPoints(text: string, units: number): number {
  return Array.from(text.slice(0, units)).length;
}
