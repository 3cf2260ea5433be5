/** Lorries, buses, trams and trailers: their measures and colours. */
import type { Random } from '../../random.js';
import type { SurfaceKind } from '../kinds.js';
import type { Color } from '../raster/color.js';
import { hex, jitter, mix, pick } from '../raster/color.js';
import type { Placement } from '../view/solid.js';

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
