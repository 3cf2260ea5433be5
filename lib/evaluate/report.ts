/** What an evaluation reports, and where it is written. */
import type { Resolution } from '../dataset/reading/geometry.js';
import type { ConfusionMatrix, ConfusionMatrixDocument } from '../metrics/confusion-matrix.js';
import { scores } from '../metrics/scores.js';
import { RunDirectory } from '../run/directory.js';
import type { Size } from '../size.js';
import type { CheckpointChoice } from '../training/first-weights.js';
import type { Baselines } from './baselines.js';

/** Scores of one class, from 0 to 1; null where there is nothing to divide by. */
export interface ClassScore {
  readonly name: string;
  readonly iou: number | null;
  readonly accuracy: number | null;
}

/** Scores of a prediction, from 0 to 1. */
export interface OverallScore {
  readonly meanIou: number;
  readonly pixelAccuracy: number;
}

/** Scores of predictions that ignore the image. */
export interface BaselineScores {
  /** The class that is most frequent in the training labels, everywhere. */
  readonly frequentClass: OverallScore & { readonly name: string };
  /** The class that is most frequent at each place in the training labels. */
  readonly position: OverallScore;
}

/** What an evaluation found; plain data, written to `metrics.json`. */
export interface EvaluationReport extends OverallScore {
  readonly dataset: string;
  readonly split: string;
  readonly images: number;
  readonly imagesOfSplit: number;
  readonly checkpoint: CheckpointChoice;
  /** How large images were read. */
  readonly resolution: Resolution;
  /** Whether the scores are over the pixels that were read, or over those on disk. */
  readonly scoreSize: 'read' | 'original';
  /** The size that all images were padded to. */
  readonly padded: Size;
  readonly meanAccuracy: number;
  readonly frequencyWeightedIou: number;
  readonly classes: readonly ClassScore[];
  readonly confusion: ConfusionMatrixDocument;
  /** Undefined if they were not asked for. */
  readonly baselines: BaselineScores | undefined;
  /** Time of reading, predicting and counting. */
  readonly seconds: number;
}

function overall(matrix: ConfusionMatrix): OverallScore {
  const { meanIou, pixelAccuracy } = scores(matrix);
  return { meanIou, pixelAccuracy };
}

type Named = readonly { readonly name: string }[];

/** The scores that a confusion matrix gives. */
export function scoresOf(matrix: ConfusionMatrix, classes: Named) {
  const { iou, classAccuracy, ...means } = scores(matrix);
  const orNull = (value: number) => (Number.isNaN(value) ? null : value);
  return {
    ...means,
    classes: classes.map(({ name }, k) => ({
      name,
      iou: orNull(iou[k]),
      accuracy: orNull(classAccuracy[k]),
    })),
    confusion: matrix.toJSON(),
  };
}

/**
 * The scores of the baselines.
 *
 * @param matrix - of the evaluation, which says how many pixels each class has
 * @param byPlace - of the most frequent class at each place
 */
export function baselineScores(
  learned: Baselines,
  classes: Named,
  matrix: ConfusionMatrix,
  byPlace: ConfusionMatrix,
): BaselineScores {
  const frequent = overall(learned.frequent(matrix.labelCounts()));
  return {
    frequentClass: { name: classes[learned.frequentClass].name, ...frequent },
    position: overall(byPlace),
  };
}

/** Adds the report to `metrics.json`, by the name of the split. */
export async function writeReport(folder: string, report: EvaluationReport): Promise<void> {
  const run = await RunDirectory.resume(folder);
  try {
    const stored = await run.read('metrics');
    const others = typeof stored === 'object' && !Array.isArray(stored) ? stored : {};
    await run.write('metrics', { ...others, [report.split]: report });
  } finally {
    await run.close();
  }
}
