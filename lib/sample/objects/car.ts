/** Cars and vans: a body, a glazed cabin on top, wheels, lamps and plates. */
import type { Random } from '../../random.js';
import { hex, jitter, pick } from '../raster/color.js';
import { instance } from '../raster/canvas.js';
import type { Painter } from '../view/painter.js';
import type { Placement } from '../view/solid.js';
import { drawSolid } from '../view/solid.js';
import { carFaces } from './car-faces.js';
import type { Car, CarShape } from './car-model.js';

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

/** Draws a car. */
export function drawCar(painter: Painter, car: Car): void {
  const surface = instance(painter.canvas, car.shape === 'van' ? 'van' : 'car');
  drawSolid(painter, car, carFaces(car), surface);
}
