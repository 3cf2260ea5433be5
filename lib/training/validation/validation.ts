/** Validation of a network while it trains. */
import * as tf from '@tensorflow/tfjs-core';
import { listedSamples } from '../../dataset/listed-samples.js';
import type { Dataset, Sample } from '../../dataset/dataset.js';
import { inThisThread, type BatchMaker } from '../../dataset/loading/worker-pool.js';
import { scaled } from '../../runtime/step-work.js';
import { abortable } from '../../interrupt.js';
import { scores } from '../../metrics/scores.js';
import { toSize } from '../../size.js';
import { predictingWeights } from '../averages.js';
import type { LoopControl } from '../events.js';
import type { LoopValidation } from '../loop/loop-task.js';
import type { DataConfig } from '../options/data.js';
import { Predictor } from '../predictor.js';
import type { TrainedProgram } from '../run-work.js';
import { evaluationBatches, limitSamples, type SizeBucket } from './evaluation-images.js';
import { checkLabelFiles, checkLabelledPixels } from './labels-to-score.js';
import { scoreImages } from './score-images.js';
import { oneBucket, sizeBuckets } from './size-buckets.js';

/** The images of a validation. */
export interface ValidationImages {
  readonly samples: readonly Sample[];
  readonly imagesOfSplit: number;
  /** The images by the size that they are brought to. */
  readonly buckets: readonly SizeBucket[];
}

/**
 * Finds the images that a run validates on, and checks that there is something to score.
 *
 * @returns undefined if its options ask for none
 * @throws {@link ConfigError} if there is no such split
 * @throws {@link DataError} if an image cannot be read or lacks a label map, or all pixels are ignored
 * @throws the signal's reason if it is aborted
 */
export async function findValidationImages(
  dataset: Dataset,
  options: DataConfig,
  control: LoopControl = {},
): Promise<ValidationImages | undefined> {
  const { validationSplit, validationImages, validationView: view, resolution, crop } = options;
  if (validationSplit === null) {
    return undefined;
  }
  const where = `validation on ${dataset.name}, split ${validationSplit}`;
  const { samples: all, listed } = await abortable(
    listedSamples(dataset, validationSplit),
    control.signal,
  );
  const samples = limitSamples(all, validationImages);
  checkLabelFiles(samples, where);
  const buckets =
    view === 'crop'
      ? oneBucket(samples, toSize(crop))
      : await sizeBuckets(samples, resolution, control);
  const { labelTable } = dataset;
  const images = { samples, labelTable, buckets, view, resolution, batchSize: 1 };
  await checkLabelledPixels({ ...images, maker: inThisThread }, where, control);
  return { samples, imagesOfSplit: listed, buckets };
}

/**
 * Validates by predicting the images, `batchSize` at a time, with the weights that the program has
 * then, and comparing.
 *
 * The program of the largest size is compiled at once, so that what does not fit into memory is
 * found before the training.
 *
 * @returns the validation, which owns programs; the caller disposes it
 * @throws {@link BackendError} if the largest size does not fit into memory
 */
export function validationOf(
  { samples, imagesOfSplit, buckets }: ValidationImages,
  context: {
    readonly dataset: Dataset;
    readonly options: DataConfig;
    readonly batchSize: number;
    readonly maker: BatchMaker;
    readonly trained: TrainedProgram;
  },
): LoopValidation & { dispose(): void } {
  const { dataset, options, batchSize, maker, trained } = context;
  const { labelTable, classes } = dataset;
  const { validationView: view, resolution } = options;
  const first = predictingWeights(trained);
  const predictor = new Predictor(trained.network, first, trained.compileOptions);
  tf.dispose(first);
  const [{ size, indices }] = buckets;
  const batch = Math.min(batchSize, indices.length);
  const cost = predictor.prepare(batch, size.height, size.width);
  return {
    images: samples.length,
    run: async (signal, onImage) => {
      const weights = predictingWeights(trained);
      predictor.load(weights);
      tf.dispose(weights);
      const images = { samples, labelTable, buckets, view, resolution, batchSize, maker };
      const matrix = await scoreImages(
        evaluationBatches(images, signal),
        (batch) => predictor.labels(batch),
        { classes: classes.length, signal, onImage },
      );
      const { meanIou, pixelAccuracy } = scores(matrix);
      return { meanIou, pixelAccuracy, images: samples.length, imagesOfSplit };
    },
    cost: () => {
      const { steps, memory } = cost();
      return { work: scaled(steps.predict, 1 / batch), memory };
    },
    dispose: () => {
      predictor.dispose();
    },
  };
}
