/** What the scene knows about a car. */
import type { Color } from '../raster/color.js';
import type { Placement } from '../view/solid.js';

/** The body shapes. */
export type CarShape = 'hatchback' | 'saloon' | 'estate' | 'off-road' | 'van';

/** A car or a van; measures in metres. */
export interface Car extends Placement {
  readonly type: 'car';
  readonly shape: CarShape;
  readonly paint: Color;
  readonly length: number;
  readonly width: number;
  readonly height: number;
  readonly isBraking: boolean;
}
