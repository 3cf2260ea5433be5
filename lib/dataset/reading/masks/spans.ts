/** Painting by rows: shapes are drawn as spans, and a painter clips them to its label map. */
import type { LabelMap } from '../../pixels.js';

/** Paints the pixels `first` to `last`, both included, of a row; all may lie outside of the image. */
export type PaintSpan = (row: number, first: number, last: number) => void;

/** Gives spans a value in a label map. */
export function spanPainter({ height, width, data }: LabelMap, value: number): PaintSpan {
  return (row, first, last) => {
    const [start, end] = [Math.max(0, first), Math.min(width - 1, last)];
    if (row >= 0 && row < height && start <= end) {
      data.fill(value, row * width + start, row * width + end + 1);
    }
  };
}
