/** Cars and vans: a body, a glazed cabin on top, wheels, lamps and plates. */
import type { Random } from '../../../random.js';
import type { Color } from '../raster/color.js';
import { hex, jitter, mix, pick, scale } from '../raster/color.js';
import { instance } from '../raster/canvas.js';
import { pulse } from '../raster/noise.js';
import type { Painter, Texture } from '../view/painter.js';
import type { LocalFace, Placement, ProfilePoint } from '../view/solid.js';
import { band, drawSolid, endPanel, sidePanels, sides } from '../view/solid.js';
import { wheelDiscs, wheelTreads } from './wheel.js';

/** The body shapes. */
export type CarShape = 'hatchback' | 'saloon' | 'estate' | 'off-road' | 'van';

/** A car or a van; measures in metres. */
export interface Car extends Placement {
  readonly type: 'car';
  readonly shape: CarShape;
  readonly paint: Color;
  readonly length: number;
  readonly width: number;
  readonly height: number;
  readonly isBraking: boolean;
}

const PAINTS = [
  '#e9eaec',
  '#d4d7da',
  '#aeb3b8',
  '#7c8288',
  '#3a3f45',
  '#1e2126',
  '#9c2b2a',
  '#b8422f',
  '#27497a',
  '#2f6c9a',
  '#3c5d4a',
  '#c9b28c',
  '#d9a22b',
  '#6d2533',
  '#5c7f8f',
  '#e4e0d5',
  '#232a3a',
].map(hex);

const SIZE: Record<CarShape, readonly [length: number, width: number, height: number]> = {
  hatchback: [4.0, 1.75, 1.5],
  saloon: [4.6, 1.8, 1.45],
  estate: [4.6, 1.8, 1.5],
  'off-road': [4.5, 1.88, 1.72],
  van: [5.2, 2.0, 2.25],
};

/** Cabin corners as shares of the length (−0.5 rear … 0.5 front): rear foot, rear roof, front roof, front foot. */
const CABIN: Record<CarShape, readonly [number, number, number, number]> = {
  hatchback: [-0.47, -0.38, 0.04, 0.27],
  saloon: [-0.36, -0.2, 0.05, 0.24],
  estate: [-0.48, -0.41, 0.03, 0.24],
  'off-road': [-0.48, -0.43, 0.04, 0.23],
  van: [-0.49, -0.48, 0.2, 0.37],
};

/** A car with shape and paint drawn at random. */
export function createCar(random: Random, place: Placement): Car {
  const shapes = ['hatchback', 'hatchback', 'saloon', 'estate', 'off-road', 'van'] as const;
  const shape = pick(random, shapes);
  const [length, width, height] = SIZE[shape];
  return {
    type: 'car',
    ...place,
    shape,
    paint: jitter(pick(random, PAINTS), random, 0.08),
    length: length * random.uniform(0.96, 1.05),
    width,
    height: height * random.uniform(0.97, 1.04),
    isBraking: random.chance(0.25),
  };
}

/** Paint that is darker towards the sill and catches the sky below the windows. */
export function gloss(paint: Color, height: number): Texture {
  return (_u, v, _fu, fv, out) => {
    const t = v / height;
    const sheen = 0.12 * pulse(0.78, 0.9, t, fv / height);
    const crease = 0.12 * pulse(0.5, 0.54, t, fv / height);
    const tone = 0.72 + 0.3 * Math.min(1, Math.max(0, t)) - crease;
    for (let i = 0; i < 3; i++) out[i] = paint[i] * tone + sheen;
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

/** Draws a car. */
export function drawCar(painter: Painter, car: Car): void {
  const surface = instance(painter.canvas, car.shape === 'van' ? 'van' : 'car');
  drawSolid(painter, car, carFaces(car), surface);
}

function carFaces(car: Car): LocalFace[] {
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

/** Lamps, bumpers, grille and plates. */
function ends(car: Car, half: number, sill: number, belt: number, nose: number): LocalFace[] {
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
function screens(
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
function windows(
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
  if (car.shape === 'van') return frontPane;
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
function seams(car: Car, half: number, sill: number, belt: number, paint: Color): LocalFace[] {
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
