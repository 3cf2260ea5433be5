import { ConfigError, DataError, ShapeError } from '../errors.js';

/** A label map or a prediction as plain numbers, one per pixel. */
export type LabelValues = Int32Array | Uint8Array;

/** A confusion matrix as JSON: `counts[label][prediction]`. */
export interface ConfusionMatrixDocument {
  readonly classes: number;
  readonly counts: readonly (readonly number[])[];
}

/** Whether a value is a class: a whole number from 0, below the number of classes. */
export function isClass(value: number, classes: number): boolean {
  return value >>> 0 === value && value < classes; // NaN, fractions and negative numbers change by >>>
}

/** The most classes that a matrix may have; it bounds what a document can make us allocate. */
const MAX_CLASSES = 4096;

/**
 * Counts of pixels by label and prediction, over any number of images.
 *
 * Row = label, column = prediction. Counts are float64: exact up to 2^53 pixels. All scores follow
 * from it (see `scores`), over the whole set, not as a mean over images.
 *
 * @example
 * const matrix = new ConfusionMatrix(2);
 * matrix.add(Uint8Array.of(0, 1, 1), Uint8Array.of(0, 0, 255)); // the last pixel is ignored
 * matrix.count(0, 1); // 1
 */
export class ConfusionMatrix {
  /** The number of classes. */
  readonly classes: number;
  /** Row by row: `counts[label * classes + prediction]`. */
  readonly counts: Float64Array;

  /**
   * @param classes - from 1 to 4096
   * @throws {@link ConfigError} for another number
   */
  constructor(classes: number) {
    if (!Number.isInteger(classes) || classes < 1 || classes > MAX_CLASSES) {
      throw new ConfigError(
        `ConfusionMatrix: expected a number of classes from 1 to ${MAX_CLASSES}, got ${classes}`,
      );
    }
    this.classes = classes;
    this.counts = new Float64Array(classes * classes);
  }

  /**
   * Adds the pixels of one image.
   *
   * A pixel whose label is `ignore` is not counted, whatever is predicted there.
   *
   * @param prediction - a class per pixel
   * @param label - a class or `ignore` per pixel, in the same order
   * @param ignore - the label of pixels that do not count; 255 by default
   * @throws {@link ShapeError} if the two differ in length
   * @throws {@link DataError} if a value is not a class; nothing is added then
   */
  add(prediction: LabelValues, label: LabelValues, ignore = 255): void {
    if (prediction.length !== label.length) {
      throw new ShapeError(
        `ConfusionMatrix: expected a prediction for each of ${label.length} pixels, ` +
          `got ${prediction.length}; resize the prediction to the label map`,
      );
    }
    const { classes, counts } = this;
    const image = new Uint32Array(classes * classes);
    for (let i = 0; i < label.length; i++) {
      const row = label[i];
      if (row === ignore) {
        continue;
      }
      const column = prediction[i];
      if (!isClass(row, classes) || !isClass(column, classes)) {
        throw notAClass(i, row, column, classes, ignore);
      }
      image[row * classes + column]++;
    }
    for (let i = 0; i < counts.length; i++) {
      counts[i] += image[i];
    }
  }

  /** The number of pixels with that label and that prediction. */
  count(label: number, prediction: number): number {
    return this.counts[label * this.classes + prediction];
  }

  /** The number of pixels counted. */
  get total(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** Pixels per class in the labels, `[classes]`. */
  labelCounts(): number[] {
    return this.range().map((row) =>
      this.range().reduce((sum, column) => sum + this.count(row, column), 0),
    );
  }

  /** Pixels per class in the predictions, `[classes]`. */
  predictionCounts(): number[] {
    return this.range().map((column) =>
      this.range().reduce((sum, row) => sum + this.count(row, column), 0),
    );
  }

  /**
   * Adds the counts of another matrix, for example that of another part of the set.
   *
   * @throws {@link ShapeError} if the numbers of classes differ
   */
  merge(other: ConfusionMatrix): void {
    if (other.classes !== this.classes) {
      throw new ShapeError(
        `ConfusionMatrix: expected a matrix of ${this.classes} classes to merge, got ${other.classes}`,
      );
    }
    other.counts.forEach((count, i) => (this.counts[i] += count));
  }

  /**
   * The matrix of coarser classes, such as categories.
   *
   * @param groups - the coarse class of each class, from 0 on
   * @throws {@link ShapeError} if a class has none
   */
  grouped(groups: readonly number[]): ConfusionMatrix {
    if (groups.length !== this.classes) {
      throw new ShapeError(
        `ConfusionMatrix: expected a group for each of ${this.classes} classes, got ${groups.length}`,
      );
    }
    const coarse = new ConfusionMatrix(Math.max(...groups) + 1);
    this.counts.forEach((count, i) => {
      const [label, prediction] = [Math.floor(i / this.classes), i % this.classes];
      coarse.counts[groups[label] * coarse.classes + groups[prediction]] += count;
    });
    return coarse;
  }

  /** The counts as nested lists. */
  toJSON(): ConfusionMatrixDocument {
    const counts = this.range().map((row) =>
      Array.from(this.counts.subarray(row * this.classes, (row + 1) * this.classes)),
    );
    return { classes: this.classes, counts };
  }

  /**
   * The matrix of a document that {@link ConfusionMatrix.toJSON} wrote.
   *
   * @throws {@link DataError} if it is not square or does not hold counts
   */
  static fromJSON(document: ConfusionMatrixDocument): ConfusionMatrix {
    const { classes } = document;
    const rows: unknown = document.counts;
    const isSquare =
      Array.isArray(rows) &&
      rows.length === classes &&
      rows.every(
        (row) =>
          Array.isArray(row) &&
          row.length === classes &&
          row.every((count) => Number.isSafeInteger(count) && count >= 0),
      );
    if (!isSquare) {
      throw new DataError(
        `ConfusionMatrix: expected ${classes} rows of ${classes} counts, whole numbers from 0`,
      );
    }
    const matrix = new ConfusionMatrix(classes);
    matrix.counts.set(document.counts.flat());
    return matrix;
  }

  private range(): number[] {
    return Array.from({ length: this.classes }, (_, i) => i);
  }
}

/** The error for a pixel whose label or prediction is not a class. */
function notAClass(
  pixel: number,
  label: number,
  prediction: number,
  classes: number,
  ignore: number,
): DataError {
  const isLabel = !isClass(label, classes);
  const allowed = `0 to ${classes - 1}${isLabel ? ` or ${ignore} (ignore)` : ''}`;
  return new DataError(
    `ConfusionMatrix: expected ${isLabel ? 'labels' : 'predictions'} ${allowed}, ` +
      `got ${isLabel ? label : prediction} at pixel ${pixel}`,
  );
}
