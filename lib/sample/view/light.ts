/** Daylight: how bright a surface is, by the way it faces, and how haze hides what is far away. */
import type { Color } from '../raster/color.js';
import type { Vec3 } from './camera.js';

/** The light of one scene. */
export interface Light {
  /** Unit vector towards the sun. */
  readonly sun: Vec3;
  /** Colour and strength of direct sun on a surface that faces it. */
  readonly sunColor: Color;
  /** Colour and strength of the light from the sky on a surface that faces up. */
  readonly skyColor: Color;
  /** Colour that far things fade to. */
  readonly haze: Color;
  /** Distance over which about 63% of the colour is lost, metres. */
  readonly hazeDistance: number;
  /** Colours of the sky overhead and near the horizon. */
  readonly zenith: Color;
  readonly horizon: Color;
  /** Share of the sky under cloud, 0..1. */
  readonly clouds: number;
  /** Brightness of the finished picture. */
  readonly exposure: number;
}

/** Light falling on a surface; `sunlit` is 0 in full shadow and 1 in the open. */
export function lightOn(light: Light, normal: Vec3, sunlit: number): Color {
  const facing = normal[0] * light.sun[0] + normal[1] * light.sun[1] + normal[2] * light.sun[2];
  const direct = Math.max(0, facing) * sunlit;
  const sky = 0.78 + 0.22 * normal[1];
  return [
    light.skyColor[0] * sky + light.sunColor[0] * direct,
    light.skyColor[1] * sky + light.sunColor[1] * direct,
    light.skyColor[2] * sky + light.sunColor[2] * direct,
  ];
}

/** The share of a surface's own colour that haze leaves at a distance. */
export function clarity(light: Light, distance: number): number {
  return Math.exp(-distance / light.hazeDistance);
}
