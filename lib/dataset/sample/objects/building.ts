/** Buildings along the street: a front, an end wall, a roof, sometimes an awning. */
import type { Random } from '../../../random.js';
import type { Color } from '../raster/color.js';
import { hex, jitter, mix, pick } from '../raster/color.js';
import { stuff } from '../raster/canvas.js';
import { pulse } from '../raster/noise.js';
import type { Vec3 } from '../view/camera.js';
import { fillFace } from '../view/face.js';
import type { Painter, Texture } from '../view/painter.js';
import type { FacadeLook } from './facade.js';
import { facadeTexture } from './facade.js';

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

/** Draws a building: end wall first, then the roof, the front and the awning. */
export function drawBuilding(painter: Painter, building: Building): void {
  const { side, x, z, height, depth, look } = building;
  const surface = stuff(painter.canvas, 'building');
  const back = x + side * depth;
  const [near, far] = z;
  /** Corners of a wall that looks at the street, seen from there. */
  const alongStreet = (at: number, low: number, high: number, set = 0, eaves = 0): Vec3[] => {
    const [a, b] = side < 0 ? [near - eaves, far + eaves] : [far + eaves, near - eaves];
    return [
      [at, low, a],
      [at, low, b],
      [at + side * set, high, b],
      [at + side * set, high, a],
    ];
  };
  const [left, right] = side < 0 ? [back, x] : [x, back];
  const rise = building.roof === 'pitched' ? Math.min(4.2, depth * 0.36) : 0;
  const gable: Vec3[] = [
    [left, 0, near],
    [right, 0, near],
    [right, height, near],
    ...(rise > 0 ? ([[(left + right) / 2, height + rise, near]] as Vec3[]) : []),
    [left, height, near],
  ];
  const gableLook = {
    ...look,
    hasShop: false,
    hasBalconies: false,
    shutters: null,
    bay: look.bay * 1.7,
  };
  fillFace(painter, {
    corners: gable,
    surface,
    look: facadeTexture(gableLook, depth, height + 0.5),
    sunlit: 'by place',
  });
  if (building.roof !== 'flat') {
    const top = building.roof === 'pitched' ? height + rise : height + 2.6;
    const set = building.roof === 'pitched' ? depth / 2 + 0.25 : 1.55;
    fillFace(painter, {
      corners: alongStreet(x - side * 0.25, height - 0.1, top, set, 0.2),
      surface,
      look: building.roof === 'mansard' ? dormers(building) : tiles(building.roofColor),
    });
  }
  fillFace(painter, {
    corners: alongStreet(x, 0, height),
    surface,
    look: facadeTexture(look, far - near, height),
    sunlit: 'by place',
  });
  if (building.awning !== null) drawAwning(painter, building, building.awning);
}

/** Rows of roof tiles. */
function tiles(color: Color): Texture {
  return (_u, v, _fu, fv, out) => {
    const row = v - Math.floor(v / 0.35) * 0.35;
    const tone = 1 - 0.22 * pulse(0, 0.08, row, fv) + 0.04 * Math.sin(v * 3);
    for (let i = 0; i < 3; i++) out[i] = color[i] * tone;
    out[3] = 1;
  };
}

/** A steep roof with a window in each bay. */
function dormers(building: Building): Texture {
  const base = tiles(building.roofColor);
  const { trim, glass, bay } = building.look;
  return (u, v, fu, fv, out) => {
    base(u, v, fu, fv, out);
    const across = u - (Math.floor(u / bay) + 0.5) * bay;
    const frame = pulse(-0.6, 0.6, across, fu) * pulse(0.45, 2.1, v, fv);
    const pane = pulse(-0.42, 0.42, across, fu) * pulse(0.6, 1.9, v, fv);
    for (let i = 0; i < 3; i++) {
      out[i] += (trim[i] * 0.95 - out[i]) * frame;
      out[i] += (glass[i] - out[i]) * pane;
    }
  };
}

function drawAwning(painter: Painter, building: Building, color: Color): void {
  const { side, x, z } = building;
  const [near, far] = [z[0] + 0.8, z[1] - 0.8];
  const out = x - side * 1.3;
  const striped: Texture = (u, _v, fu, _fv, pixel) => {
    const stripe = pulse(0, 0.35, u - Math.floor(u / 0.7) * 0.7, fu);
    for (let i = 0; i < 3; i++) pixel[i] = 0.93 + (color[i] - 0.93) * stripe;
    pixel[3] = 1;
  };
  const [a, b] = side < 0 ? [near, far] : [far, near];
  const surface = stuff(painter.canvas, 'building');
  const top = building.look.groundHeight - 0.95;
  fillFace(painter, {
    corners: [
      [out, top - 0.55, a],
      [out, top - 0.55, b],
      [x, top, b],
      [x, top, a],
    ],
    surface,
    look: striped,
  });
  fillFace(painter, {
    corners: [
      [out, top - 0.8, a],
      [out, top - 0.8, b],
      [out, top - 0.55, b],
      [out, top - 0.55, a],
    ],
    surface,
    look: striped,
    sunlit: 0.7,
  });
}
