/** Evaluation of a trained network on whole images. */
import type { Dataset, Sample } from '../dataset/dataset.js';
import { readTrainIds } from '../dataset/reading/label-file.js';
import { ConfigError } from '../errors.js';
import { loadTrainedNetwork, type TrainedNetwork } from '../inference/trained-network.js';
import { interruptSignal } from '../interrupt.js';
import { ConfusionMatrix } from '../metrics/confusion-matrix.js';
import { batchMaker } from '../training/batch-maker.js';
import { ensureBackend } from '../training/ensure-backend.js';
import type { CheckpointChoice } from '../training/first-weights.js';
import type { LoopControl } from '../training/loop.js';
import { TimeLeft } from '../training/time-left.js';
import {
  commonSize,
  evaluationBatches,
  limitSamples,
} from '../training/validation/evaluation-images.js';
import { scoreImages } from '../training/validation/score-images.js';
import { learnBaselines } from './baselines.js';
import { baselineScores, scoresOf, writeReport, type EvaluationReport } from './report.js';

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
   * size of the label map on disk (nearest pixel), as ADE20K's benchmark requires.
   */
  readonly scoreSize?: 'read' | 'original';
  /** Whether to score baselines too; true by default. This reads all training labels. */
  readonly withBaselines?: boolean;
  /** Threads that read images; null (default): one less than the cores, at most 2. */
  readonly workers?: number | null;
}

function checkClasses({ classes, folder }: TrainedNetwork, dataset: Dataset): void {
  const names = (list: readonly { readonly name: string }[]) =>
    list.map(({ name }) => name).join(', ');
  if (names(classes) !== names(dataset.classes)) {
    throw new ConfigError(
      `evaluate: expected the classes that ${folder} was trained on (${names(classes)}), got those ` +
        `of ${dataset.name} (${names(dataset.classes)}); evaluate it on a dataset with its classes`,
    );
  }
}

/** The label map of a sample at its size on disk. */
async function originalLabels({ labelTable }: Dataset, { labelFile = '' }: Sample) {
  return readTrainIds(labelFile, labelTable);
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
    const samples = limitSamples(all, options.images ?? null, 'images');
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
    const report: EvaluationReport = {
      dataset: dataset.name,
      split,
      images: samples.length,
      imagesOfSplit: all.length,
      checkpoint,
      resolution,
      scoreSize,
      padded,
      ...scoresOf(matrix, dataset.classes),
      baselines: learned && baselineScores(learned, dataset.classes, matrix, byPlace),
      seconds,
    };
    await writeReport(folder, report);
    return report;
  } finally {
    network.predictor.dispose();
    await maker.close();
  }
}
