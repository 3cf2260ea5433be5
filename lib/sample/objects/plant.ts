/** What the scene knows about a tree or a bush. */
import type { SurfaceKind } from '../kinds.js';
import type { Color } from '../raster/color.js';

/** A tree or a bush; measures in metres. */
export interface Plant {
  readonly type: 'plant';
  readonly kind: Extract<SurfaceKind, 'tree' | 'bush'>;
  readonly x: number;
  readonly z: number;
  /** Height of the ground it grows from. */
  readonly ground: number;
  readonly shape: 'round' | 'oval' | 'slim' | 'conifer' | 'bush';
  readonly height: number;
  /** Half the width of the crown. */
  readonly spread: number;
  /** Where the crown begins. */
  readonly trunk: number;
  readonly leaf: Color;
  readonly bark: Color;
  readonly seed: number;
}
