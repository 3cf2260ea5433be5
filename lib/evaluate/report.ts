/** What an evaluation reports, and where it is written. */
import type { Resolution } from '../dataset/reading/geometry.js';
import type { ConfusionMatrix, ConfusionMatrixDocument } from '../metrics/confusion-matrix.js';
import { scores } from '../metrics/scores.js';
import { findModel } from '../model/document.js';
import { RunDirectory } from '../run/directory.js';
import type { Precision } from '../runtime/precision.js';
import type { ImagePooling } from '../segmentation/aspp.js';
import type { Size } from '../size.js';
import type { CheckpointChoice } from '../run/checkpoint-folder.js';
import type { WeightsIdentity } from '../training/first-weights.js';
import type { Baselines } from './baselines.js';
import type { BenchmarkScores } from './benchmark-scores.js';

/** Scores of one class, from 0 to 1; null where there is nothing to divide by, and `note` says why. */
export interface ClassScore {
  readonly name: string;
  /** Null if the class is neither in the labels nor predicted; it does not count in the mean. */
  readonly iou: number | null;
  /** Null if the class is not in the labels. */
  readonly accuracy: number | null;
  /** Why a score is null. */
  readonly note?: 'neither labelled nor predicted' | 'not labelled';
}

/** Scores of a prediction, from 0 to 1. */
export interface OverallScore {
  /** The mean over the classes that are in the labels or predicted. */
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

/** What was evaluated, and how; reports that agree in all of it replace each other. */
export interface EvaluationSettings {
  /** The name of the dataset. */
  readonly dataset: string;
  /** Its folder, absolute. */
  readonly root: string;
  readonly split: string;
  readonly images: number;
  /** All that the split lists, also images that are not there. */
  readonly imagesOfSplit: number;
  readonly checkpoint: CheckpointChoice;
  /** How large images were read. */
  readonly resolution: Resolution;
  /** Whether the scores are over the pixels that were read, or over those on disk. */
  readonly scoreSize: 'read' | 'original';
  /** What the image pooling of the ASPP averages over. */
  readonly imagePooling: ImagePooling;
  /** What convolutions computed with. */
  readonly precision: Precision;
  /** The scales whose probabilities were averaged; [1]: the image itself. */
  readonly scales: readonly number[];
  /** Whether mirrored images were averaged too. */
  readonly flip: boolean;
  /** The side of windows and how far they lie apart, in pixels; null: whole images. */
  readonly window: number | null;
  readonly stride: number | null;
}

/** A size that images were padded to, and how many. */
export interface PaddedImages extends Size {
  readonly images: number;
}

/** What an evaluation found; plain data, written to `metrics.json`. */
export interface EvaluationReport extends EvaluationSettings, OverallScore, BenchmarkScores {
  /** The weights that it is about: a run that is lengthened has others later. */
  readonly weights: WeightsIdentity;
  /** Each image was padded to the smallest 32·k + 1 that holds it; the largest size comes first. */
  readonly padded: readonly PaddedImages[];
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

function classScore(name: string, iou: number, accuracy: number): ClassScore {
  if (Number.isNaN(iou)) {
    return { name, iou: null, accuracy: null, note: 'neither labelled nor predicted' };
  }
  return Number.isNaN(accuracy)
    ? { name, iou, accuracy: null, note: 'not labelled' }
    : { name, iou, accuracy };
}

/** The scores that a confusion matrix gives. */
export function scoresOf(matrix: ConfusionMatrix, classes: Named) {
  const { iou, classAccuracy, ...means } = scores(matrix);
  return {
    ...means,
    classes: classes.map(({ name }, k) => classScore(name, iou[k], classAccuracy[k])),
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

/** The settings of a report as text: equal for reports that replace each other. */
function settingsKey(report: EvaluationSettings): string {
  const { dataset, root, split, images, imagesOfSplit } = report;
  const { checkpoint, resolution, scoreSize, imagePooling, precision } = report;
  const { scales, flip, window, stride } = report;
  const which = [dataset, root, split, images, imagesOfSplit];
  const how = [checkpoint, resolution, scoreSize, imagePooling, precision];
  return JSON.stringify([...which, ...how, scales, flip, window, stride]);
}

/**
 * Adds the report to the list in a run's `metrics.json`; it replaces one of the same settings,
 * also of weights that the run had before. An exported
 * network stays as it is.
 */
export async function writeReport(folder: string, report: EvaluationReport): Promise<void> {
  if ((await findModel(folder)) !== undefined) {
    return;
  }
  const run = await RunDirectory.resume(folder);
  try {
    const stored = await run.read('metrics');
    const reports = Array.isArray(stored) ? (stored as EvaluationReport[]) : [];
    const others = reports.filter((other) => settingsKey(other) !== settingsKey(report));
    await run.write('metrics', [...others, report]);
  } finally {
    await run.close();
  }
}
