/** Evaluation of a trained network on whole images. */
import path from 'node:path';
import type { Dataset, Sample } from '../dataset/dataset.js';
import { listedSamples } from '../dataset/listed-samples.js';
import type { Batch } from '../dataset/loading/batch.js';
import { readTrainIds } from '../dataset/reading/label-file.js';
import { cropPadding } from '../dataset/reading/view.js';
import { ConfigError } from '../errors.js';
import { averageProbabilities, mostProbable } from '../inference/average-probabilities.js';
import {
  resolveAveraging,
  type Averaging,
  type AveragingOptions,
} from '../inference/averaging-options.js';
import { loadNetwork } from '../inference/load-network.js';
import type { TrainedNetwork } from '../inference/trained-network.js';
import { abortable, interruptSignal } from '../interrupt.js';
import { ConfusionMatrix } from '../metrics/confusion-matrix.js';
import { batchMaker, checkWorkers } from '../training/batch-maker.js';
import { ensureBackend } from '../training/ensure-backend.js';
import type { PrecisionChoice } from '../runtime/precision.js';
import type { CheckpointChoice } from '../run/checkpoint-folder.js';
import type { LoopControl, OnProgress } from '../training/events.js';
import type { ImagePooling } from '../segmentation/aspp.js';
import type { Predictor } from '../training/predictor.js';
import { classDifference } from '../training/weights-origin.js';
import { TimeLeft } from '../training/time-left.js';
import {
  checkLimit,
  evaluationBatches,
  limitSamples,
} from '../training/validation/evaluation-images.js';
import { checkLabelFiles, checkLabelledPixels } from '../training/validation/labels-to-score.js';
import { scoreImages } from '../training/validation/score-images.js';
import { sizeBuckets } from '../training/validation/size-buckets.js';
import { learnBaselines } from './baselines.js';
import { BenchmarkTally } from './benchmark-scores.js';
import { UnwrittenReportError } from './unwritten-report.js';
import { baselineScores, scoresOf, writeReport, type EvaluationReport } from './report.js';

/** What {@link evaluate} needs. */
export interface EvaluateOptions extends LoopControl, AveragingOptions {
  readonly dataset: Dataset;
  /** The folder of a retraining, whose `metrics.json` gets the report, or that of an exported network. */
  readonly folder: string;
  /** The split to evaluate on; `val` by default. */
  readonly split?: string;
  /** At most n images, spread evenly; all by default. */
  readonly images?: number | undefined;
  readonly checkpoint?: CheckpointChoice | undefined;
  /** Images predicted at once; 1 by default, and always where views are averaged. */
  readonly batchSize?: number;
  /**
   * *read* (default) - scored at the size that images are read at, as the authors do: whole images
   * of Cityscapes and VOC, longer side 513 for ADE20K. *original* - predictions are brought to the
   * size of the label map on disk (nearest pixel), as ADE20K's benchmark requires.
   */
  readonly scoreSize?: 'read' | 'original';
  /** What the image pooling of the ASPP averages over; by default what the run says. */
  readonly imagePooling?: ImagePooling | undefined;
  /** What convolutions compute with; *float32* by default. */
  readonly precision?: PrecisionChoice | undefined;
  /** Whether to score baselines too; true by default. This reads all training labels. */
  readonly withBaselines?: boolean;
  /**
   * Whether to score the bands along contours too; true by default. It takes an eighth of a second
   * per million pixels: 0.25 s per image of Cityscapes.
   */
  readonly withBoundaryIou?: boolean;
  /** Threads that read images; null (default): one less than the cores, at most 2. */
  readonly workers?: number | null | undefined;
}

function checkClasses({ classes, folder }: TrainedNetwork, dataset: Dataset): void {
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  const [there, here] = [names(classes), names(dataset.classes)];
  const difference = classDifference(there, here);
  if (difference !== undefined) {
    throw new ConfigError(
      `evaluate: expected the classes that ${folder} was trained on (${there.join(', ')}), got those ` +
        `of ${dataset.name} (${here.join(', ')}): ${difference}; evaluate it on a dataset with its classes`,
    );
  }
}

/** The label map of a sample at its size on disk. */
async function originalLabels({ labelTable }: Dataset, { labelFile = '' }: Sample) {
  return readTrainIds(labelFile, labelTable);
}

/** Gives the label maps of padded batches, averaged over views of each image. */
function averagedLabels(
  predictor: Predictor,
  averaging: Averaging,
  signal: AbortSignal,
): (batch: Batch) => Promise<Int32Array> {
  return async ({ height, width, images, sizes: [size] }) => {
    const image = {
      height: size.height,
      width: size.width,
      images: cropPadding(images, { height, width }, size),
    };
    const probabilities = await averageProbabilities(predictor, image, averaging, signal);
    const labels = mostProbable(probabilities, size);
    const padded = new Int32Array(height * width);
    for (let y = 0; y < size.height; y++) {
      padded.set(labels.subarray(y * size.width, (y + 1) * size.width), y * width);
    }
    return padded;
  };
}

/** Checks what can be checked without a network or a dataset. */
function checkNumbers({
  batchSize = 1,
  images,
  workers,
  scoreSize = 'read',
}: EvaluateOptions): void {
  checkLimit('batchSize', batchSize);
  checkLimit('images', images ?? null);
  checkWorkers(workers ?? null);
  if (!['read', 'original'].includes(scoreSize)) {
    throw new ConfigError(`scoreSize: expected read or original, got ${scoreSize}`);
  }
}

/** The views that are averaged, checked; undefined: the image itself. */
function averagingOf(options: EvaluateOptions): Averaging | undefined {
  const averaging = resolveAveraging(options);
  const { batchSize = 1 } = options;
  if (averaging && batchSize !== 1) {
    throw new ConfigError(
      `batchSize: expected 1 where views of each image are averaged, got ${batchSize}; leave it out`,
    );
  }
  return averaging;
}

/** Reports the images done, with the time left. */
function imageReporter(onProgress: OnProgress | undefined, total: number): (done: number) => void {
  const timeLeft = new TimeLeft();
  let last = performance.now();
  return (done) => {
    const now = performance.now();
    timeLeft.add('image', (now - last) / 1000);
    last = now;
    const secondsLeft = timeLeft.estimate([{ kind: 'image', count: total - done }]);
    onProgress?.({ kind: 'images', purpose: 'evaluation', done, total, secondsLeft });
  };
}

/**
 * Evaluates a trained network on whole images, by default at a single scale.
 *
 * Every image is read at the resolution of the training and padded on the right and below to the
 * smallest 32·k + 1 that holds it (1025 × 2049 for Cityscapes), as `predict` does, so that its score
 * depends on that image alone; padding is not scored. With `scales`, `flip` or `window` the class
 * probabilities of several views are averaged ({@link AveragingOptions}). One confusion matrix over all images gives
 * the scores.
 *
 * Source: Auto-DeepLab §5.2; the authors' evaluation. Deviation: they pad all images of a split to
 * one size that is given by hand.
 *
 * @returns the report, which is also added to the run's `metrics.json`, beside those of other datasets,
 *   splits and settings; an exported network stays as it is
 * @throws {@link ConfigError} if a number is wrong, or the split, the classes, scales or windows do not fit
 * @throws {@link DataError} if there is nothing to score: an image lacks a label map, or all pixels
 *   are ignored; or if an image or a file of the run cannot be read
 * @throws `runs.UnwrittenReportError`, which has the report, if that cannot be written
 * @throws the signal's reason if it is aborted
 */
export async function evaluate(options: EvaluateOptions): Promise<EvaluationReport> {
  const { dataset, folder, split = 'val', checkpoint = 'best', batchSize = 1 } = options;
  const {
    withBaselines = true,
    withBoundaryIou = true,
    scoreSize = 'read',
    onProgress,
    workers = null,
  } = options;
  const signal = options.signal ?? interruptSignal();
  const control = { signal, onProgress };
  checkNumbers(options);
  const averaging = averagingOf(options);
  await ensureBackend();
  const network = await loadNetwork(folder, {
    checkpoint,
    imagePooling: options.imagePooling,
    precision: options.precision,
    signal,
  });
  const maker = batchMaker(workers);
  try {
    checkClasses(network, dataset);
    const where = `evaluate: ${dataset.name}, split ${split}`;
    const { predictor } = network;
    const { resolution, imagePooling } = network.options;
    const {
      samples: all,
      listed,
      warning,
    } = await abortable(listedSamples(dataset, split), signal);
    if (warning !== undefined) {
      onProgress?.({ kind: 'warning', text: warning });
    }
    const samples = limitSamples(all, options.images ?? null, 'images');
    checkLabelFiles(samples, where);
    const { labelTable, classes } = dataset;
    const original =
      scoreSize === 'original' ? (i: number) => originalLabels(dataset, samples[i]) : undefined;
    const buckets = await sizeBuckets(samples, resolution, control);
    const whole = { samples, labelTable, buckets, view: 'whole', resolution, maker } as const;
    const images = { ...whole, batchSize };
    await checkLabelledPixels({ ...whole, batchSize: 1 }, where, control, original);
    const isFileSize = scoreSize === 'original' || resolution === 1;
    const tally = await BenchmarkTally.start(dataset, samples, { isFileSize, withBoundaryIou });
    const learned = withBaselines
      ? await learnBaselines(
          dataset,
          await abortable(dataset.samples(network.options.split), signal),
          control,
        )
      : undefined;
    const start = performance.now();
    const byPlace = new ConfusionMatrix(classes.length);
    const matrix = await scoreImages(
      evaluationBatches(images, signal),
      averaging ? averagedLabels(predictor, averaging, signal) : (batch) => predictor.labels(batch),
      {
        classes: classes.length,
        signal,
        originalLabels: original,
        onScored: (image) => {
          if (learned) {
            byPlace.add(learned.position(image.size), image.labels);
          }
          return tally.add(image);
        },
        onImage: imageReporter(onProgress, samples.length),
      },
    );
    const report: EvaluationReport = {
      dataset: dataset.name,
      root: path.resolve(dataset.description.root),
      split,
      images: samples.length,
      imagesOfSplit: listed,
      checkpoint,
      weights: network.weights,
      resolution,
      scoreSize,
      imagePooling,
      precision: network.precision,
      scales: averaging?.scales ?? [1],
      flip: averaging?.flip ?? false,
      window: averaging?.windows?.window ?? null,
      stride: averaging?.windows?.stride ?? null,
      padded: buckets.map(({ size: { height, width }, indices }) => ({
        height,
        width,
        images: indices.length,
      })),
      ...scoresOf(matrix, classes),
      ...tally.scores(matrix),
      baselines: learned && baselineScores(learned, classes, matrix, byPlace),
      seconds: (performance.now() - start) / 1000,
    };
    await writeReport(folder, report).catch((error: unknown) => {
      throw new UnwrittenReportError(folder, report, error);
    });
    return report;
  } finally {
    network.predictor.dispose();
    await maker.close();
  }
}
