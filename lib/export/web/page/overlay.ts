/** The picture with the colours of the classes on it. */
import type { Size } from '../../../size.js';
import type { Pixels, WebClass } from './messages.js';

/** A label map of the picture that is shown. */
export interface ShownLabels extends Size {
  readonly data: Uint8Array;
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) {
    throw new Error('expected a browser that draws on a canvas; use a newer browser');
  }
  return context;
}

/** Two canvases of one size, one upon the other: the picture and the colours. */
export class Overlay {
  private readonly picture: CanvasRenderingContext2D;
  private readonly colours: CanvasRenderingContext2D;
  private labels: ShownLabels | undefined;
  private readonly hidden = new Set<number>();

  constructor(
    picture: HTMLCanvasElement,
    colours: HTMLCanvasElement,
    private readonly classes: readonly WebClass[],
  ) {
    this.picture = contextOf(picture);
    this.colours = contextOf(colours);
  }

  /** Draws a picture, without colours at first; returns its pixels. */
  show(
    source: ImageBitmap | HTMLVideoElement,
    { height, width }: Size,
    keepColours = false,
  ): Pixels {
    const { canvas } = this.picture;
    if (canvas.width !== width || canvas.height !== height) {
      for (const context of [this.picture, this.colours]) {
        context.canvas.width = width;
        context.canvas.height = height;
      }
      this.labels = undefined;
    }
    if (!keepColours) {
      this.labels = undefined;
      this.draw();
    }
    this.picture.clearRect(0, 0, width, height);
    this.picture.drawImage(source, 0, 0, width, height);
    const { data } = this.picture.getImageData(0, 0, width, height);
    return { height, width, data };
  }

  /** Colours the picture. */
  colour(labels: ShownLabels): void {
    this.labels = labels;
    this.draw();
  }

  /** Shows or hides a class. */
  setVisible(index: number, isVisible: boolean): void {
    if (isVisible) {
      this.hidden.delete(index);
    } else {
      this.hidden.add(index);
    }
    this.draw();
  }

  /** The class at a place of the picture, from 0 to 1 in both directions. */
  classAt(x: number, y: number): WebClass | undefined {
    if (this.labels === undefined) {
      return undefined;
    }
    const { data, height, width } = this.labels;
    const at = (share: number, length: number) =>
      Math.min(Math.max(Math.floor(share * length), 0), length - 1);
    return this.classes[data[at(y, height) * width + at(x, width)]];
  }

  /** Picture and colours in one PNG file. */
  file(opacity: number): Promise<Blob | null> {
    const { canvas } = this.picture;
    const joined = document.createElement('canvas');
    joined.width = canvas.width;
    joined.height = canvas.height;
    const context = contextOf(joined);
    context.drawImage(canvas, 0, 0);
    context.globalAlpha = opacity;
    context.drawImage(this.colours.canvas, 0, 0);
    return new Promise((resolve) => {
      joined.toBlob(resolve, 'image/png');
    });
  }

  private draw(): void {
    const { width, height } = this.colours.canvas;
    this.colours.clearRect(0, 0, width, height);
    if (this.labels === undefined) {
      return;
    }
    const image = this.colours.createImageData(width, height);
    const { data } = this.labels;
    for (let i = 0; i < data.length; i++) {
      const label = data[i];
      if (!this.hidden.has(label) && label < this.classes.length) {
        image.data.set(this.classes[label].color, 4 * i);
        image.data[4 * i + 3] = 255;
      }
    }
    this.colours.putImageData(image, 0, 0);
  }
}
