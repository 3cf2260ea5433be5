/** Lorries, buses and trams: boxes with bands of windows, lamps and wheels. */
import type { Random } from '../../../random.js';
import type { SurfaceKind } from '../kinds.js';
import type { Color } from '../raster/color.js';
import { hex, jitter, mix, pick } from '../raster/color.js';
import { instance } from '../raster/canvas.js';
import { hash, pulse, valueNoise } from '../raster/noise.js';
import type { Painter, Texture } from '../view/painter.js';
import type { LocalFace, Placement, ProfilePoint } from '../view/solid.js';
import { band, drawSolid, endPanel, sidePanels, sides } from '../view/solid.js';
import { glazing } from './car.js';
import { wheelDiscs, wheelTreads } from './wheel.js';

/** A lorry, a bus, a tram or a trailer; measures in metres. */
export interface LargeVehicle extends Placement {
  readonly type: 'large vehicle';
  readonly kind: Extract<SurfaceKind, 'truck' | 'bus' | 'tram' | 'trailer'>;
  readonly length: number;
  readonly width: number;
  readonly height: number;
  readonly paint: Color;
  /** Colour of the box of a lorry, or of the stripe of a bus or tram. */
  readonly second: Color;
  readonly body: 'box' | 'tipper' | 'coach';
  readonly seed: number;
}

const BUS = ['#c63d2f', '#e2b13c', '#e8e6df', '#2f6fa8', '#4a8c5c', '#d9732e'].map(hex);
const TRAM = ['#d8d9d6', '#c23a32', '#e0c23f', '#3c7fa6', '#e9e7e0', '#547d4c'].map(hex);
const CAB = ['#d5d8db', '#b8392f', '#2e5f97', '#e0a62c', '#48705a', '#efefec', '#7a8790'].map(hex);
const BOX = ['#ecebe6', '#dfe3e6', '#c8d2da', '#e6d9c0', '#3f6a94', '#c9563c', '#6d8f5e'].map(hex);

/** A lorry with a box, or with an open tipping body. */
export function createTruck(random: Random, place: Placement): LargeVehicle {
  return {
    type: 'large vehicle',
    kind: 'truck',
    ...place,
    length: random.uniform(6.8, 9.5),
    width: 2.45,
    height: random.uniform(3.1, 3.7),
    paint: jitter(pick(random, CAB), random, 0.08),
    second: jitter(pick(random, BOX), random, 0.05),
    body: random.chance(0.25) ? 'tipper' : 'box',
    seed: random.integer(1 << 20),
  };
}

/** A city bus. */
export function createBus(random: Random, place: Placement): LargeVehicle {
  const paint = jitter(pick(random, BUS), random, 0.07);
  return {
    type: 'large vehicle',
    kind: 'bus',
    ...place,
    length: random.uniform(10.5, 12.5),
    width: 2.55,
    height: random.uniform(3.0, 3.3),
    paint,
    second: pick(random, [mix(paint, [1, 1, 1], 0.75), ...BUS]),
    body: 'coach',
    seed: random.integer(1 << 20),
  };
}

/** A tram, which the datasets call a train. */
export function createTram(random: Random, place: Placement): LargeVehicle {
  const paint = jitter(pick(random, TRAM), random, 0.07);
  return {
    type: 'large vehicle',
    kind: 'tram',
    ...place,
    length: random.uniform(20, 27),
    width: 2.45,
    height: random.uniform(3.3, 3.6),
    paint,
    second: pick(random, [mix(paint, [0.15, 0.17, 0.2], 0.7), ...BUS]),
    body: 'coach',
    seed: random.integer(1 << 20),
  };
}

/** A small box trailer. */
export function createTrailer(random: Random, place: Placement): LargeVehicle {
  return {
    ...createTruck(random, place),
    kind: 'trailer',
    length: 2.6,
    width: 1.6,
    height: 1.7,
  };
}

/** Draws a large vehicle. */
export function drawLargeVehicle(painter: Painter, vehicle: LargeVehicle): void {
  const surface = instance(painter.canvas, vehicle.kind);
  const faces = vehicle.body === 'coach' ? coachFaces(vehicle) : truckFaces(vehicle);
  drawSolid(painter, vehicle, faces, surface);
}

/** The flank of a bus or tram: paint, stripe, windows, doors, joints. */
function coachFlank(vehicle: LargeVehicle, sill: number): Texture {
  const { paint, second, height, length, seed, kind } = vehicle;
  const [low, high] = [1.15 - sill, height - 0.62 - sill];
  const isTram = kind === 'tram';
  const pitch = isTram ? 1.55 : 1.45;
  return (u, v, fu, fv, out) => {
    const tone = 0.86 + 0.16 * Math.min(1, v / height) + 0.04 * valueNoise(u, v, seed);
    const stripe = isTram ? pulse(low - 0.12, high + 0.12, v, fv) : pulse(0.3, 0.62, v, fv);
    const cell = Math.floor(u / pitch);
    const across = u - cell * pitch;
    const isDoor = cell % 4 === 1;
    const pane = isDoor
      ? pulse(0.12, pitch - 0.12, across, fu) * pulse(0.1, high, v, fv)
      : pulse(0.05, pitch - 0.05, across, fu) * pulse(low, high, v, fv);
    const edge = Math.min(u, length - u) < 0.25 ? 0 : 1;
    const sky = Math.max(0, Math.min(1, (v - low) / (high - low)));
    const post = isDoor ? pulse(pitch / 2 - 0.04, pitch / 2 + 0.04, across, fu) : 0;
    const seat = 0.03 * hash(cell, 4, seed);
    const joint = isTram && Math.abs(u - length / 2) < 0.35 ? 0.55 : 0;
    for (let i = 0; i < 3; i++) {
      let value = paint[i] * tone;
      value += (second[i] * tone - value) * stripe;
      value += (0.12 + 0.05 * i * 0.5 + seat + 0.26 * sky - value) * pane * edge * (1 - post);
      value += (0.13 - value) * joint * (1 + 0.3 * Math.sin(u * 40));
      out[i] = value;
    }
    out[3] = 1;
  };
}

function coachFaces(vehicle: LargeVehicle): LocalFace[] {
  const { length, height, paint, second, kind } = vehicle;
  const isTram = kind === 'tram';
  const half = vehicle.width / 2;
  const sill = isTram ? 0.28 : 0.34;
  const [rear, front] = [-length / 2, length / 2];
  const slope = isTram ? 0.75 : 0.18;
  const profile: ProfilePoint[] = [
    [rear + 0.1, sill],
    [rear, sill + 0.3],
    [rear, 1.25],
    [rear + slope, height - 0.2],
    [rear + slope + 0.2, height],
    [front - slope - 0.2, height],
    [front - slope, height - 0.2],
    [front, 1.25],
    [front, sill + 0.3],
    [front - 0.1, sill],
  ];
  const width = ([z]: ProfilePoint) =>
    half - (isTram ? 0.25 : 0.06) * Math.max(0, (Math.abs(z) / front) * 12 - 11);
  const glass = glazing(height - 1.6);
  const faces: LocalFace[] = [];
  if (!isTram)
    for (const z of [rear + 2.6, front - 2.4]) faces.push(...wheelTreads(half - 0.05, z, 0.46));
  faces.push(
    ...band(profile, width, (from, to) =>
      from[1] === 1.25 || to[1] === 1.25 ? (from[1] + to[1] > 3.5 ? glass : paint) : paint,
    ),
    ...sides(profile, width, coachFlank(vehicle, sill)),
    ...coachEnds(vehicle, half, rear, front, slope),
  );
  if (isTram) {
    faces.push(
      ...sidePanels(
        half + 0.01,
        [
          [rear + 0.2, 0.08],
          [front - 0.2, 0.08],
          [front - 0.2, 0.34],
          [rear + 0.2, 0.34],
        ],
        [0.13, 0.13, 0.15],
      ),
      endPanel(
        'rear',
        rear + 0.08,
        [-half + 0.25, half - 0.25],
        [0.1, sill + 0.04],
        [0.12, 0.12, 0.14],
      ),
      endPanel(
        'front',
        front - 0.08,
        [-half + 0.25, half - 0.25],
        [0.1, sill + 0.04],
        [0.12, 0.12, 0.14],
      ),
    );
    // The current collector on the roof.
    faces.push(endPanel('rear', 0, [-0.7, 0.7], [height + 0.75, height + 0.85], [0.2, 0.2, 0.22]));
    faces.push(endPanel('rear', 0, [-0.05, 0.05], [height, height + 0.8], [0.2, 0.2, 0.22]));
  } else {
    for (const z of [rear + 2.6, front - 2.4]) faces.push(...wheelDiscs(half + 0.01, z, 0.46));
    faces.push(
      ...sidePanels(
        half + 0.015,
        [
          [rear + 0.4, height - 0.42],
          [front - 0.4, height - 0.42],
          [front - 0.4, height - 0.2],
          [rear + 0.4, height - 0.2],
        ],
        mix(second, paint, 0.4),
      ),
    );
  }
  return faces;
}

/** Lamps, display and frames at both ends of a coach. */
function coachEnds(
  v: LargeVehicle,
  half: number,
  rear: number,
  front: number,
  slope: number,
): LocalFace[] {
  const [r, f] = [rear - 0.015, front + 0.015];
  const black: Color = [0.09, 0.09, 0.1];
  const red: Color = [0.72, 0.1, 0.08];
  const lamp: Color = [0.97, 0.97, 0.9];
  const amber: Color = [1, 0.72, 0.2];
  const top = v.height - 0.2;
  const inset = v.kind === 'tram' ? 0.35 : 0.14;
  const display = (end: 'rear' | 'front', z: number): LocalFace[] => [
    endPanel(end, z, [-half + 0.4, half - 0.4], [top - 0.42, top - 0.06], black),
    endPanel(
      end,
      z + (end === 'rear' ? -0.01 : 0.01),
      [-half + 0.6, half - 0.9],
      [top - 0.34, top - 0.14],
      amber,
      true,
    ),
  ];
  return [
    endPanel('rear', r, [-half + 0.1, half - 0.1], [0.42, 0.62], black),
    endPanel('rear', r, [-half + inset, -half + inset + 0.22], [0.72, 1.12], red),
    endPanel('rear', r, [half - inset - 0.22, half - inset], [0.72, 1.12], red),
    endPanel('front', f, [-half + 0.1, half - 0.1], [0.42, 0.6], black),
    endPanel('front', f, [-half + inset, -half + inset + 0.36], [0.68, 0.92], lamp, true),
    endPanel('front', f, [half - inset - 0.36, half - inset], [0.68, 0.92], lamp, true),
    ...display('rear', rear + slope * 0.55 - 0.2),
    ...display('front', front - slope * 0.55 + 0.2),
  ];
}

function truckFaces(vehicle: LargeVehicle): LocalFace[] {
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
    for (let i = 0; i < 3; i++) out[i] = second[i] * (0.97 - dirt - 0.1 * rib - 0.16 * rim);
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
  const treads = wheelTreads(half - 0.05, axles[0], wheel);
  // From behind, the box hides the cab; from the front it is the other way round.
  const isOncoming = Math.cos((vehicle.heading * Math.PI) / 180) < 0;
  return isOncoming
    ? [...treads, ...boxFaces, ...wheels, ...cabFaces]
    : [...cabFaces, ...treads, ...boxFaces, ...wheels];
}
