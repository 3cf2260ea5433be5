/** What the page and its worker tell each other, and what both read of the network. */
import type { Resolution } from '../../../dataset/reading/geometry.js';
import type { Size } from '../../../size.js';

/** A class of the network. */
export interface WebClass {
  readonly name: string;
  /** Red, green, blue from 0 to 255. */
  readonly color: readonly [number, number, number];
}

/** The content of `network.json`: what the page knows of the network besides its graph. */
export interface WebNetwork {
  readonly format: 'autodeeplab-web';
  readonly version: 1;
  readonly name: string;
  /** The dataset that it was trained on. */
  readonly dataset: string;
  readonly classes: readonly WebClass[];
  /** How large pictures are read, as in the training. */
  readonly resolution: Resolution;
  /** The size of the input, 32·k + 1 each; `any`: every such size. */
  readonly size: Size | 'any';
}

/** Pixels as a canvas gives them. */
export interface Pixels extends Size {
  /** Red, green, blue and alpha of each pixel. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** From the page to the worker. */
export interface PredictRequest {
  readonly id: number;
  readonly pixels: Pixels;
  /** The longer side of what is computed, in pixels, at most; absent: as in the training. */
  readonly longestSide: number | undefined;
}

/** What came of a picture. */
export interface Prediction {
  readonly id: number;
  /** The class of each pixel of the picture. */
  readonly labels: Uint8Array<ArrayBuffer>;
  /** The size at which it was computed. */
  readonly size: Size;
  /** From the pixels to the labels. */
  readonly milliseconds: number;
}

/** From the worker to the page. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'ready'; readonly network: WebNetwork; readonly backend: string }
  | ({ readonly kind: 'prediction' } & Prediction)
  | { readonly kind: 'error'; readonly id: number | undefined; readonly message: string };
