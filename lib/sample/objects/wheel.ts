/** Wheels of vehicles: discs on both sides, and the treads seen from behind or ahead. */
import type { Color } from '../raster/color.js';
import type { LocalFace, ProfilePoint } from '../view/solid.js';
import { endPanel, sidePanels } from '../view/solid.js';

const TYRE: Color = [0.085, 0.085, 0.095];
const RIM: Color = [0.62, 0.63, 0.65];

/** A disc as a polygon whose first edge lies at the bottom. */
function disc(z: number, y: number, radius: number, sides = 18): ProfilePoint[] {
  return Array.from({ length: sides }, (_, i): ProfilePoint => {
    const angle = -Math.PI / 2 + (2 * Math.PI * (i - 0.5)) / sides;
    return [z + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });
}

/** Tyre and rim on both sides, at ±x; the dark arch above it belongs to the body. */
export function wheelDiscs(x: number, z: number, radius: number): LocalFace[] {
  return [
    ...sidePanels(x, disc(z, radius + 0.03, radius * 1.14), [0.05, 0.05, 0.06]),
    ...sidePanels(x + 0.01, disc(z, radius, radius), TYRE),
    ...sidePanels(x + 0.015, disc(z, radius, radius * 0.6), RIM),
    ...sidePanels(x + 0.02, disc(z, radius, radius * 0.2, 8), [0.3, 0.3, 0.32]),
  ];
}

/** The treads of a pair of wheels, below the body, seen from both ends. */
export function wheelTreads(
  halfWidth: number,
  z: number,
  radius: number,
  width = 0.24,
): LocalFace[] {
  const inner = halfWidth - width;
  const top = radius * 1.4;
  return (['rear', 'front'] as const).flatMap((end) => {
    const at = z + (end === 'rear' ? -radius : radius) * 0.75;
    return [
      endPanel(end, at, [-halfWidth + 0.02, -inner], [0, top], TYRE),
      endPanel(end, at, [inner, halfWidth - 0.02], [0, top], TYRE),
    ];
  });
}
