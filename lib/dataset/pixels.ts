/** Images and label maps in memory, as typed arrays. */
import type { Size } from '../size.js';

/** An image, `[height, width, 3]`, red, green, blue from 0 to 255. */
export interface RgbImage extends Size {
  readonly data: Uint8Array;
}

/** A label map, `[height, width]`: values as in the file, or train ids. */
export interface LabelMap extends Size {
  readonly data: Uint8Array;
  /** The colours of a palette PNG as its file has them: red, green and blue of each value. */
  readonly palette?: Uint8Array | undefined;
}

/** An image with its train ids, of the same size. */
export interface LabelledImage {
  readonly image: RgbImage;
  /** Undefined where the sample has no label map. */
  readonly labels: LabelMap | undefined;
}
