/** From what a rendered pixel shows to the label values of PASCAL VOC 2012. */
import { VOC_CLASSES, VOC_VOID } from '../dataset/voc/classes.js';
import type { SurfaceKind } from './kinds.js';
import type { Rendering } from './render.js';

/** The classes that the scenes show; everything that is not listed is background. */
const CLASS_OF: Partial<Record<SurfaceKind, string>> = {
  person: 'person',
  rider: 'person',
  car: 'car',
  van: 'car',
  bus: 'bus',
  tram: 'train',
  motorcycle: 'motorbike',
  bicycle: 'bicycle',
  animal: 'dog',
};

/** What an annotator of VOC would leave unclassified. */
const VOID_KINDS: readonly SurfaceKind[] = ['nothing', 'own car', 'image border'];

/** The width of the void border around objects, as a share of the longer side: 5 of 500 pixels. */
const BORDER = 0.01;

/** The label value of a kind of surface: 0 for the background, 1 to 20, or 255 for void. */
export function vocLabelValue(kind: SurfaceKind): number {
  if (VOID_KINDS.includes(kind)) {
    return VOC_VOID;
  }
  return VOC_CLASSES.find(({ name }) => name === CLASS_OF[kind])?.trainId ?? 0;
}

/**
 * The label map of a rendering as in VOC, `[height, width]`: each object with a border of void around
 * it, half inside and half outside, also where it touches another of its class.
 */
export function vocLabels(rendering: Rendering): Uint8Array {
  const { width, height, surface, surfaces } = rendering;
  const values = surfaces.map(({ kind }) => vocLabelValue(kind));
  // Everything that is not an object is one thing, however many surfaces it has.
  const things = values.map((value, index) => (value === 0 || value === VOC_VOID ? -1 : index));
  const labels = Uint8Array.from(surface, (index) => values[index]);
  const isEdge = new Uint8Array(labels.length);
  const compare = (at: number, other: number): void => {
    if (things[surface[at]] === things[surface[other]]) {
      return;
    }
    isEdge[at] = 1;
    isEdge[other] = 1;
  };
  for (let at = 0; at < labels.length; at++) {
    if ((at + 1) % width !== 0) {
      compare(at, at + 1);
    }
    if (at + width < labels.length) {
      compare(at, at + width);
    }
  }
  // The two pixels at an edge, and `reach` more on both sides of them.
  const reach = Math.max(0, Math.round((BORDER * Math.max(width, height)) / 2) - 1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (isEdge[y * width + x] === 0) {
        continue;
      }
      for (let dy = -reach; dy <= reach; dy++) {
        for (let dx = -reach; dx <= reach; dx++) {
          const [row, column] = [y + dy, x + dx];
          if (dx * dx + dy * dy > reach * reach + 1) {
            continue;
          }
          if (row < 0 || row >= height || column < 0 || column >= width) {
            continue;
          }
          labels[row * width + column] = VOC_VOID;
        }
      }
    }
  }
  return labels;
}
