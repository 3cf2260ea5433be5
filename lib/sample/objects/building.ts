/** Buildings along the street: styles, materials and measures. */
import type { Random } from '../../random.js';
import type { Color } from '../raster/color.js';
import { hex, jitter, mix, pick } from '../raster/color.js';
import type { FacadeLook } from './facade.js';

/** A building beside the street. */
export interface Building {
  /** -1 left of the street, 1 right of it. */
  readonly side: -1 | 1;
  /** Where its front stands, metres. */
  readonly x: number;
  readonly z: readonly [near: number, far: number];
  /** From the ground to the eaves, metres. */
  readonly height: number;
  readonly depth: number;
  readonly roof: 'flat' | 'pitched' | 'mansard';
  readonly roofColor: Color;
  readonly look: FacadeLook;
  readonly awning: Color | null;
}

/** The kinds of houses a street can have. */
export type BuildingStyle = 'apartments' | 'old town' | 'house' | 'office';

const PLASTER = [
  '#e6d9bd',
  '#d9b98a',
  '#c98f6b',
  '#e3c9a8',
  '#b9c4bd',
  '#cfd6dc',
  '#e9e4d8',
  '#d8a58c',
  '#bfae8e',
  '#a9b7c6',
  '#e0bf6f',
  '#c4786a',
].map(hex);
const BRICK = ['#9c5a45', '#8a4b3c', '#b06f52', '#7d564a', '#a8785c'].map(hex);
const CONCRETE = ['#b7b4ac', '#9aa0a4', '#c9c4b8', '#8d9299', '#d7d3c9'].map(hex);
const TILES = ['#a5533a', '#8c4534', '#6a5a55', '#4f535b', '#b4674a'].map(hex);
const SIGNS = [
  '#b5302c',
  '#1f5f8b',
  '#2f6f4f',
  '#d08a1e',
  '#3b3f46',
  '#7a2e59',
  '#0f7c86',
  '#e0b32a',
].map(hex);
const SHUTTERS = ['#4d6b5a', '#5b6f86', '#7b4b3a', '#8c8c7c'].map(hex);

/** A house of a style, its colours and measures drawn at random. */
export function createBuilding(
  random: Random,
  style: BuildingStyle,
  place: Pick<Building, 'side' | 'x' | 'z'>,
): Building {
  const isHouse = style === 'house';
  const isOffice = style === 'office';
  const materials: readonly FacadeLook['material'][] = isOffice
    ? ['panels', 'curtain', 'curtain']
    : style === 'apartments'
      ? ['plaster', 'plaster', 'brick', 'panels']
      : ['plaster', 'plaster', 'plaster', 'brick'];
  const material = pick(random, materials);
  const palette = material === 'brick' ? BRICK : isOffice ? CONCRETE : PLASTER;
  const wall = jitter(pick(random, palette), random, 0.08);
  const light: Color = mix(wall, [0.97, 0.96, 0.93], 0.72);
  const dark: Color = mix(wall, [0.25, 0.26, 0.28], 0.7);
  const floorHeight = random.uniform(2.9, 3.4);
  const hasShop = !isHouse && random.chance(style === 'office' ? 0.35 : 0.55);
  const groundHeight = hasShop ? random.uniform(3.6, 4.2) : floorHeight;
  const range: readonly [number, number] = isHouse
    ? [1, 2]
    : style === 'old town'
      ? [2, 4]
      : [3, 6];
  const floors = range[0] + random.integer(range[1] - range[0] + 1);
  const roof = isOffice
    ? 'flat'
    : isHouse || style === 'old town'
      ? 'pitched'
      : pick(random, ['flat', 'mansard', 'pitched'] as const);
  return {
    ...place,
    height: groundHeight + (floors - (isHouse ? 1 : 0)) * floorHeight + 0.7,
    depth: isHouse ? 9 : 13,
    roof,
    roofColor: jitter(pick(random, TILES), random, 0.1),
    awning: hasShop && random.chance(0.45) ? pick(random, SIGNS) : null,
    look: {
      wall,
      trim: material === 'curtain' || random.chance(0.12) ? dark : light,
      glass: jitter(isOffice ? [0.4, 0.52, 0.62] : [0.27, 0.33, 0.4], random, 0.2),
      material,
      floorHeight,
      groundHeight,
      bay: material === 'curtain' ? random.uniform(1.5, 2.2) : random.uniform(2.3, 3.3),
      windowWidth: random.uniform(1.05, 1.45),
      windowHeight: random.uniform(1.35, 1.75),
      hasShop,
      sign: pick(random, SIGNS),
      hasBalconies: style === 'apartments' && random.chance(0.4),
      shutters:
        !isOffice && material !== 'panels' && random.chance(0.22) ? pick(random, SHUTTERS) : null,
      seed: random.integer(1 << 20),
    },
  };
}
