/** Which places the buildings keep in shadow. */
import type { Building } from './building.js';
import type { Light } from '../view/light.js';
import type { Sunlit } from '../view/painter.js';

const START = -40;
const BINS = 240;

/** The shadow test for a row of buildings on each side; heights are kept per metre of street. */
export function buildingShadows(buildings: readonly Building[], light: Light): Sunlit {
  const { sun } = light;
  const side = sun[0] < 0 ? -1 : 1;
  const heights = new Float32Array(BINS);
  const fronts = new Float32Array(BINS).fill(1e6 * side);
  for (const building of buildings) {
    if (building.side !== side) {
      continue;
    }
    const [from, to] = building.z.map((z) => Math.round(z) - START);
    for (let i = Math.max(0, from); i < Math.min(BINS, to); i++) {
      heights[i] = building.height;
      fronts[i] = building.x;
    }
  }
  return (x, y, z) => {
    // Follow the ray to the sun until it passes the fronts; two steps as fronts are staggered.
    let bin = Math.floor(z - START);
    for (let step = 0; step < 2; step++) {
      if (bin < 0 || bin >= BINS) {
        return 1;
      }
      const distance = (fronts[bin] - x) / sun[0];
      if (distance < 0 || distance > 500) {
        return 1;
      }
      bin = Math.floor(z + sun[2] * distance - START);
    }
    if (bin < 0 || bin >= BINS || heights[bin] === 0) {
      return 1;
    }
    const rise = y + ((fronts[bin] - x) / sun[0]) * sun[1];
    return Math.min(1, Math.max(0, (rise - heights[bin]) / 0.35 + 0.5));
  };
}
