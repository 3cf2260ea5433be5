/**
 * What a pixel of a rendered street scene can belong to.
 *
 * These are the words of the scene, finer than any one dataset. A layout writer (Cityscapes, later
 * others) translates them into the class ids of its dataset, so the scene knows nothing of them.
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
