/** The faces of a car: body, cabin, wheels and details, in painting order. */
import { mix, scale } from '../raster/color.js';
import type { LocalFace, ProfilePoint } from '../view/solid.js';
import { band, sides } from '../view/solid.js';
import { ends, screens, seams, windows } from './car-details.js';
import type { Car, CarShape } from './car-model.js';
import { glazing, gloss } from './paint.js';
import { wheelDiscs, wheelTreads } from './wheel.js';

/** Cabin corners as shares of the length (−0.5 rear … 0.5 front): rear foot, rear roof, front roof, front foot. */
const CABIN: Record<CarShape, readonly [number, number, number, number]> = {
  hatchback: [-0.47, -0.38, 0.04, 0.27],
  saloon: [-0.36, -0.2, 0.05, 0.24],
  estate: [-0.48, -0.41, 0.03, 0.24],
  'off-road': [-0.48, -0.43, 0.04, 0.23],
  van: [-0.49, -0.48, 0.2, 0.37],
};

/** The faces of a car. */
export function carFaces(car: Car): LocalFace[] {
  const { length, height, paint } = car;
  const half = car.width / 2;
  const wheel = car.shape === 'off-road' || car.shape === 'van' ? 0.37 : 0.32;
  const sill = wheel * 0.62;
  const belt = car.shape === 'van' ? 1.2 : height * 0.64;
  const [rearFoot, rearRoof, frontRoof, frontFoot] = CABIN[car.shape].map(
    (share) => share * length,
  );
  const [rear, front] = [-length / 2, length / 2];
  const nose = car.shape === 'van' ? belt * 0.9 : belt * 0.82;
  const body: ProfilePoint[] = [
    [rear + 0.3, sill],
    [rear + 0.06, sill + 0.03],
    [rear, sill + 0.2],
    [rear, belt - 0.2],
    [rear + 0.03, belt - 0.07],
    [rear + 0.13, belt],
    [frontFoot, belt + 0.02],
    [front - 0.75, (belt + nose) / 2 + 0.05],
    [front - 0.25, nose],
    [front - 0.06, nose - 0.09],
    [front, nose - 0.2],
    [front, sill + 0.16],
    [front - 0.06, sill + 0.03],
    [front - 0.3, sill],
  ];
  // Seen from above, the ends are rounded.
  const taper = ([z]: ProfilePoint) =>
    half - 0.13 * Math.max(0, (Math.abs(z) - front + 0.3) / 0.3) ** 2;
  const cabin: ProfilePoint[] = [
    [rearFoot, belt],
    [rearRoof - 0.02, height - 0.11],
    [rearRoof + 0.06, height - 0.03],
    [rearRoof + 0.22, height],
    [frontRoof - 0.3, height],
    [frontRoof - 0.1, height - 0.025],
    [frontRoof + 0.03, height - 0.08],
    [frontFoot, belt],
  ];
  const lean = ([, y]: ProfilePoint) =>
    half * 0.97 - (0.17 * (y - belt)) / Math.max(0.3, height - belt);
  const painted = gloss(paint, belt - sill);
  const dark = mix(paint, [0.08, 0.08, 0.09], 0.82);
  const glass = glazing(height - belt);
  return [
    ...wheelTreads(half, rear + length * 0.19, wheel),
    ...wheelTreads(half, front - length * 0.2, wheel),
    ...band(body, taper, (from, to) =>
      from[1] < sill + 0.25 && to[1] < sill + 0.25 ? dark : paint,
    ),
    ...sides(body, taper, painted),
    ...wheelDiscs(half + 0.005, rear + length * 0.19, wheel),
    ...wheelDiscs(half + 0.005, front - length * 0.2, wheel),
    ...ends(car, half, sill, belt, nose),
    ...band(cabin, lean, (from, to) =>
      Math.min(from[1], to[1]) > height - 0.12 ? scale(paint, 1.04) : dark,
    ),
    ...screens(car, cabin, lean, glass),
    ...sides(cabin, lean, paint),
    ...windows(car, cabin, lean, belt, glass),
    ...seams(car, half, sill, belt, paint),
  ];
}
