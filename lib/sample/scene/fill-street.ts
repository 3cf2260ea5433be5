/** Fills the street itself: traffic, parked cars, posts, street trees, people and clutter. */
import type { Random } from '../../random.js';
import { createCar } from '../objects/car.js';
import { createCycle } from '../objects/cycle.js';
import { createFurniture, createMovable } from '../objects/furniture.js';
import { createBus, createTrailer, createTram, createTruck } from '../objects/large-vehicle.js';
import { createPerson } from '../objects/person.js';
import { createLamp, createPole, createSign, createTrafficLight } from '../objects/post.js';
import { createTree } from '../objects/vegetation.js';
import type { Guest, Programme } from './programme.js';
import type { Thing } from './scene.js';
import type { Space } from './space.js';
import type { Street, StreetSide } from './street.js';
import { LANE } from './street.js';

/** What the filling functions work on. */
export interface Site {
  readonly street: Street;
  readonly space: Space;
  readonly things: Thing[];
}

/** Puts the guests of the programme where they are easily seen. */
export function placeGuests(random: Random, site: Site, programme: Programme): void {
  for (const guest of programme.guests) {
    placeGuest(random.fork(guest), site, guest);
  }
}

function placeGuest(random: Random, site: Site, guest: Guest): void {
  const { street, space, things } = site;
  const right = street.right;
  const lane = random.chance(0.5) ? street.lanes[0] : street.lanes[street.lanes.length - 1];
  const heading = lane.isOncoming ? 180 : 0;
  switch (guest) {
    case 'truck':
    case 'bus': {
      const z = random.uniform(13, 21);
      const place = { x: lane.x, z, heading };
      if (space.claim(lane.x, z, 1.5, 7)) {
        things.push(guest === 'bus' ? createBus(random, place) : createTruck(random, place));
        if (guest === 'truck' && heading === 0 && random.chance(0.25)) {
          things.push(createTrailer(random, { ...place, z: z - 6.6 }));
        }
      }
      return;
    }
    case 'tram': {
      const z = random.uniform(23, 36);
      const x = street.track ?? -LANE;
      if (space.claim(x, z, 1.5, 15)) {
        things.push(createTram(random, { x, z, heading: random.chance(0.6) ? 180 : 0 }));
      }
      return;
    }
    case 'rider': {
      const z = random.uniform(7.5, 12);
      const x = right.kerb - right.sign * (right.parking === null ? 0.6 : 2.6);
      if (space.claim(x, z, 0.5, 1)) {
        things.push(createCycle(random, 'bicycle', { x, z, ground: 0 }, true));
      }
      return;
    }
    case 'motorcycle': {
      const z = random.uniform(7, 11);
      const isRidden = random.chance(0.6);
      const x = isRidden ? random.uniform(-0.9, 1) : right.kerb - 0.7;
      if (space.claim(x, z, 0.6, 1.3)) {
        things.push(createCycle(random, 'motorcycle', { x, z, ground: 0 }, isRidden));
      }
      return;
    }
    case 'bicycle':
      for (let i = 0; i < 5; i++) {
        const side = random.chance(0.7) ? right : street.left;
        const x = side.pavement[1] - side.sign * random.uniform(0.4, 0.9);
        const z = random.uniform(6.5, 12);
        if (space.claim(x, z, 0.7, 0.6)) {
          things.push(
            createCycle(random, 'bicycle', { x, z, ground: street.pavementHeight }, false),
          );
        }
      }
      return;
    case 'traffic light': {
      const z = (street.zebra ?? random.uniform(10, 16)) - 0.8;
      const state = random.integer(3);
      for (const side of [street.left, street.right]) {
        const x = side.kerb + side.sign * 0.45;
        if (space.claim(x, z, 0.3, 0.3)) {
          things.push(createTrafficLight(random, { x, z, ground: street.pavementHeight }, state));
        }
      }
      return;
    }
    case 'walkers':
      for (let i = 0; i < 6; i++) {
        const side = random.chance(0.6) ? right : street.left;
        placeWalker(random, site, side, random.uniform(6, 14));
      }
      return;
    case 'wall':
    case 'fence':
      // They are part of the land behind the pavement.
      return;
  }
}

function placeWalker(random: Random, site: Site, side: StreetSide, z: number): void {
  const { street, space, things } = site;
  const x = random.uniform(side.pavement[0] + side.sign * 0.4, side.pavement[1] - side.sign * 0.4);
  if (isOnJunction(street, z) || !space.claim(x, z, 0.32, 0.4)) {
    return;
  }
  things.push(createPerson(random, x, z, street.pavementHeight));
}

function isOnJunction(street: Street, z: number): boolean {
  return street.junction !== null && z > street.junction[0] - 1 && z < street.junction[1] + 1;
}

/** Lamps, poles, signs and trees along the kerbs. */
export function placePosts(random: Random, site: Site): void {
  const { street, space, things } = site;
  const ground = street.pavementHeight;
  const hasTrees = random.chance(
    { city: 0.5, 'old town': 0.12, suburb: 0.6, outskirts: 0.5, boulevard: 0.95 }[street.setting],
  );
  const spacing = random.uniform(8, 12);
  for (const side of [street.left, street.right]) {
    const x = side.kerb + side.sign * 0.5;
    const put = (z: number, make: (place: { x: number; z: number; ground: number }) => Thing) => {
      if (!isOnJunction(street, z) && space.claim(x, z, 0.35, 0.5)) {
        things.push(make({ x, z, ground }));
      }
    };
    for (let z = random.uniform(7, 18); z < 95; z += 23) {
      put(z, (place) => createLamp(random, place));
    }
    const signs = 1 + random.integer(3);
    for (let i = 0; i < signs; i++) {
      put(random.uniform(7, i === 0 ? 15 : 36), (place) => createSign(random, place));
    }
    if (random.chance(0.4)) {
      put(random.uniform(8, 25), (place) => createPole(random, place));
    }
    if (!hasTrees) {
      continue;
    }
    for (let z = random.uniform(6, 6 + spacing); z < 90; z += spacing) {
      put(z + random.uniform(-1, 1), (place) =>
        createTree(random, place.x + side.sign * 0.4, place.z, ground, 0.85),
      );
    }
  }
}

/** Parked cars and moving traffic. */
export function placeTraffic(random: Random, site: Site): void {
  const { street, space, things } = site;
  for (const side of [street.left, street.right]) {
    if (side.parking === null) {
      continue;
    }
    const heading = side.sign > 0 || random.chance(0.2) ? 0 : 180;
    for (let z = random.uniform(6.5, 12); z < 85; z += random.uniform(5.4, 6.6)) {
      if (random.chance(0.25) || isOnJunction(street, z)) {
        continue;
      }
      if (street.zebra !== null && Math.abs(z - street.zebra - 1.5) < 5) {
        continue;
      }
      const x = side.parking + random.uniform(-0.1, 0.1);
      if (!space.claim(x, z, 0.95, 2.5)) {
        continue;
      }
      things.push(createCar(random, { x, z, heading: heading + random.uniform(-2, 2) }));
    }
  }
  for (const lane of street.lanes) {
    const density = lane.isOncoming ? random.uniform(12, 30) : random.uniform(13, 34);
    for (let z = random.uniform(9, 24); z < 95; z += density * random.uniform(0.6, 1.6)) {
      const x = lane.x + random.uniform(-0.25, 0.25);
      if (!space.claim(x, z, 1, 3.4)) {
        continue;
      }
      things.push(createCar(random, { x, z, heading: lane.isOncoming ? 180 : 0 }));
    }
  }
  if (street.junction !== null && random.chance(0.55)) {
    const x = random.uniform(-11, 9);
    const z = street.junction[0] + random.uniform(2, 5.5);
    if (space.claim(x, z, 2.5, 1.1)) {
      things.push(createCar(random, { x, z, heading: random.chance(0.5) ? 90 : 270 }));
    }
  }
}

/** People, cycles and clutter. */
export function placePeople(random: Random, site: Site): void {
  const { street, space, things } = site;
  const count =
    random.integer(
      { city: 9, 'old town': 10, suburb: 5, outskirts: 4, boulevard: 9 }[street.setting],
    ) + 4;
  for (let i = 0; i < count; i++) {
    const side = random.chance(0.5) ? street.left : street.right;
    placeWalker(random, site, side, 6 + 30 * random.uniform() ** 1.7);
  }
  if (street.zebra !== null && random.chance(0.65)) {
    for (let i = 0; i < 2; i++) {
      const x = random.uniform(street.left.kerb + 1, street.right.kerb - 0.5);
      const z = street.zebra + random.uniform(0.4, 2.6);
      if (space.claim(x, z, 0.4, 0.4)) {
        things.push(createPerson(random, x, z, 0));
      }
    }
  }
  if (random.chance(0.35)) {
    const x = street.right.kerb - 0.6;
    const z = random.uniform(12, 30);
    if (space.claim(x, z, 0.5, 1)) {
      things.push(createCycle(random, 'bicycle', { x, z, ground: 0 }, true));
    }
  }
  for (const side of [street.left, street.right]) {
    for (let i = 0; i < 2; i++) {
      const z = random.uniform(7, 24);
      if (isOnJunction(street, z)) {
        continue;
      }
      const x = side.pavement[1] - side.sign * random.uniform(0.5, 0.8);
      if (!random.chance(0.45) || !space.claim(x, z, 0.6, 0.6)) {
        continue;
      }
      const make = random.chance(0.65) ? createFurniture : createMovable;
      things.push(make(random, x, z, street.pavementHeight));
    }
  }
}
