import { ConfigError, DataError, ShapeError } from '../errors.js';
import type { Size } from '../size.js';
import { isClass, type LabelValues } from './confusion-matrix.js';

/** The share of the image's diagonal that a boundary is wide, by default. */
export const BOUNDARY_WIDTH = 0.02;

/**
 * Whether each pixel lies within `distance` rows and columns of another label or of the image's end:
 * what 3 × 3 erosion, done `distance` times, takes away from the mask of the pixel's label.
 */
function boundaryOf(labels: LabelValues, { height, width }: Size, distance: number): Uint8Array {
  const window = 2 * distance + 1;
  // 1 where the `window` pixels of the row around a pixel have one label.
  const isUniform = new Uint8Array(labels.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    // A run begins at 0, so that the first pixel makes it 1 whatever stands before it.
    for (let x = 0, run = 0; x < width; x++) {
      run = labels[row + x] === labels[row + x - 1] ? run + 1 : 1;
      if (run >= window) {
        isUniform[row + x - distance] = 1;
      }
    }
  }
  const isBoundary = new Uint8Array(labels.length).fill(1);
  for (let x = 0; x < width; x++) {
    for (let y = 0, run = 0; y < height; y++) {
      const i = y * width + x;
      const goesOn = labels[i] === labels[i - width];
      run = isUniform[i] === 0 ? 0 : goesOn ? run + 1 : 1;
      if (run >= window) {
        isBoundary[i - distance * width] = 0;
      }
    }
  }
  return isBoundary;
}

/**
 * Boundary IoU per class, over any number of images: the IoU of the inner bands of the masks.
 *
 *     IoU_k = Σ |(G_d ∩ G) ∩ (P_d ∩ P)| / Σ |(G_d ∩ G) ∪ (P_d ∩ P)|
 *
 * G and P are the masks of class k in label and prediction, G_d and P_d the pixels within d of their
 * contours, d a share of the image's diagonal. The end of the image is a contour.
 *
 * Assumption: sums are over the set, as for the IoU itself. An ignored pixel is no pixel of either
 * mask, so that the contour of a void region is one for label and prediction alike.
 *
 * Source: Cheng et al., "Boundary IoU: Improving Object-Centric Image Segmentation Evaluation"
 * (CVPR 2021), equation 2 and its width of 2 % of the diagonal.
 *
 * @example
 * const boundary = new BoundaryIou(2);
 * const labels = Uint8Array.of(0, 0, 1, 1);
 * boundary.add(labels, labels, { height: 1, width: 4 });
 * boundary.iou(); // [1, 1]
 */
export class BoundaryIou {
  private readonly share: number;
  private readonly both: Float64Array;
  private readonly either: Float64Array;

  /**
   * @param width - of the bands, as a share of the image's diagonal; at least one pixel
   * @throws {@link ConfigError} if a number is out of its range
   */
  constructor(classes: number, width: number = BOUNDARY_WIDTH) {
    if (!Number.isInteger(classes) || classes < 1 || !(width > 0 && width < 1)) {
      throw new ConfigError(
        'BoundaryIou: expected a number of classes from 1 and a width above 0 and below 1, ' +
          `got ${classes} and ${width}`,
      );
    }
    this.share = width;
    this.both = new Float64Array(classes);
    this.either = new Float64Array(classes);
  }

  /**
   * Adds one image.
   *
   * @param prediction - a class per pixel, `[height, width]`
   * @param labels - a class or `ignore` per pixel, `[height, width]`
   * @throws {@link ShapeError} if a map does not have height · width pixels
   * @throws {@link DataError} if a value is not a class; nothing is added then
   */
  add(prediction: LabelValues, labels: LabelValues, size: Size, ignore = 255): void {
    const pixels = size.height * size.width;
    if (prediction.length !== pixels || labels.length !== pixels) {
      throw new ShapeError(
        `BoundaryIou: expected ${size.height} x ${size.width} predictions and labels, ` +
          `got ${prediction.length} and ${labels.length}`,
      );
    }
    this.checkValues(prediction, labels, ignore);
    const counted = prediction.map((value, i) => (labels[i] === ignore ? ignore : value));
    const distance = Math.max(1, Math.round(this.share * Math.hypot(size.height, size.width)));
    const inLabels = boundaryOf(labels, size, distance);
    const inPrediction = boundaryOf(counted, size, distance);
    for (let i = 0; i < pixels; i++) {
      const label = labels[i];
      if (label === ignore) {
        continue;
      }
      const isHit = label === counted[i] && inLabels[i] === 1 && inPrediction[i] === 1;
      this.both[label] += Number(isHit);
      this.either[label] += inLabels[i];
      this.either[counted[i]] += inPrediction[i] - Number(isHit);
    }
  }

  /** Refuses what is no class, before anything is counted. */
  private checkValues(prediction: LabelValues, labels: LabelValues, ignore: number): void {
    const { length: classes } = this.both;
    for (let i = 0; i < labels.length; i++) {
      const [label, predicted] = [labels[i], prediction[i]];
      if (label !== ignore && !(isClass(label, classes) && isClass(predicted, classes))) {
        throw new DataError(
          `BoundaryIou: expected labels and predictions 0 to ${classes - 1}, or labels of ${ignore} (ignore), got ` +
            `label ${label} and prediction ${predicted} at pixel ${i}`,
        );
      }
    }
  }

  /** The boundary IoU per class; NaN for a class in neither labels nor predictions. */
  iou(): number[] {
    return Array.from(this.both, (hits, k) => hits / this.either[k]);
  }
}
