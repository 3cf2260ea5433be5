/** A street scene as plain data: what is where. Drawing reads it, composing makes it. */
import type { Barrier } from '../objects/barrier.js';
import type { Building } from '../objects/building.js';
import type { Car } from '../objects/car-model.js';
import type { Cycle } from '../objects/cycle.js';
import type { Furniture } from '../objects/furniture.js';
import type { GroundPatch } from '../objects/ground.js';
import type { LargeVehicle } from '../objects/large-vehicle.js';
import type { OwnCar } from '../objects/own-car.js';
import type { Person } from '../objects/person.js';
import type { Post } from '../objects/post.js';
import type { Backdrop } from '../objects/sky.js';
import type { Plant } from '../objects/plant.js';
import type { Light } from '../view/light.js';

/** Anything that stands on the street. */
export type Thing = Car | LargeVehicle | Person | Cycle | Post | Plant | Barrier | Furniture;

/** The camera, without the size of the picture. */
export interface Viewpoint {
  /** Height above the road, metres. */
  readonly eye: number;
  /** Row of the horizon, as a share of the height. */
  readonly horizon: number;
  /** Sideways shift of the vanishing point, as a share of the height. */
  readonly shift: number;
  /** Focal length, as a multiple of the height. */
  readonly focal: number;
  /** Bend of the street, 1/metre. */
  readonly bend: number;
}

/** A whole scene. */
export interface Scene {
  readonly viewpoint: Viewpoint;
  readonly light: Light;
  readonly backdrop: Backdrop;
  /** In painting order: later patches cover earlier ones. */
  readonly ground: readonly GroundPatch[];
  readonly buildings: readonly Building[];
  readonly things: readonly Thing[];
  readonly ownCar: OwnCar;
  /** Seed of clouds and camera noise. */
  readonly seed: number;
}
