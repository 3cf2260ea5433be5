/** Evaluation of a trained network on whole images. */
import type { Dataset, Sample } from '../dataset/dataset.js';
import type { Resolution } from '../dataset/reading/geometry.js';
import { readLabelFile, toTrainIds } from '../dataset/reading/label-file.js';
import type { Size } from '../size.js';
import { ConfigError } from '../errors.js';
import { ConfusionMatrix, type ConfusionMatrixDocument } from '../metrics/confusion-matrix.js';
import { scores } from '../metrics/scores.js';
import { RunDirectory } from '../run/directory.js';
import { learnBaselines } from './baselines.js';
import { batchMaker } from '../training/batch-maker.js';
import { ensureBackend } from '../training/ensure-backend.js';
import {
  commonSize,
  evaluationBatches,
  limitSamples,
} from '../training/validation/evaluation-images.js';
import type { CheckpointChoice } from '../training/first-weights.js';
import type { LoopControl } from '../training/loop.js';
import { scoreImages } from '../training/validation/score-images.js';
import { TimeLeft } from '../training/time-left.js';
import { loadTrainedNetwork, type TrainedNetwork } from '../inference/trained-network.js';
import { interruptSignal } from '../interrupt.js';

/** What {@link evaluate} needs. */
export interface EvaluateOptions extends LoopControl {
  readonly dataset: Dataset;
  /** The folder of the retraining; `metrics.json` is written there. */
  readonly folder: string;
  /** The split to evaluate on; `val` by default. */
  readonly split?: string;
  /** At most n images, spread evenly; all by default. */
  readonly images?: number;
  readonly checkpoint?: CheckpointChoice;
  /** Images predicted at once; 1 by default. */
  readonly batchSize?: number;
  /**
   * *read* (default) - scored at the size that images are read at, as the authors do: whole images
   * of Cityscapes and VOC, longer side 513 for ADE20K. *original* - predictions are brought to the
   * size of the label map on disk (nearest pixel), as ADE20K's benchmark asks.
   */
  readonly scoreSize?: 'read' | 'original';
  /** Whether to score baselines too; true by default. This reads all training labels. */
  readonly withBaselines?: boolean;
  /** Threads that read images; null (default): one less than the cores, at most 2. */
  readonly workers?: number | null;
}

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
  readonly baselines:
    | {
        /** The class that is most frequent in the training labels, everywhere. */
        readonly frequentClass: OverallScore & { readonly name: string };
        /** The class that is most frequent at each place in the training labels. */
        readonly position: OverallScore;
      }
    | undefined;
  /** Time of reading, predicting and counting. */
  readonly seconds: number;
}

function overall(matrix: ConfusionMatrix): OverallScore {
  const { meanIou, pixelAccuracy } = scores(matrix);
  return { meanIou, pixelAccuracy };
}

function checkClasses({ classes, folder }: TrainedNetwork, dataset: Dataset): void {
  const names = (list: readonly { readonly name: string }[]) =>
    list.map(({ name }) => name).join(', ');
  if (names(classes) !== names(dataset.classes)) {
    throw new ConfigError(
      `evaluate: expected the classes that ${folder} was trained on (${names(classes)}), got those ` +
        `of ${dataset.name} (${names(dataset.classes)})`,
    );
  }
}

/** The label map of a sample at its size on disk. */
async function originalLabels({ labelTable }: Dataset, { labelFile = '' }: Sample) {
  return toTrainIds(await readLabelFile(labelFile), labelTable, labelFile);
}

/** Adds the report to `metrics.json`, by the name of the split. */
async function writeReport(folder: string, report: EvaluationReport): Promise<void> {
  const run = await RunDirectory.resume(folder);
  try {
    const stored = await run.read('metrics');
    const others = typeof stored === 'object' && !Array.isArray(stored) ? stored : {};
    await run.write('metrics', { ...others, [report.split]: report });
  } finally {
    await run.close();
  }
}

/**
 * Evaluates a trained network on whole images at a single scale.
 *
 * Every image is padded on the right and below to one size, the smallest 32·k + 1 that holds the
 * largest (1025 × 2049 for Cityscapes); padding is not scored. One confusion matrix over all images
 * gives the scores.
 *
 * Source: Auto-DeepLab §5.2; the authors' evaluation.
 *
 * @returns the report, which is also written to `metrics.json` under the name of the split
 * @throws {@link ConfigError} if the split or the classes do not fit
 * @throws {@link DataError} if an image or a file of the run cannot be read
 * @throws the signal's reason if it is aborted
 */
export async function evaluate(options: EvaluateOptions): Promise<EvaluationReport> {
  const { dataset, folder, split = 'val', checkpoint = 'best', batchSize = 1 } = options;
  const { withBaselines = true, onProgress, workers = null } = options;
  const signal = options.signal ?? interruptSignal();
  const { scoreSize = 'read' } = options;
  await ensureBackend();
  const network = await loadTrainedNetwork(folder, checkpoint);
  const maker = batchMaker(workers);
  try {
    checkClasses(network, dataset);
    const all = await dataset.samples(split);
    const samples = limitSamples(all, options.images ?? null);
    const { predictor } = network;
    const { resolution } = network.options;
    const padded = await commonSize(samples, resolution);
    const learned = withBaselines
      ? await learnBaselines(dataset, await dataset.samples(network.options.split), signal)
      : undefined;
    const start = performance.now();
    const byPlace = new ConfusionMatrix(dataset.classes.length);
    const timeLeft = new TimeLeft();
    let last = start;
    const matrix = await scoreImages(
      evaluationBatches({
        samples,
        labelTable: dataset.labelTable,
        size: padded,
        view: 'whole',
        resolution,
        batchSize,
        maker,
      }),
      (batch) => predictor.labels(batch),
      {
        classes: dataset.classes.length,
        signal,
        originalLabels:
          scoreSize === 'original' ? (index) => originalLabels(dataset, samples[index]) : undefined,
        onLabels: learned && ((labels, size) => byPlace.add(learned.position(size), labels)),
        onImage: (done) => {
          const now = performance.now();
          timeLeft.add('image', (now - last) / 1000);
          last = now;
          const total = samples.length;
          const secondsLeft = timeLeft.estimate([{ kind: 'image', count: total - done }]);
          onProgress?.({ kind: 'images', purpose: 'evaluation', done, total, secondsLeft });
        },
      },
    );
    const seconds = (performance.now() - start) / 1000;
    const { iou, classAccuracy, ...means } = scores(matrix);
    const orNull = (value: number) => (Number.isNaN(value) ? null : value);
    const report: EvaluationReport = {
      dataset: dataset.name,
      split,
      images: samples.length,
      imagesOfSplit: all.length,
      checkpoint,
      resolution,
      scoreSize,
      padded,
      ...means,
      classes: dataset.classes.map(({ name }, k) => ({
        name,
        iou: orNull(iou[k]),
        accuracy: orNull(classAccuracy[k]),
      })),
      confusion: matrix.toJSON(),
      baselines: learned && {
        frequentClass: {
          name: dataset.classes[learned.frequentClass].name,
          ...overall(learned.frequent(matrix.labelCounts())),
        },
        position: overall(byPlace),
      },
      seconds,
    };
    await writeReport(folder, report);
    return report;
  } finally {
    network.predictor.dispose();
    await maker.close();
  }
}
