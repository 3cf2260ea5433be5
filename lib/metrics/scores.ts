import type { ConfusionMatrix } from './confusion-matrix.js';

/**
 * What a class counts for in the mean IoU when it is neither in the labels nor predicted, so that
 * its IoU is 0/0.
 *
 * - `exclude`: nothing; the mean is over the other classes, as `tf.metrics.mean_iou` (the authors'
 *   evaluation) and cityscapesScripts have it.
 * - `zero`: 0, as scikit-learn's `jaccard_score` with all labels given.
 * - `undefined`: the mean is NaN too, as in the VOC development kit, whose set holds every class.
 */
export type AbsentClass = 'exclude' | 'zero' | 'undefined';

/** Scores of a confusion matrix, each from 0 to 1; NaN where there is nothing to divide by. */
export interface Scores {
  /** TP / (TP + FP + FN) per class; NaN for a class in neither labels nor predictions. */
  readonly iou: readonly number[];
  /** Mean of `iou` over the classes that count (see {@link AbsentClass}). */
  readonly meanIou: number;
  /** Share of pixels predicted correctly. */
  readonly pixelAccuracy: number;
  /** TP / (TP + FN) per class; NaN for a class without labels. */
  readonly classAccuracy: readonly number[];
  /** Mean of `classAccuracy` over the classes that have labels. */
  readonly meanAccuracy: number;
  /** Mean of `iou`, each class weighted by its share of the labels. */
  readonly frequencyWeightedIou: number;
}

/** The mean of the numbers that are not NaN; NaN if there is none. */
export function meanOfDefined(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}

/** The mean IoU under a convention for absent classes. */
function meanIouOf(iou: readonly number[], absent: AbsentClass): number {
  switch (absent) {
    case 'exclude':
      return meanOfDefined(iou);
    case 'zero':
      return meanOfDefined(iou.map((value) => (Number.isNaN(value) ? 0 : value)));
    case 'undefined':
      return iou.some(Number.isNaN) ? NaN : meanOfDefined(iou);
  }
}

/**
 * All scores of semantic segmentation from one confusion matrix.
 *
 *     IoU_k = n_kk / (Σ_j n_kj + Σ_i n_ik − n_kk)
 *
 * A class that is predicted but never in the labels has IoU 0 and counts under every convention.
 *
 * Source: Auto-DeepLab §5.2 reports the mean IoU; the authors' `eval.py` computes it over the whole
 * set with ignored pixels left out.
 *
 * @param absent - what a class in neither labels nor predictions counts for; `exclude` by default
 *
 * @example
 * const matrix = new ConfusionMatrix(2);
 * matrix.add(Uint8Array.of(0, 1, 1, 1), Uint8Array.of(0, 0, 1, 1));
 * scores(matrix).iou; // [1 / 2, 2 / 3]
 */
export function scores(matrix: ConfusionMatrix, absent: AbsentClass = 'exclude'): Scores {
  const labels = matrix.labelCounts();
  const predictions = matrix.predictionCounts();
  const hits = labels.map((_, k) => matrix.count(k, k));
  const total = matrix.total;
  const iou = hits.map((hit, k) => hit / (labels[k] + predictions[k] - hit));
  const classAccuracy = hits.map((hit, k) => hit / labels[k]);
  const weighted = iou.map((value, k) => (labels[k] === 0 ? 0 : value * labels[k]));
  return {
    iou,
    meanIou: meanIouOf(iou, absent),
    pixelAccuracy: hits.reduce((sum, hit) => sum + hit, 0) / total,
    classAccuracy,
    meanAccuracy: meanOfDefined(classAccuracy),
    frequencyWeightedIou: weighted.reduce((sum, value) => sum + value, 0) / total,
  };
}
