/** Fills the land behind the pavements: rows of houses, gardens, walls, fences and trees. */
import type { Random } from '../../random.js';
import { pick } from '../raster/color.js';
import type { BarrierLook } from '../objects/barrier.js';
import { fenceLook, railLook, wallLook } from '../objects/barrier.js';
import type { Building } from '../objects/building.js';
import { createBuilding } from '../objects/building.js';
import { createBush, createTree } from '../objects/vegetation.js';
import type { Guest } from './programme.js';
import type { Thing } from './scene.js';
import type { Street, StreetSide } from './street.js';

/** How far houses and gardens go, metres. */
const END = 130;

/** The houses of one side. */
export function fillBuildings(random: Random, street: Street, side: StreetSide): Building[] {
  const list: Building[] = [];
  const isDense = side.behind === 'buildings';
  let z = random.uniform(-9, -3);
  while (z < END) {
    const length =
      street.style === 'house'
        ? random.uniform(9, 13)
        : street.style === 'old town'
          ? random.uniform(7, 12)
          : random.uniform(12, 21);
    const isBlocked =
      street.junction !== null && z < street.junction[1] && z + length > street.junction[0];
    if (isBlocked && street.junction !== null) {
      // Close the row at the corner, if there is room for a narrow house.
      const room = street.junction[0] - 1.5 - z;
      if (room > 6) {
        list.push(house(random, street, side, z, room));
      }
      z = street.junction[1] + 1.5;
      continue;
    }
    if (side.behind !== 'green' || random.chance(0.4)) {
      list.push(house(random, street, side, z, length));
    }
    z +=
      length + (isDense ? (random.chance(0.08) ? random.uniform(2, 5) : 0) : random.uniform(3, 9));
  }
  return list;
}

function house(
  random: Random,
  street: Street,
  side: StreetSide,
  z: number,
  length: number,
): Building {
  const step = side.behind === 'buildings' ? random.uniform(0, 0.35) : random.uniform(0, 1.5);
  return createBuilding(
    random,
    side.behind === 'green' && street.style !== 'house' ? 'office' : street.style,
    {
      side: side.sign,
      x: side.front + side.sign * step,
      z: [z, z + length],
    },
  );
}

/** Barrier, hedge, bushes and trees of one side with gardens or green land. */
export function fillGreen(
  random: Random,
  street: Street,
  side: StreetSide,
  guests: readonly Guest[],
): Thing[] {
  if (side.behind === 'buildings') {
    return [];
  }
  const things: Thing[] = [];
  const line = side.pavement[1] + side.sign * 0.15;
  const look = barrierLook(random, side, guests);
  const isHedge = look === null;
  const clear = (z: number) =>
    street.junction === null || z < street.junction[0] - 1.5 || z > street.junction[1] + 1.5;
  const step = isHedge ? 1.1 : 4;
  const seed = random.integer(1 << 20);
  for (let z = -2; z < 95; z += step) {
    if (!clear(z) || !clear(z + step)) {
      continue;
    }
    // Gates: a gap now and then in garden fences.
    if (side.behind === 'gardens' && !isHedge && random.chance(0.12)) {
      continue;
    }
    if (isHedge) {
      things.push(createBush(random, line + side.sign * 0.5, z, 0, random.uniform(1.1, 1.5)));
    } else {
      things.push({ type: 'barrier', ...look, x: line, z: [z, z + step], seed });
    }
  }
  const depth = Math.abs(side.front - line);
  const trees = side.behind === 'green' ? 15 : 7;
  for (let i = 0; i < trees; i++) {
    const z = 5 + 85 * ((i + random.uniform(0, 0.9)) / trees);
    const away =
      side.behind === 'green'
        ? random.uniform(2, Math.max(4, depth - 1))
        : random.uniform(1.6, Math.max(2, depth - 1.5));
    if (clear(z)) {
      things.push(
        createTree(
          random,
          line + side.sign * away,
          z,
          0,
          side.behind === 'green' ? random.uniform(0.85, 1.3) : random.uniform(0.55, 0.9),
        ),
      );
    }
  }
  for (let i = 0; i < 14; i++) {
    const z = random.uniform(5, 60);
    if (clear(z)) {
      things.push(
        createBush(
          random,
          line + side.sign * random.uniform(0.8, Math.max(1.5, depth - 0.5)),
          z,
          0,
        ),
      );
    }
  }
  return things;
}

function barrierLook(
  random: Random,
  side: StreetSide,
  guests: readonly Guest[],
): BarrierLook | null {
  if (guests.includes('wall')) {
    return wallLook(random);
  }
  if (guests.includes('fence')) {
    return fenceLook(random);
  }
  const options: readonly (() => BarrierLook | null)[] =
    side.behind === 'gardens'
      ? [() => fenceLook(random), () => wallLook(random), () => null]
      : [() => railLook(), () => wallLook(random), () => fenceLook(random), () => null];
  return pick(random, options)();
}
