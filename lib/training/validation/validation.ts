/** Validation of a network while it trains. */
import type { Dataset, Sample } from '../../dataset/dataset.js';
import type { BatchMaker } from '../../dataset/loading/worker-pool.js';
import { toSize, type Size } from '../../size.js';
import { scores } from '../../metrics/scores.js';
import type { LabelMapper } from '../label-map.js';
import type { LoopValidation } from '../loop-task.js';
import type { DataConfig } from '../options/data.js';
import { commonSize, evaluationBatches, limitSamples } from './evaluation-images.js';
import { scoreImages } from './score-images.js';

/** The images of a validation. */
export interface ValidationImages {
  readonly samples: readonly Sample[];
  readonly imagesOfSplit: number;
  /** The size that all of them are brought to. */
  readonly size: Size;
}

/**
 * Finds the images that a run validates on.
 *
 * @returns undefined if its options ask for none
 * @throws {@link ConfigError} if there is no such split
 * @throws {@link DataError} if an image cannot be read
 */
export async function findValidationImages(
  dataset: Dataset,
  options: DataConfig,
): Promise<ValidationImages | undefined> {
  const { validationSplit, validationImages, validationView, resolution, crop } = options;
  if (validationSplit === null) {
    return undefined;
  }
  const all = await dataset.samples(validationSplit);
  const samples = limitSamples(all, validationImages);
  const size = validationView === 'crop' ? toSize(crop) : await commonSize(samples, resolution);
  return { samples, imagesOfSplit: all.length, size };
}

/** Validates by predicting the images, `batchSize` at a time, and comparing. */
export function validationOf(
  { samples, imagesOfSplit, size }: ValidationImages,
  context: {
    readonly dataset: Dataset;
    readonly options: DataConfig;
    readonly batchSize: number;
    readonly maker: BatchMaker;
    readonly predict: LabelMapper;
  },
): LoopValidation {
  const { dataset, options, batchSize, maker, predict } = context;
  const { labelTable, classes } = dataset;
  const { validationView: view, resolution } = options;
  return {
    images: samples.length,
    run: async (signal, onImage) => {
      const images = { samples, labelTable, size, view, resolution, batchSize, maker };
      const matrix = await scoreImages(evaluationBatches(images), predict, {
        classes: classes.length,
        signal,
        onImage,
      });
      const { meanIou, pixelAccuracy } = scores(matrix);
      return { meanIou, pixelAccuracy, images: samples.length, imagesOfSplit };
    },
  };
}
