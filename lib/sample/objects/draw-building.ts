/** Draws a building: a front, an end wall, a roof, sometimes an awning. */
import type { Color } from '../raster/color.js';
import { stuff } from '../raster/canvas.js';
import { pulse } from '../raster/noise.js';
import type { Vec3 } from '../view/camera.js';
import { fillFace } from '../view/face.js';
import type { Painter, Texture } from '../view/painter.js';
import type { Building } from './building.js';
import { facadeTexture } from './facade.js';

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
  if (building.awning !== null) {
    drawAwning(painter, building, building.awning);
  }
}

/** Rows of roof tiles. */
function tiles(color: Color): Texture {
  return (_u, v, _fu, fv, out) => {
    const row = v - Math.floor(v / 0.35) * 0.35;
    const tone = 1 - 0.22 * pulse(0, 0.08, row, fv) + 0.04 * Math.sin(v * 3);
    for (let i = 0; i < 3; i++) {
      out[i] = color[i] * tone;
    }
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
    for (let i = 0; i < 3; i++) {
      pixel[i] = 0.93 + (color[i] - 0.93) * stripe;
    }
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
