/** The photograph that comes with this package. */
import { fileURLToPath } from 'node:url';

/** A photograph with what must be said of it where it is shown. */
export interface Photograph {
  /** The path of its file, for `readImageFile` and `network.predict`. */
  readonly file: string;
  /** What it shows. */
  readonly title: string;
  readonly author: string;
  /** The licence, as SPDX names it. */
  readonly licence: string;
}

/**
 * A real photograph, 451 × 300 pixels: a cat, which is a class of PASCAL VOC and COCO.
 *
 * Source: `skimage.data.chelsea` of scikit-image; `data/photograph` says more.
 */
export const PHOTOGRAPH: Photograph = {
  file: fileURLToPath(new URL('../../data/photograph/chelsea.jpg', import.meta.url)),
  title: 'Chelsea the cat',
  author: 'Stefan van der Walt',
  licence: 'CC0-1.0',
};
