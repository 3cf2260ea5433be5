/** Lorries and trailers: a cab and a box, or an open tipping body. */
import type { Color } from '../raster/color.js';
import { pulse, valueNoise } from '../raster/noise.js';
import type { Texture } from '../view/painter.js';
import type { LocalFace, ProfilePoint } from '../view/solid.js';
import { band, endPanel, sidePanels, sides } from '../view/solid.js';
import type { LargeVehicle } from './large-vehicle.js';
import { glazing } from './paint.js';
import { wheelDiscs, wheelTreads } from './wheel.js';

/** The faces of a lorry or a trailer. */
export function truckFaces(vehicle: LargeVehicle): LocalFace[] {
  const { length, height, paint, second, seed } = vehicle;
  const half = vehicle.width / 2;
  const isTrailer = vehicle.kind === 'trailer';
  const [rear, front] = [-length / 2, length / 2];
  const floor = isTrailer ? 0.5 : 1.0;
  const cabRear = isTrailer ? front : front - 2.1;
  const boxTop = vehicle.body === 'tipper' ? 2.15 : height;
  const wheel = isTrailer ? 0.3 : 0.48;
  const cabTop = Math.min(height - 0.25, 2.85);
  const cab: ProfilePoint[] = [
    [cabRear, 0.5],
    [cabRear, cabTop],
    [front - 0.5, cabTop],
    [front - 0.12, 1.75],
    [front, 1.6],
    [front, 0.5],
  ];
  const box: ProfilePoint[] = [
    [rear, floor],
    [rear, boxTop],
    [cabRear - 0.12, boxTop],
    [cabRear - 0.12, floor],
  ];
  const full = () => half;
  const narrow = () => half - 0.06;
  const ribs: Texture = (u, v, fu, fv, out) => {
    const gap = vehicle.body === 'tipper' ? 0.8 : 1.3;
    const rib = pulse(0, 0.06, u - Math.floor(u / gap) * gap, fu);
    const rim = Math.max(
      pulse(boxTop - floor - 0.12, boxTop - floor, v, fv),
      pulse(0, 0.12, v, fv),
    );
    const dirt = 0.12 * valueNoise(u * 0.8, v * 1.4, seed) * (1 - v / 3);
    for (let i = 0; i < 3; i++) {
      out[i] = second[i] * (0.97 - dirt - 0.1 * rib - 0.16 * rim);
    }
    out[3] = 1;
  };
  const black: Color = [0.11, 0.11, 0.12];
  const red: Color = [0.7, 0.1, 0.08];
  const boxFaces: LocalFace[] = [
    ...band(box, full, () => ribs),
    ...sides(box, full, ribs),
    endPanel('rear', rear - 0.01, [-0.03, 0.03], [floor, boxTop], black),
    endPanel('rear', rear - 0.01, [-half + 0.05, half - 0.05], [floor - 0.2, floor], black),
    endPanel('rear', rear - 0.02, [-half + 0.1, -half + 0.45], [floor - 0.17, floor - 0.02], red),
    endPanel('rear', rear - 0.02, [half - 0.45, half - 0.1], [floor - 0.17, floor - 0.02], red),
    endPanel('rear', rear - 0.02, [-0.26, 0.26], [floor - 0.17, floor - 0.04], [0.93, 0.93, 0.9]),
    ...sidePanels(
      half - 0.05,
      [
        [rear + 0.1, floor - 0.35],
        [cabRear, floor - 0.35],
        [cabRear, floor],
        [rear + 0.1, floor],
      ],
      black,
    ),
  ];
  const cabFaces: LocalFace[] = isTrailer
    ? []
    : [
        ...wheelTreads(half - 0.08, front - 1.1, wheel),
        ...band(cab, narrow, (from, to) =>
          from[1] === cabTop && to[1] === 1.75 ? glazing(1.1) : paint,
        ),
        ...sides(cab, narrow, paint),
        ...sidePanels(
          half - 0.045,
          [
            [cabRear + 0.7, 1.65],
            [front - 0.3, 1.65],
            [front - 0.62, 2.5],
            [cabRear + 0.7, 2.5],
          ],
          glazing(0.9),
        ),
        ...wheelDiscs(half - 0.04, front - 1.1, wheel),
        endPanel('front', front + 0.01, [-half + 0.2, half - 0.2], [0.95, 1.45], black),
        endPanel(
          'front',
          front + 0.01,
          [-half + 0.12, -half + 0.5],
          [0.62, 0.86],
          [0.95, 0.95, 0.9],
        ),
        endPanel('front', front + 0.01, [half - 0.5, half - 0.12], [0.62, 0.86], [0.95, 0.95, 0.9]),
      ];
  const axles = isTrailer ? [0] : [rear + 1.2, rear + 2.3];
  const wheels = axles.flatMap((z) => wheelDiscs(half - 0.03, z, wheel));
  const treads = [
    endPanel('rear', axles[0], [-half + 0.2, half - 0.2], [wheel * 0.8, floor], black),
    ...wheelTreads(half - 0.05, axles[0], wheel, isTrailer ? 0.2 : 0.5),
  ];
  // From behind, the box hides the cab; from the front it is the other way round.
  const isOncoming = Math.cos((vehicle.heading * Math.PI) / 180) < 0;
  return isOncoming
    ? [...treads, ...boxFaces, ...wheels, ...cabFaces]
    : [...cabFaces, ...treads, ...boxFaces, ...wheels];
}
