/** Buses and trams: long boxes with bands of windows, doors, displays and lamps. */
import type { Color } from '../raster/color.js';
import { mix } from '../raster/color.js';
import { hash, pulse, valueNoise } from '../raster/noise.js';
import type { Texture } from '../view/painter.js';
import type { LocalFace, ProfilePoint } from '../view/solid.js';
import { band, endPanel, sidePanels, sides } from '../view/solid.js';
import type { LargeVehicle } from './large-vehicle.js';
import { glazing } from './paint.js';
import { wheelDiscs, wheelTreads } from './wheel.js';

/** The flank of a bus or tram: paint, stripe, windows, doors, joints. */
function coachFlank(vehicle: LargeVehicle, sill: number): Texture {
  const { paint, second, height, length, seed, kind } = vehicle;
  const [low, high] = [1.15 - sill, height - 0.62 - sill];
  const isTram = kind === 'tram';
  const pitch = isTram ? 1.55 : 1.45;
  return (u, v, fu, fv, out) => {
    const tone = 0.86 + 0.16 * Math.min(1, v / height) + 0.04 * valueNoise(u, v, seed);
    const stripe = isTram ? pulse(low - 0.12, high + 0.12, v, fv) : pulse(0.3, 0.62, v, fv);
    const cell = Math.floor(u / pitch);
    const across = u - cell * pitch;
    const isDoor = cell % 4 === 1;
    const pane = isDoor
      ? pulse(0.12, pitch - 0.12, across, fu) * pulse(0.1, high, v, fv)
      : pulse(0.05, pitch - 0.05, across, fu) * pulse(low, high, v, fv);
    const edge = Math.min(u, length - u) < 0.25 ? 0 : 1;
    const sky = Math.max(0, Math.min(1, (v - low) / (high - low)));
    const post = isDoor ? pulse(pitch / 2 - 0.04, pitch / 2 + 0.04, across, fu) : 0;
    const seat = 0.03 * hash(cell, 4, seed);
    const joint = isTram && Math.abs(u - length / 2) < 0.35 ? 0.55 : 0;
    for (let i = 0; i < 3; i++) {
      let value = paint[i] * tone;
      value += (second[i] * tone - value) * stripe;
      value += (0.12 + 0.05 * i * 0.5 + seat + 0.26 * sky - value) * pane * edge * (1 - post);
      value += (0.13 - value) * joint * (1 + 0.3 * Math.sin(u * 40));
      out[i] = value;
    }
    out[3] = 1;
  };
}

/** The faces of a bus or a tram. */
export function coachFaces(vehicle: LargeVehicle): LocalFace[] {
  const { length, height, paint, second, kind } = vehicle;
  const isTram = kind === 'tram';
  const half = vehicle.width / 2;
  const sill = isTram ? 0.28 : 0.34;
  const [rear, front] = [-length / 2, length / 2];
  const slope = isTram ? 0.75 : 0.18;
  const profile: ProfilePoint[] = [
    [rear + 0.1, sill],
    [rear, sill + 0.3],
    [rear, 1.25],
    [rear + slope, height - 0.2],
    [rear + slope + 0.2, height],
    [front - slope - 0.2, height],
    [front - slope, height - 0.2],
    [front, 1.25],
    [front, sill + 0.3],
    [front - 0.1, sill],
  ];
  const width = ([z]: ProfilePoint) =>
    half - (isTram ? 0.25 : 0.06) * Math.max(0, (Math.abs(z) / front) * 12 - 11);
  const glass = glazing(height - 1.6);
  // A bus has its windscreen in front only; a tram can be driven from both ends.
  const isWindscreen = (from: ProfilePoint, to: ProfilePoint) =>
    (from[1] === 1.25 || to[1] === 1.25) && from[1] + to[1] > 3.5 && (isTram || from[0] > 0);
  const faces: LocalFace[] = [];
  if (!isTram) {
    for (const z of [rear + 2.6, front - 2.4]) {
      faces.push(...wheelTreads(half - 0.05, z, 0.46));
    }
  }
  faces.push(
    ...band(profile, width, (from, to) => (isWindscreen(from, to) ? glass : paint)),
    ...sides(profile, width, coachFlank(vehicle, sill)),
    ...coachEnds(vehicle, half, rear, front, slope),
  );
  if (isTram) {
    faces.push(
      ...sidePanels(
        half + 0.01,
        [
          [rear + 0.2, 0.08],
          [front - 0.2, 0.08],
          [front - 0.2, 0.34],
          [rear + 0.2, 0.34],
        ],
        [0.13, 0.13, 0.15],
      ),
      endPanel(
        'rear',
        rear + 0.08,
        [-half + 0.25, half - 0.25],
        [0.1, sill + 0.04],
        [0.12, 0.12, 0.14],
      ),
      endPanel(
        'front',
        front - 0.08,
        [-half + 0.25, half - 0.25],
        [0.1, sill + 0.04],
        [0.12, 0.12, 0.14],
      ),
    );
    // The current collector on the roof.
    faces.push(endPanel('rear', 0, [-0.7, 0.7], [height + 0.75, height + 0.85], [0.2, 0.2, 0.22]));
    faces.push(endPanel('rear', 0, [-0.05, 0.05], [height, height + 0.8], [0.2, 0.2, 0.22]));
  } else {
    for (const z of [rear + 2.6, front - 2.4]) {
      faces.push(...wheelDiscs(half + 0.01, z, 0.46));
    }
    faces.push(
      ...sidePanels(
        half + 0.015,
        [
          [rear + 0.4, height - 0.42],
          [front - 0.4, height - 0.42],
          [front - 0.4, height - 0.2],
          [rear + 0.4, height - 0.2],
        ],
        mix(second, paint, 0.4),
      ),
    );
  }
  return faces;
}

/** Lamps, display and frames at both ends of a coach. */
function coachEnds(
  v: LargeVehicle,
  half: number,
  rear: number,
  front: number,
  slope: number,
): LocalFace[] {
  const [r, f] = [rear - 0.015, front + 0.015];
  const black: Color = [0.09, 0.09, 0.1];
  const red: Color = [0.72, 0.1, 0.08];
  const lamp: Color = [0.97, 0.97, 0.9];
  const amber: Color = [1, 0.72, 0.2];
  const top = v.height - 0.2;
  const inset = v.kind === 'tram' ? 0.35 : 0.14;
  const display = (end: 'rear' | 'front', z: number): LocalFace[] => [
    endPanel(end, z, [-half + 0.4, half - 0.4], [top - 0.42, top - 0.06], black),
    endPanel(
      end,
      z + (end === 'rear' ? -0.01 : 0.01),
      [-half + 0.6, half - 0.9],
      [top - 0.34, top - 0.14],
      amber,
      true,
    ),
  ];
  const isBus = v.kind === 'bus';
  const stern: LocalFace[] = isBus
    ? [
        endPanel('rear', r, [-half + 0.35, half - 0.35], [1.75, top - 0.5], glazing(top - 2.2)),
        ...[0.75, 0.9, 1.05, 1.2].map((y) =>
          endPanel('rear', r, [-0.7, 0.7], [y, y + 0.07], black),
        ),
        endPanel('rear', r - 0.01, [-0.27, 0.27], [0.45, 0.58], [0.93, 0.93, 0.9]),
      ]
    : [];
  const lampTop = isBus ? 1.45 : 1.12;
  return [
    endPanel('rear', r, [-half + 0.1, half - 0.1], [0.42, 0.62], black),
    ...stern,
    endPanel('rear', r, [-half + inset, -half + inset + 0.22], [0.72, lampTop], red),
    endPanel('rear', r, [half - inset - 0.22, half - inset], [0.72, lampTop], red),
    endPanel('front', f, [-half + 0.1, half - 0.1], [0.42, 0.6], black),
    endPanel('front', f, [-half + inset, -half + inset + 0.36], [0.68, 0.92], lamp, true),
    endPanel('front', f, [half - inset - 0.36, half - inset], [0.68, 0.92], lamp, true),
    ...display('rear', rear + slope * 0.55 - 0.2),
    ...display('front', front - slope * 0.55 + 0.2),
  ];
}
