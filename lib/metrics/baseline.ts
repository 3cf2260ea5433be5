/**
 * Predictions made without looking at the image: the bar that a trained network has to clear.
 */
import { ConfigError, DataError, ShapeError } from '../errors.js';
import { ConfusionMatrix, isClass, type LabelValues } from './confusion-matrix.js';

/** The index of the largest number; the first of equal ones. */
function argMax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if (values[i] > values[best]) {
      best = i;
    }
  }
  return best;
}

/** Adds the pixels of each class in a label map to `counts`, `[classes]`. */
export function addClassCounts(counts: Float64Array, label: LabelValues, ignore = 255): void {
  for (let i = 0; i < label.length; i++) {
    const value = label[i];
    if (value === ignore) {
      continue;
    }
    if (!isClass(value, counts.length)) {
      throw new DataError(
        `addClassCounts: expected labels 0 to ${counts.length - 1} or ${ignore} (ignore), ` +
          `got ${value} at pixel ${i}`,
      );
    }
    counts[value]++;
  }
}

/**
 * The confusion matrix of predicting one class everywhere: the most frequent one of the training
 * labels.
 *
 * @param training - pixels per class in the training labels, `[classes]`
 * @param evaluation - pixels per class in the labels of the evaluation, `[classes]`
 * @throws {@link ShapeError} if the two differ in length
 *
 * @example
 * scores(mostFrequentClassBaseline([9, 1], [6, 4])).iou; // [6 / 10, 0]
 */
export function mostFrequentClassBaseline(
  training: ArrayLike<number>,
  evaluation: ArrayLike<number>,
): ConfusionMatrix {
  if (training.length !== evaluation.length) {
    throw new ShapeError(
      `mostFrequentClassBaseline: expected counts of ${training.length} classes, ` +
        `got ${evaluation.length}`,
    );
  }
  const matrix = new ConfusionMatrix(training.length);
  const prediction = argMax(training);
  for (let label = 0; label < evaluation.length; label++) {
    matrix.counts[label * matrix.classes + prediction] = evaluation[label];
  }
  return matrix;
}

/**
 * Predicts, at each place of the image, the class that is most frequent there in the training labels.
 *
 * A stronger baseline than one class everywhere: in street scenes it knows that the sky is above
 * and the road below. Places are the cells of a grid over the image, whatever its size.
 */
export class PositionBaseline {
  private readonly classes: number;
  private readonly rows: number;
  private readonly columns: number;
  /** Pixels per cell and class, `[rows, columns, classes]`. */
  private readonly counts: Float64Array;

  /**
   * @param grid - rows and columns of the grid; with the size of the label maps, one cell per pixel
   * @throws {@link ConfigError} if a number is not whole or not above 0
   */
  constructor(
    classes: number,
    grid: { readonly rows: number; readonly columns: number } = { rows: 64, columns: 64 },
  ) {
    const { rows, columns } = grid;
    if (![classes, rows, columns].every((value) => Number.isInteger(value) && value > 0)) {
      throw new ConfigError(
        'PositionBaseline: expected numbers of classes, rows and columns that are whole and above 0, ' +
          `got ${classes}, ${rows}, ${columns}`,
      );
    }
    this.classes = classes;
    this.rows = rows;
    this.columns = columns;
    this.counts = new Float64Array(rows * columns * classes);
  }

  /**
   * Counts the labels of one training image.
   *
   * @param label - `[height, width]`
   * @throws {@link ShapeError} if the label map does not have height · width pixels
   * @throws {@link DataError} if a label is neither a class nor `ignore`
   */
  add(label: LabelValues, height: number, width: number, ignore = 255): void {
    if (label.length !== height * width) {
      throw new ShapeError(
        `PositionBaseline: expected ${height} x ${width} labels, got ${label.length}`,
      );
    }
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const value = label[y * width + x];
        if (value === ignore) {
          continue;
        }
        if (!isClass(value, this.classes)) {
          throw new DataError(
            `PositionBaseline: expected labels 0 to ${this.classes - 1} or ${ignore} (ignore), ` +
              `got ${value} at row ${y}, column ${x}`,
          );
        }
        this.counts[this.cell(y, x, height, width) * this.classes + value]++;
      }
    }
  }

  /**
   * The prediction for an image of that size, `[height, width]`. A cell without labels gets the
   * class that is most frequent over all cells.
   */
  predict(height: number, width: number): Int32Array {
    const overall = new Float64Array(this.classes);
    this.counts.forEach((count, i) => (overall[i % this.classes] += count));
    const fallback = argMax(overall);
    const classOf = Int32Array.from({ length: this.rows * this.columns }, (_, cell) => {
      const counts = this.counts.subarray(cell * this.classes, (cell + 1) * this.classes);
      const best = argMax(counts);
      return counts[best] > 0 ? best : fallback;
    });
    const prediction = new Int32Array(height * width);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        prediction[y * width + x] = classOf[this.cell(y, x, height, width)];
      }
    }
    return prediction;
  }

  /** The grid cell of a pixel. */
  private cell(y: number, x: number, height: number, width: number): number {
    const row = Math.floor((y * this.rows) / height);
    const column = Math.floor((x * this.columns) / width);
    return row * this.columns + column;
  }
}
