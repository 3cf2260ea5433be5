/** From what a rendered pixel shows to the label values of ADE20K. */
import { ADE20K_CLASSES, ADE20K_OTHER } from '../dataset/ade20k/classes.js';
import type { SurfaceKind } from './kinds.js';
import type { Rendering } from './render.js';

/** The class of each kind of surface, by name; undefined if none of the 150 fits. */
const CLASS_OF: Record<SurfaceKind, string | undefined> = {
  nothing: undefined,
  sky: 'sky',
  road: 'road',
  pavement: 'sidewalk',
  parking: 'road',
  'rail track': undefined,
  grass: 'grass',
  building: 'building',
  bridge: 'bridge',
  wall: 'wall',
  fence: 'fence',
  'guard rail': 'railing',
  tree: 'tree',
  bush: 'plant',
  hill: 'hill',
  pole: 'pole',
  'street lamp': 'streetlight',
  'traffic light': 'traffic light',
  'traffic sign': 'signboard',
  person: 'person',
  rider: 'person',
  car: 'car',
  van: 'van',
  truck: 'truck',
  bus: 'bus',
  tram: undefined,
  motorcycle: 'minibike',
  bicycle: 'bicycle',
  trailer: undefined,
  'street furniture': undefined,
  'movable object': undefined,
  animal: 'animal',
  'own car': 'car',
  'image border': undefined,
};

/** The label value, 1 to 150, of a kind of surface; 0 if it is none of the classes. */
export function ade20kLabelValue(kind: SurfaceKind): number {
  const name = CLASS_OF[kind];
  return ADE20K_CLASSES.find((entry) => entry.name === name)?.labelValues[0] ?? ADE20K_OTHER;
}

/** The label map of a rendering as in ADE20K, `[height, width]`. */
export function ade20kLabels({ surface, surfaces }: Rendering): Uint8Array {
  const values = surfaces.map(({ kind }) => ade20kLabelValue(kind));
  return Uint8Array.from(surface, (index) => values[index]);
}
