/** From what a rendered pixel shows to the label ids of Cityscapes. */
import { CITYSCAPES_LABELS } from '../dataset/cityscapes/labels.js';
import type { SurfaceKind } from './kinds.js';
import type { Rendering } from './render.js';

/** The Cityscapes label of each kind of surface, by name. */
const LABEL_OF: Record<SurfaceKind, string> = {
  nothing: 'unlabeled',
  sky: 'sky',
  road: 'road',
  pavement: 'sidewalk',
  parking: 'parking',
  'rail track': 'rail track',
  grass: 'terrain',
  building: 'building',
  bridge: 'bridge',
  wall: 'wall',
  fence: 'fence',
  'guard rail': 'guard rail',
  tree: 'vegetation',
  bush: 'vegetation',
  hill: 'vegetation',
  pole: 'pole',
  'street lamp': 'pole',
  'traffic light': 'traffic light',
  'traffic sign': 'traffic sign',
  person: 'person',
  rider: 'rider',
  car: 'car',
  van: 'car',
  truck: 'truck',
  bus: 'bus',
  tram: 'train',
  motorcycle: 'motorcycle',
  bicycle: 'bicycle',
  trailer: 'trailer',
  'street furniture': 'static',
  'movable object': 'dynamic',
  animal: 'dynamic',
  'own car': 'ego vehicle',
  'image border': 'out of roi',
};

const BY_NAME = new Map(CITYSCAPES_LABELS.map((label) => [label.name, label]));
const BY_ID = new Map(CITYSCAPES_LABELS.map((label) => [label.labelId, label]));

/** The label maps of one rendering, each `[height, width]`; colour is `[height, width, 3]`. */
export interface CityscapesMaps {
  /** Official label ids, 0 to 33. */
  readonly labelIds: Uint8Array;
  /** Train ids, 0 to 18, and 255 where pixels are ignored. */
  readonly labelTrainIds: Uint8Array;
  /** The label id, or `label id * 1000 + number` for things that are counted. */
  readonly instanceIds: Uint16Array;
  /** Official colours, red, green, blue. */
  readonly color: Uint8Array;
}

/** The official label id, 0 to 33, of a kind of surface. */
export function cityscapesLabelId(kind: SurfaceKind): number {
  return BY_NAME.get(LABEL_OF[kind])?.labelId ?? 0;
}

/** The label maps of a rendering, as in Cityscapes. */
export function cityscapesMaps(rendering: Rendering): CityscapesMaps {
  const numbers = new Map<number, number>();
  const entries = rendering.surfaces.map(({ kind, instance }) => {
    const label = BY_ID.get(cityscapesLabelId(kind));
    const labelId = label?.labelId ?? 0;
    let instanceId = labelId;
    if (label?.hasInstances === true && instance > 0) {
      const number = numbers.get(labelId) ?? 0;
      numbers.set(labelId, number + 1);
      instanceId = labelId * 1000 + number;
    }
    return {
      labelId,
      instanceId,
      trainId: label?.trainId ?? 255,
      color: label?.color ?? [0, 0, 0],
    };
  });
  const size = rendering.surface.length;
  const labelIds = new Uint8Array(size);
  const labelTrainIds = new Uint8Array(size);
  const instanceIds = new Uint16Array(size);
  const color = new Uint8Array(size * 3);
  for (let i = 0; i < size; i++) {
    const entry = entries[rendering.surface[i]];
    labelIds[i] = entry.labelId;
    labelTrainIds[i] = entry.trainId;
    instanceIds[i] = entry.instanceId;
    color[3 * i] = entry.color[0];
    color[3 * i + 1] = entry.color[1];
    color[3 * i + 2] = entry.color[2];
  }
  return { labelIds, labelTrainIds, instanceIds, color };
}
