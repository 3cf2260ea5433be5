/** A canvas that can do what plotly asks of one for heat maps: filled rectangles and raw pixels. */
import { encode } from 'fast-png';

/** Raw pixels, as DOM's `ImageData`. */
export interface PixelData {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** The part of DOM's `CanvasRenderingContext2D` that is needed. */
export class PixelContext {
  fillStyle = '#000000';

  constructor(private readonly pixels: PixelData) {}

  createImageData(width: number, height: number): PixelData {
    return emptyPixels(width, height);
  }

  getImageData(x: number, y: number, width: number, height: number): PixelData {
    const part = emptyPixels(width, height);
    copyPixels(this.pixels, part, -x, -y);
    return part;
  }

  putImageData(image: PixelData, x: number, y: number): void {
    copyPixels(image, this.pixels, x, y);
  }

  /** Fills a rectangle, pixels of which more than half are covered; without blending. */
  fillRect(x: number, y: number, width: number, height: number): void {
    const color = parseColor(this.fillStyle);
    const { data, width: columns, height: rows } = this.pixels;
    const [left, right] = range(x, x + width, columns);
    const [top, bottom] = range(y, y + height, rows);
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        data.set(color, (row * columns + column) * 4);
      }
    }
  }

  clearRect(x: number, y: number, width: number, height: number): void {
    const before = this.fillStyle;
    this.fillStyle = 'rgba(0,0,0,0)';
    this.fillRect(x, y, width, height);
    this.fillStyle = before;
  }
}

/** Pixels that are all transparent. */
export function emptyPixels(width: number, height: number): PixelData {
  const columns = Math.max(0, Math.round(width));
  const rows = Math.max(0, Math.round(height));
  return { width: columns, height: rows, data: new Uint8ClampedArray(columns * rows * 4) };
}

/** Pixels as a PNG in a `data:` address. */
export function pixelsToDataUrl({ width, height, data }: PixelData): string {
  const bytes = encode({ width, height, data: new Uint8Array(data.buffer), channels: 4, depth: 8 });
  return `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
}

function copyPixels(from: PixelData, to: PixelData, x: number, y: number): void {
  for (let row = 0; row < from.height; row++) {
    for (let column = 0; column < from.width; column++) {
      const [u, v] = [column + x, row + y];
      if (u >= 0 && u < to.width && v >= 0 && v < to.height) {
        const at = (row * from.width + column) * 4;
        to.data.set(from.data.subarray(at, at + 4), (v * to.width + u) * 4);
      }
    }
  }
}

/** The pixels between two ends, which may stand in either order. */
function range(a: number, b: number, size: number): [number, number] {
  const clamp = (value: number) => Math.min(size, Math.max(0, Math.round(value)));
  return [clamp(Math.min(a, b)), clamp(Math.max(a, b))];
}

function parseColor(color: string): [number, number, number, number] {
  const numbers = /^rgba?\(([^)]*)\)/.exec(color)?.[1].split(',').map(Number);
  if (numbers !== undefined) {
    const [red, green, blue, opacity = 1] = numbers;
    return [red, green, blue, Math.round(opacity * 255)];
  }
  const hex = /^#([0-9a-f]{6})/i.exec(color)?.[1] ?? '000000';
  const value = Number.parseInt(hex, 16);
  return [value >> 16, (value >> 8) & 255, value & 255, 255];
}
