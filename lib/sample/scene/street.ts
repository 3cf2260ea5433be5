/** The cross-section of a street: lanes, parking, verges, pavements and what lies behind them. */
import type { Random } from '../../random.js';
import type { BuildingStyle } from '../objects/building.js';
import type { Programme, Setting } from './programme.js';

/** One side of the street; every distance is an x of the plan, metres. */
export interface StreetSide {
  readonly sign: -1 | 1;
  readonly kerb: number;
  /** Middle of the row of parked cars, if cars may park here. */
  readonly parking: number | null;
  /** Strip of grass between road and pavement, from the kerb outwards. */
  readonly verge: number;
  readonly pavement: readonly [inner: number, outer: number];
  /** What lies behind the pavement. */
  readonly behind: 'buildings' | 'gardens' | 'green';
  /** Where fronts stand. */
  readonly front: number;
}

/** A street in plan. */
export interface Street {
  readonly setting: Setting;
  readonly style: BuildingStyle;
  readonly lanes: readonly { readonly x: number; readonly isOncoming: boolean }[];
  readonly left: StreetSide;
  readonly right: StreetSide;
  /** Middle of the tram track, if there is one. */
  readonly track: number | null;
  /** Depths of a street that crosses, near and far. */
  readonly junction: readonly [number, number] | null;
  /** Depth of the near edge of a zebra crossing. */
  readonly zebra: number | null;
  readonly pavementHeight: number;
}

/** Width of a lane, metres. */
export const LANE = 3.2;

/** Lays out a street for a programme. */
export function createStreet(random: Random, programme: Programme): Street {
  const { setting, guests } = programme;
  const wantsTram = guests.includes('tram');
  const isWide = setting === 'boulevard' || setting === 'outskirts';
  const oncoming = isWide && random.chance(0.5) ? 2 : 1;
  const extra = isWide && random.chance(0.35) ? 1 : 0;
  const trackWidth = wantsTram ? 3.4 : 0;
  const leftEdge = -LANE / 2 - trackWidth - oncoming * LANE;
  const rightEdge = LANE / 2 + extra * LANE;
  const lanes = [
    { x: 0, isOncoming: false },
    ...(extra > 0 ? [{ x: LANE, isOncoming: false }] : []),
    ...Array.from({ length: oncoming }, (_, i) => ({
      x: -LANE * (i + 1) - trackWidth,
      isOncoming: true,
    })),
  ];
  const hasJunction = guests.includes('traffic light') ? random.chance(0.75) : random.chance(0.25);
  const start = random.uniform(15, 26);
  const barrierSide = random.chance(0.5) ? 1 : -1;
  const hasBarrier = guests.includes('wall') || guests.includes('fence');
  const side = (sign: -1 | 1): StreetSide =>
    createSide(
      random.fork(`side/${sign}`),
      programme,
      sign,
      sign < 0 ? leftEdge : rightEdge,
      hasBarrier && sign === barrierSide,
    );
  return {
    setting,
    style:
      setting === 'suburb'
        ? 'house'
        : setting === 'old town'
          ? 'old town'
          : setting === 'outskirts'
            ? 'office'
            : random.chance(0.25)
              ? 'office'
              : 'apartments',
    lanes,
    left: side(-1),
    right: side(1),
    track: wantsTram ? -LANE / 2 - trackWidth / 2 : null,
    junction: hasJunction ? [start, start + random.uniform(7, 10)] : null,
    zebra: hasJunction ? start - 4.2 : random.chance(0.25) ? random.uniform(10, 20) : null,
    pavementHeight: 0.13,
  };
}

/** How often cars park and grass grows along the kerb. */
const HABITS: Record<Setting, { readonly parking: number; readonly verge: number }> = {
  city: { parking: 0.7, verge: 0.12 },
  'old town': { parking: 0.5, verge: 0 },
  suburb: { parking: 0.5, verge: 0.6 },
  outskirts: { parking: 0.15, verge: 0.7 },
  boulevard: { parking: 0.55, verge: 0.6 },
};

function createSide(
  random: Random,
  programme: Programme,
  sign: -1 | 1,
  edge: number,
  hasBarrier: boolean,
): StreetSide {
  const { setting } = programme;
  const habit = HABITS[setting];
  // Nothing is parked in front of the barrier that the picture is to show.
  const parks = random.chance(habit.parking) && !hasBarrier;
  const verge = random.chance(habit.verge) ? random.uniform(1.2, 2.2) : 0;
  const width = setting === 'old town' ? random.uniform(2.2, 3.4) : random.uniform(2.8, 4.8);
  const kerb = edge + sign * (parks ? 2.2 : 0.4);
  const inner = kerb + sign * verge;
  const outer = inner + sign * width;
  const behind =
    setting === 'suburb'
      ? 'gardens'
      : hasBarrier || (setting === 'outskirts' && random.chance(0.7))
        ? 'green'
        : 'buildings';
  const setback =
    behind === 'gardens' ? random.uniform(4, 6.5) : behind === 'green' ? random.uniform(9, 16) : 0;
  return {
    sign,
    kerb,
    parking: parks ? edge + sign * 1.1 : null,
    verge,
    pavement: [inner, outer],
    behind,
    front: outer + sign * setback,
  };
}
