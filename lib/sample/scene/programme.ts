/**
 * What each picture of a series must show, so that rare classes turn up in every few dozen pictures.
 *
 * Left to chance, a small set could lack trams altogether. Settings and guests therefore follow fixed
 * cycles, whose start depends on the seed.
 */
import { Random } from '../../random.js';

/** The kinds of street. */
export type Setting = 'city' | 'old town' | 'suburb' | 'outskirts' | 'boulevard';

/** Things that get a good place in a picture. */
export type Guest =
  | 'truck'
  | 'bus'
  | 'tram'
  | 'motorcycle'
  | 'rider'
  | 'bicycle'
  | 'wall'
  | 'fence'
  | 'traffic light'
  | 'walkers';

/** The setting and the guests of one picture. */
export interface Programme {
  readonly setting: Setting;
  readonly guests: readonly Guest[];
}

const SETTINGS: readonly Setting[] = ['city', 'suburb', 'boulevard', 'old town', 'outskirts'];

// Pairs that go well together; their number has no common factor with that of the settings.
const GUESTS: readonly (readonly Guest[])[] = [
  ['bus', 'rider'],
  ['wall', 'motorcycle', 'walkers'],
  ['truck', 'bicycle'],
  ['tram', 'traffic light', 'walkers'],
  ['fence', 'motorcycle', 'rider'],
  ['bus', 'traffic light', 'bicycle'],
  ['truck', 'wall', 'rider'],
  ['tram', 'walkers', 'bicycle'],
  ['fence', 'motorcycle', 'traffic light'],
];

/** What picture `index` of the series of `seed` shows. */
export function programmeOf(seed: number, index: number): Programme {
  const random = new Random(seed).fork('programme');
  const settings = random.shuffle(SETTINGS);
  const guests = random.shuffle(GUESTS);
  return { setting: settings[index % settings.length], guests: guests[index % guests.length] };
}
