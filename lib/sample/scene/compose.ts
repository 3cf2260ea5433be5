/** Composes the scene of one picture of a series. */
import { Random } from '../../random.js';
import { jitter } from '../raster/color.js';
import { fillBuildings, fillGreen } from './fill-behind.js';
import type { Site } from './fill-street.js';
import { placeGuests, placePeople, placePosts, placeTraffic } from './fill-street.js';
import { layGround } from './lay-ground.js';
import { createLight } from './moods.js';
import { programmeOf } from './programme.js';
import type { Scene } from './scene.js';
import { createSpace } from './space.js';
import { createStreet } from './street.js';

/**
 * The scene of picture `index` in the series of `seed`.
 *
 * Each part draws from a generator of its own, so a change to one kind of thing leaves the others of
 * the series as they were. The size of the picture plays no part.
 */
export function composeScene(seed: number, index: number): Scene {
  const random = new Random(seed).fork(`scene/${index}`);
  const programme = programmeOf(seed, index);
  const street = createStreet(random.fork('street'), programme);
  const site: Site = { street, space: createSpace(), things: [] };
  placeGuests(random.fork('guests'), site, programme);
  placePosts(random.fork('posts'), site);
  placeTraffic(random.fork('traffic'), site);
  placePeople(random.fork('people'), site);
  const sides = [street.left, street.right];
  for (const side of sides) {
    site.things.push(
      ...fillGreen(random.fork(`green/${side.sign}`), street, side, programme.guests),
    );
  }
  const view = random.fork('view');
  const isGreen = street.setting === 'suburb' || street.setting === 'outskirts';
  return {
    viewpoint: {
      eye: view.uniform(1.45, 1.75),
      horizon: view.uniform(0.42, 0.47),
      shift: view.uniform(-0.07, 0.07),
      focal: view.uniform(1.6, 1.8),
      bend: view.chance(0.4) ? 0 : view.uniform(-0.0022, 0.0022),
    },
    light: createLight(random.fork('light')),
    backdrop: {
      type: isGreen || view.chance(0.3) ? 'hills' : 'skyline',
      seed: view.integer(1 << 20),
      height: view.uniform(14, 24),
      color: jitter(isGreen ? [0.4, 0.52, 0.4] : [0.5, 0.5, 0.52], view, 0.1),
    },
    ground: layGround(random.fork('ground'), street),
    buildings: sides.flatMap((side) =>
      fillBuildings(random.fork(`houses/${side.sign}`), street, side),
    ),
    things: site.things,
    // One car films the whole series.
    ownCar: {
      color: jitter([0.23, 0.235, 0.25], new Random(seed).fork('own car'), 0.3, 0.02),
      height: 0.075,
      drop: 0.045,
    },
    seed: view.integer(1 << 20),
  };
}
