/** Details of a car: lamps and plates, window panes, seams. */
import type { Color } from '../raster/color.js';
import { scale } from '../raster/color.js';
import type { Texture } from '../view/painter.js';
import type { LocalFace, ProfilePoint } from '../view/solid.js';
import { endPanel, sidePanels } from '../view/solid.js';
import type { Car } from './car-model.js';

/** Lamps, bumpers, grille and plates. */
export function ends(
  car: Car,
  half: number,
  sill: number,
  belt: number,
  nose: number,
): LocalFace[] {
  const rear = -car.length / 2 - 0.012;
  const front = car.length / 2 + 0.012;
  const black: Color = [0.1, 0.1, 0.11];
  const plate: Color = [0.93, 0.93, 0.9];
  const red: Color = car.isBraking ? [1, 0.2, 0.14] : [0.66, 0.09, 0.08];
  const clear: Color = [0.93, 0.95, 0.93];
  const isVan = car.shape === 'van';
  const lampTop = belt - 0.16;
  const lamp = isVan ? 0.17 : 0.38;
  return [
    endPanel('rear', rear, [-half + 0.16, half - 0.16], [sill + 0.02, sill + 0.2], black),
    endPanel(
      'rear',
      rear,
      [-half + 0.14, -half + 0.14 + lamp],
      [lampTop - (isVan ? 0.5 : 0.2), lampTop],
      red,
      car.isBraking,
    ),
    endPanel(
      'rear',
      rear,
      [half - 0.14 - lamp, half - 0.14],
      [lampTop - (isVan ? 0.5 : 0.2), lampTop],
      red,
      car.isBraking,
    ),
    endPanel('rear', rear, [-0.27, 0.27], [sill + 0.27, sill + 0.39], plate),
    endPanel('front', front, [-half + 0.17, half - 0.17], [sill, sill + 0.16], black),
    endPanel('front', front, [-half * 0.48, half * 0.48], [nose - 0.32, nose - 0.19], black),
    endPanel('front', front, [-half + 0.15, -half + 0.5], [nose - 0.34, nose - 0.17], clear),
    endPanel('front', front, [half - 0.5, half - 0.15], [nose - 0.34, nose - 0.17], clear),
    endPanel('front', front, [-0.27, 0.27], [sill + 0.18, sill + 0.29], plate),
  ];
}

type Lean = (point: ProfilePoint) => number;

/** Rear window and windscreen, set in from the edges of the cabin. */
export function screens(
  car: Car,
  cabin: readonly ProfilePoint[],
  lean: Lean,
  glass: Texture,
): LocalFace[] {
  const isClosedVan = car.shape === 'van';
  const pane = (
    p: ProfilePoint,
    q: ProfilePoint,
    low: number,
    high: number,
    out: number,
  ): LocalFace => {
    const at = (t: number): ProfilePoint => [
      p[0] + (q[0] - p[0]) * t + out,
      p[1] + (q[1] - p[1]) * t,
    ];
    const [from, to] = [at(low), at(high)];
    const [a, b] = [lean(from) - 0.09, lean(to) - 0.09];
    const corners: LocalFace['corners'] =
      out < 0
        ? [
            [-a, from[1], from[0]],
            [a, from[1], from[0]],
            [b, to[1], to[0]],
            [-b, to[1], to[0]],
          ]
        : [
            [a, from[1], from[0]],
            [-a, from[1], from[0]],
            [-b, to[1], to[0]],
            [b, to[1], to[0]],
          ];
    return { corners, look: glass };
  };
  return [
    pane(cabin[0], cabin[1], isClosedVan ? 0.3 : 0.1, isClosedVan ? 0.8 : 0.94, -0.015),
    pane(cabin[7], cabin[6], 0.06, 0.95, 0.015),
  ];
}

/** Side windows with a pillar between them. */
export function windows(
  car: Car,
  cabin: readonly ProfilePoint[],
  lean: Lean,
  belt: number,
  glass: Texture,
): LocalFace[] {
  const low = belt + 0.05;
  const high = car.height - 0.14;
  const [rearFoot, , rearTop, , , frontTop, , frontFoot] = cabin.map(([z]) => z);
  const pillar = car.shape === 'van' ? frontTop - 0.75 : (rearTop + frontTop) / 2 + 0.1;
  const x0 = lean([0, low]) + 0.012;
  const x1 = lean([0, high]) + 0.012;
  const panes = (list: readonly [number, number][]): LocalFace[] => {
    const [p, q, ...rest] = list;
    const corner =
      (sign: number) =>
      ([z, y]: readonly [number, number]) =>
        [sign * (y === low ? x0 : x1), y, z] as const;
    return [
      { corners: [q, p, ...[...rest].reverse()].map(corner(-1)), look: glass },
      { corners: [p, q, ...rest].map(corner(1)), look: glass },
    ];
  };
  const frontPane = panes([
    [pillar + 0.05, low],
    [frontFoot - 0.16, low],
    [frontTop + 0.02, high],
    [pillar + 0.05, high],
  ]);
  if (car.shape === 'van') {
    return frontPane;
  }
  return [
    ...panes([
      [rearFoot + 0.2, low],
      [pillar - 0.05, low],
      [pillar - 0.05, high],
      [rearTop + 0.02, high],
    ]),
    ...frontPane,
  ];
}

/** Door seams, handles and the dark sill. */
export function seams(
  car: Car,
  half: number,
  sill: number,
  belt: number,
  paint: Color,
): LocalFace[] {
  const line = scale(paint, 0.55);
  const strip = (z: number, low: number, high: number, long: number, look: Color) =>
    sidePanels(
      half + 0.012,
      [
        [z, low],
        [z + long, low],
        [z + long, high],
        [z, high],
      ],
      look,
    );
  const x = car.length * 0.03;
  return [
    ...strip(x, sill + 0.12, belt - 0.03, 0.025, line),
    ...strip(x + car.length * 0.24, sill + 0.3, belt - 0.05, 0.025, line),
    ...strip(x - 0.32, belt - 0.16, belt - 0.12, 0.18, line),
    ...strip(-car.length * 0.17, sill, sill + 0.1, car.length * 0.36, [0.12, 0.12, 0.13]),
  ];
}
