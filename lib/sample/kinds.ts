/**
 * What a pixel of a rendered street scene can belong to.
 *
 * These are the words of the scene, finer than those of any one dataset. Each layout translates them
 * into the classes of its dataset, of which the scene knows nothing.
 */

/** Every kind of surface a scene can show. */
export const SURFACE_KINDS = [
  'nothing',
  'sky',
  'road',
  'pavement',
  'parking',
  'rail track',
  'grass',
  'building',
  'bridge',
  'wall',
  'fence',
  'guard rail',
  'tree',
  'bush',
  'hill',
  'pole',
  'street lamp',
  'traffic light',
  'traffic sign',
  'person',
  'rider',
  'car',
  'van',
  'truck',
  'bus',
  'tram',
  'motorcycle',
  'bicycle',
  'trailer',
  'street furniture',
  'movable object',
  'animal',
  'own car',
  'image border',
] as const;

/** One kind of surface. */
export type SurfaceKind = (typeof SURFACE_KINDS)[number];
