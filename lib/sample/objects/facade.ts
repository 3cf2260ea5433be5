/** The look of house fronts: walls, windows, shops, balconies; a function of the place on the wall. */
import type { Color } from '../raster/color.js';
import { hash, pulse, valueNoise } from '../raster/noise.js';
import type { Texture } from '../view/painter.js';

/** How a front looks. Lengths in metres. */
export interface FacadeLook {
  readonly wall: Color;
  readonly trim: Color;
  readonly glass: Color;
  readonly material: 'plaster' | 'brick' | 'panels' | 'curtain';
  readonly floorHeight: number;
  readonly groundHeight: number;
  readonly bay: number;
  readonly windowWidth: number;
  readonly windowHeight: number;
  readonly hasShop: boolean;
  readonly sign: Color;
  readonly hasBalconies: boolean;
  readonly shutters: Color | null;
  readonly seed: number;
}

/** Mixes `color · factor` into `out` by `amount`. */
function blend(out: Float64Array, color: Color, amount: number, factor = 1): void {
  if (amount <= 0) {
    return;
  }
  for (let i = 0; i < 3; i++) {
    out[i] += (color[i] * factor - out[i]) * amount;
  }
}

/** The texture of a front `length` wide and `height` tall; u along the wall, v up. */
export function facadeTexture(look: FacadeLook, length: number, height: number): Texture {
  const margin = 0.5;
  const bays = Math.max(1, Math.round((length - 2 * margin) / look.bay));
  const bay = (length - 2 * margin) / bays;
  const floors = Math.max(0, Math.floor((height - look.groundHeight - 0.4) / look.floorHeight));
  return (u, v, fu, fv, out) => {
    paintWall(look, u, v, fu, fv, out);
    out[3] = 1;
    const column = Math.min(bays - 1, Math.max(0, Math.floor((u - margin) / bay)));
    const across = u - margin - (column + 0.5) * bay;
    if (v < look.groundHeight) {
      if (look.hasShop) {
        paintShop(look, across, v, bay, column, fu, fv, out);
      } else {
        paintGroundFloor(look, across, v, column, fu, fv, out);
      }
    } else {
      const floor = Math.floor((v - look.groundHeight) / look.floorHeight);
      const up = v - look.groundHeight - floor * look.floorHeight;
      if (floor < floors) {
        if (look.material === 'curtain') {
          paintCurtain(look, across, up, bay, column, floor, fu, fv, out);
        } else {
          paintWindow(look, across, up, column, floor, fu, fv, out);
        }
      }
    }
    blend(out, look.trim, pulse(height - 0.45, height + 1, v, fv));
    blend(out, look.trim, 0.5 * pulse(height - 0.7, height - 0.45, v, fv), 0.55);
    blend(out, look.trim, 0.8 * pulse(look.groundHeight - 0.12, look.groundHeight + 0.14, v, fv));
    // Dirt and bounced dark at the foot of the wall.
    const foot = Math.exp(-Math.max(0, v) / 0.7) * 0.25;
    for (let i = 0; i < 3; i++) {
      out[i] *= 1 - foot;
    }
  };
}

function paintWall(
  look: FacadeLook,
  u: number,
  v: number,
  fu: number,
  fv: number,
  out: Float64Array,
): void {
  let tone = 0.97 + 0.07 * valueNoise(u * 0.6, v * 0.5, look.seed);
  if (look.material === 'brick') {
    const row = Math.floor(v / 0.22);
    const shifted = u + (row % 2) * 0.24;
    const near = Math.max(0, 1 - Math.max(fu, fv) / 0.14);
    const dx = shifted - Math.floor(shifted / 0.48) * 0.48;
    const dy = v - row * 0.22;
    const mortar = Math.max(pulse(0, 0.04, dx, fu), pulse(0, 0.04, dy, fv));
    tone *=
      1 + near * ((hash(Math.floor(shifted / 0.48), row, look.seed) - 0.5) * 0.22 + mortar * 0.16);
  } else if (look.material === 'panels') {
    const joint = Math.max(
      pulse(0, 0.06, u - Math.floor(u / look.bay) * look.bay, fu),
      pulse(0, 0.06, v - Math.floor(v / look.floorHeight) * look.floorHeight, fv),
    );
    tone *= 1 - 0.18 * joint;
  }
  for (let i = 0; i < 3; i++) {
    out[i] = look.wall[i] * tone;
  }
}

/** Glass that mirrors more sky towards its top; some panes have curtains, a few are lit. */
function paintGlass(
  look: FacadeLook,
  amount: number,
  rise: number,
  column: number,
  floor: number,
  out: Float64Array,
): void {
  if (amount <= 0) {
    return;
  }
  const chance = hash(column, floor, look.seed + 5);
  const mirror = 0.55 + 0.75 * Math.min(1, Math.max(0, rise)) * (0.5 + chance);
  if (chance < 0.07) {
    blend(out, [0.98, 0.84, 0.55], amount, 0.95);
  } else {
    blend(out, look.glass, amount, mirror);
  }
  const curtain = hash(column, floor, look.seed + 6);
  if (curtain > 0.55) {
    blend(out, [0.9, 0.89, 0.85], amount * 0.55 * (rise > 1.15 - curtain ? 1 : 0));
  }
}

function paintWindow(
  look: FacadeLook,
  across: number,
  up: number,
  column: number,
  floor: number,
  fu: number,
  fv: number,
  out: Float64Array,
): void {
  const half = look.windowWidth / 2;
  const isDoor = look.hasBalconies && hash(column, 0, look.seed + 2) < 0.5;
  const sill = isDoor ? 0.15 : 0.85;
  const top = 0.85 + look.windowHeight;
  if (look.shutters !== null) {
    const wings = pulse(-half * 1.9, half * 1.9, across, fu) * pulse(sill, top, up, fv);
    blend(out, look.shutters, wings, 0.92 + 0.16 * pulse(0, 0.06, up % 0.14, fv));
  }
  const frame =
    pulse(-half - 0.13, half + 0.13, across, fu) * pulse(sill - 0.1, top + 0.15, up, fv);
  blend(out, look.trim, frame);
  const glass = pulse(-half, half, across, fu) * pulse(sill, top, up, fv);
  paintGlass(look, glass, (up - sill) / (top - sill), column, floor, out);
  const bars = Math.max(pulse(-0.035, 0.035, across, fu), pulse(top - 0.5, top - 0.43, up, fv));
  blend(out, look.trim, glass * bars * 0.9);
  const shade = pulse(-half, half, across, fu) * pulse(top - 0.12, top, up, fv);
  blend(out, [0.08, 0.08, 0.1], shade * 0.5);
  if (isDoor) {
    const rail = pulse(-half - 0.6, half + 0.6, across, fu) * pulse(0.05, 1.0, up, fv);
    const offset = across - Math.floor(across / 0.16) * 0.16;
    const bar = Math.max(pulse(0, 0.05, offset, fu), pulse(0.92, 1.0, up, fv));
    blend(out, [0.16, 0.17, 0.19], rail * bar * 0.85);
    const slab = pulse(-half - 0.7, half + 0.7, across, fu) * pulse(-0.05, 0.1, up, fv);
    blend(out, look.trim, slab, 0.85);
  } else {
    const ledge =
      pulse(-half - 0.2, half + 0.2, across, fu) * pulse(sill - 0.16, sill - 0.06, up, fv);
    blend(out, look.trim, ledge, 1.05);
    const under =
      pulse(-half - 0.2, half + 0.2, across, fu) * pulse(sill - 0.26, sill - 0.16, up, fv);
    blend(out, look.wall, under, 0.72);
  }
}

/** Office fronts: bands of glass between thin frames. */
function paintCurtain(
  look: FacadeLook,
  across: number,
  up: number,
  bay: number,
  column: number,
  floor: number,
  fu: number,
  fv: number,
  out: Float64Array,
): void {
  const half = bay / 2 - 0.07;
  const glass = pulse(-half, half, across, fu) * pulse(0.75, look.floorHeight - 0.12, up, fv);
  const rise = (up - 0.75) / (look.floorHeight - 0.9);
  paintGlass(look, glass, 0.4 + 0.6 * rise, column, floor, out);
  blend(out, look.trim, glass * pulse(-0.03, 0.03, across, fu) * 0.8);
}

function paintGroundFloor(
  look: FacadeLook,
  across: number,
  v: number,
  column: number,
  fu: number,
  fv: number,
  out: Float64Array,
): void {
  blend(out, look.trim, 0.6 * pulse(-1, 0.55, v, fv), 0.75);
  const isDoor = hash(column, 77, look.seed) < 0.25;
  const half = isDoor ? 0.6 : look.windowWidth / 2;
  const [low, high] = isDoor ? [0, 2.45] : [1.05, 1.05 + look.windowHeight];
  const frame = pulse(-half - 0.14, half + 0.14, across, fu) * pulse(low - 0.1, high + 0.15, v, fv);
  blend(out, look.trim, frame);
  const inside = pulse(-half, half, across, fu) * pulse(low, high, v, fv);
  if (isDoor) {
    blend(out, look.sign, inside, 0.7);
    blend(out, look.glass, inside * pulse(1.75, 2.3, v, fv), 0.8);
    blend(out, [0.05, 0.05, 0.05], inside * pulse(-0.02, 0.02, across, fu) * 0.5);
  } else {
    paintGlass(look, inside, (v - low) / (high - low), column, -1, out);
    blend(out, look.trim, inside * pulse(-0.035, 0.035, across, fu) * 0.9);
  }
}

function paintShop(
  look: FacadeLook,
  across: number,
  v: number,
  bay: number,
  column: number,
  fu: number,
  fv: number,
  out: Float64Array,
): void {
  const half = bay / 2 - 0.16;
  const top = look.groundHeight - 1.0;
  const isDoor = hash(column, 78, look.seed) < 0.3;
  blend(out, look.sign, pulse(-9, top + 0.05, v, fv) * 0.55, 0.4);
  const glass = pulse(-half, half, across, fu) * pulse(isDoor ? 0.05 : 0.5, top, v, fv);
  blend(out, look.glass, glass, 0.5 + 0.35 * (v / top));
  // Goods behind the pane, in the shop's own light.
  const goods = hash(Math.floor(across / 0.35) + column * 31, Math.floor(v / 0.4), look.seed + 8);
  const display = pulse(-half + 0.15, half - 0.15, across, fu) * pulse(0.6, 1.5, v, fv);
  if (!isDoor && goods > 0.45) {
    blend(
      out,
      [0.55 + goods * 0.4, 0.5 + 0.4 * ((goods * 7) % 1), 0.35 + 0.5 * ((goods * 13) % 1)],
      display * 0.55,
    );
  }
  blend(out, look.trim, glass * pulse(-0.04, 0.04, across, fu), isDoor ? 0.9 : 0.5);
  const band = pulse(-9, 9, across, fu) * pulse(top + 0.12, look.groundHeight - 0.16, v, fv);
  blend(out, look.sign, band);
  // Lettering: uneven strokes in the middle of the band.
  const stroke = hash(Math.floor((across + column * bay) / 0.22), 3, look.seed + 11);
  const letters =
    pulse(top + 0.32, look.groundHeight - 0.36, v, fv) * (Math.abs(across) < half * 0.75 ? 1 : 0);
  if (column % 2 === 0) {
    blend(out, [0.97, 0.96, 0.92], letters * (stroke > 0.4 ? 0.85 : 0.1));
  }
}
