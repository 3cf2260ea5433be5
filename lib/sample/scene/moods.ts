/** Times of day and weather. */
import type { Random } from '../../random.js';
import type { Color } from '../raster/color.js';
import { hex, jitter, pick } from '../raster/color.js';
import type { Light } from '../view/light.js';

interface Mood {
  readonly sunColor: Color;
  readonly skyColor: Color;
  readonly zenith: Color;
  readonly horizon: Color;
  readonly haze: Color;
  readonly hazeDistance: number;
  /** Height of the sun, degrees. */
  readonly elevation: readonly [number, number];
  readonly clouds: readonly [number, number];
}

const MOODS: readonly Mood[] = [
  {
    // A clear day.
    sunColor: [0.66, 0.61, 0.52],
    skyColor: [0.63, 0.66, 0.73],
    zenith: hex('#4a86cc'),
    horizon: hex('#cfe3f1'),
    haze: hex('#c6d8e6'),
    hazeDistance: 300,
    elevation: [38, 58],
    clouds: [0.15, 0.6],
  },
  {
    // Bright, under complete cloud cover.
    sunColor: [0.16, 0.16, 0.15],
    skyColor: [0.95, 0.96, 0.98],
    zenith: hex('#a9bccd'),
    horizon: hex('#e8edf0'),
    haze: hex('#dbe2e7'),
    hazeDistance: 230,
    elevation: [45, 60],
    clouds: [0.7, 1],
  },
  {
    // Late afternoon.
    sunColor: [0.88, 0.68, 0.45],
    skyColor: [0.7, 0.66, 0.69],
    zenith: hex('#6d95c9'),
    horizon: hex('#f6dcb4'),
    haze: hex('#ecd6b8'),
    hazeDistance: 200,
    elevation: [20, 32],
    clouds: [0.2, 0.6],
  },
  {
    // A soft morning.
    sunColor: [0.46, 0.43, 0.38],
    skyColor: [0.76, 0.79, 0.83],
    zenith: hex('#86b0d6'),
    horizon: hex('#eef0e8'),
    haze: hex('#e2e7e4'),
    hazeDistance: 150,
    elevation: [26, 42],
    clouds: [0.3, 0.7],
  },
  {
    // A grey day.
    sunColor: [0.06, 0.06, 0.06],
    skyColor: [0.91, 0.93, 0.95],
    zenith: hex('#93a1ae'),
    horizon: hex('#cdd4d9'),
    haze: hex('#c3cbd1'),
    hazeDistance: 190,
    elevation: [45, 60],
    clouds: [0.8, 1],
  },
];

/** The light of a scene, drawn at random. */
export function createLight(random: Random): Light {
  const mood = pick(random, [MOODS[0], MOODS[0], ...MOODS]);
  const elevation = (random.uniform(...mood.elevation) * Math.PI) / 180;
  // From the side, and mostly from behind the camera, so that fronts and backs of cars are lit.
  const azimuth = random.uniform(0.25, 1.25) * (random.chance(0.5) ? 1 : -1);
  const level = Math.cos(elevation);
  const towards = random.chance(0.72) ? -1 : 1;
  return {
    sun: [level * Math.sin(azimuth), Math.sin(elevation), level * Math.cos(azimuth) * towards],
    sunColor: mood.sunColor,
    skyColor: mood.skyColor,
    haze: mood.haze,
    hazeDistance: mood.hazeDistance * random.uniform(0.85, 1.2),
    zenith: jitter(mood.zenith, random, 0.05),
    horizon: mood.horizon,
    clouds: random.uniform(...mood.clouds),
    exposure: random.uniform(0.99, 1.12),
  };
}
