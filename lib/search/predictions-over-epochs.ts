/** What the supernet predicted after each epoch of a search, from the checkpoints that are kept. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Batch } from '../dataset/loading/batch.js';
import type { Dataset } from '../dataset/dataset.js';
import type { LabelMap, RgbImage } from '../dataset/pixels.js';
import { cropPadding } from '../dataset/reading/view.js';
import { ConfigError, DataError } from '../errors.js';
import type { NamedArrays } from '../files/arrays.js';
import { abortable, interruptSignal } from '../interrupt.js';
import type { Size } from '../size.js';
import { stepFiles } from '../run/checkpoint-folder.js';
import { epochRows } from '../run/epoch-rows.js';
import { readHistory } from '../run/history.js';
import { batchMaker } from '../training/batch-maker.js';
import { ensureBackend } from '../training/ensure-backend.js';
import type { LoopControl } from '../training/events.js';
import { readVariables } from '../training/first-weights.js';
import type { Predictor } from '../training/predictor.js';
import { readStoredRun } from '../training/stored-run.js';
import { evaluationBatches, type SizeBucket } from '../training/validation/evaluation-images.js';
import { SEARCH } from './options.js';
import { loadArrays, readingOf, requireImages, supernetPredictor } from './supernet-predictor.js';

/** What {@link predictionsOverEpochs} needs. */
export interface PredictionsOverEpochsOptions extends LoopControl {
  readonly dataset: Dataset;
  /** The folder of the search, which may be running. */
  readonly folder: string;
  /** How many of its validation images, 1 by default: the first. */
  readonly images?: number;
}

/** What the supernet predicted for an image after an epoch. */
export interface EpochPrediction {
  /** Epochs done, from 1. */
  readonly epoch: number;
  /** A class per pixel. */
  readonly prediction: LabelMap;
}

/** A validation image with the predictions for it, all of one size. */
export interface ImageOverEpochs {
  /** The id of its sample. */
  readonly id: string;
  /** As the supernet sees it. */
  readonly image: RgbImage;
  /** Train ids, 255 where nothing is known. */
  readonly labels: LabelMap;
  /** The earliest epoch first. */
  readonly predictions: readonly EpochPrediction[];
}

/** The checkpoints that were written at the end of an epoch, the earliest first. */
async function epochCheckpoints(folder: string): Promise<{ epoch: number; file: string }[]> {
  const { rows } = await readHistory(join(folder, 'history.arrow'));
  const epochs = new Map(epochRows({ rows }).map(({ step, epoch }) => [step, epoch + 1]));
  const files = await stepFiles(join(folder, 'checkpoints'));
  const found = files.flatMap(({ step, file }) => {
    const epoch = epochs.get(step);
    return epoch === undefined ? [] : [{ epoch, file }];
  });
  if (found.length === 0) {
    throw noCheckpoint(folder);
  }
  return found.reverse();
}

function noCheckpoint(folder: string): DataError {
  return new DataError(
    `${folder}: expected checkpoints of ends of epochs, got none; wait for the first epoch to end`,
    folder,
  );
}

/** The variables in a checkpoint; undefined if the search, which runs, has removed it meanwhile. */
async function variablesIn(file: string): Promise<NamedArrays | undefined> {
  try {
    return await readVariables(file);
  } catch (error) {
    if (!existsSync(file)) {
      return undefined;
    }
    throw error;
  }
}

/**
 * What the supernet of a search predicted for its first validation images after each epoch: computed again
 * from the checkpoints that are there. A search keeps the last three; `keepCheckpoints` as large as `epochs` keeps
 * all, each a few times as large as the weights.
 *
 * @returns one per image; the sizes are those of its validations
 * @throws {@link ConfigError} if the run is not a search, or `images` is not a whole number above 0
 * @throws {@link DataError} if it has no checkpoint of an end of an epoch, or a file cannot be read
 * @throws the signal's reason if it is aborted
 *
 * @example
 * const courses = await predictionsOverEpochs({ dataset, folder: 'runs/search' });
 * await show(await predictionsFigure(courses, { classes: dataset.classes }));
 */
export async function predictionsOverEpochs(
  options: PredictionsOverEpochsOptions,
): Promise<ImageOverEpochs[]> {
  const { dataset, folder, images: wanted = 1, onProgress } = options;
  if (!(Number.isInteger(wanted) && wanted >= 1)) {
    throw new ConfigError(`images: expected a whole number above 0, got ${wanted}`);
  }
  const signal = options.signal ?? interruptSignal();
  await ensureBackend();
  const { options: config } = await readStoredRun(folder, SEARCH);
  const checkpoints = await abortable(epochCheckpoints(folder), signal);
  const all = await requireImages(dataset, folder, config, { signal, onProgress });
  const buckets = firstImages(all.buckets, wanted);
  const each = Math.min(wanted, all.samples.length);
  let total = checkpoints.length * each;
  const maker = batchMaker(config.workers);
  const courses = new Map<number, Course>();
  let predictor: Predictor | undefined;
  let done = 0;
  try {
    for (const { epoch, file } of checkpoints) {
      const weights = await abortable(variablesIn(file), signal);
      if (weights === undefined) {
        total -= each;
        continue;
      }
      if (predictor === undefined) {
        predictor = supernetPredictor(config, dataset.classes.length, weights);
      } else {
        loadArrays(predictor, weights);
      }
      const reading = { ...readingOf({ ...all, buckets }, dataset, config), maker };
      for await (const { batch, indices } of evaluationBatches(reading, signal)) {
        // A window is as large as the batch; a whole image is padded to its size.
        const size: Size = config.validationView === 'whole' ? batch.sizes[0] : batch;
        const prediction = labelMap(await predictor.labels(batch), batch, size);
        const [index] = indices;
        const course = courses.get(index) ?? { ...shownImage(batch, size), predictions: [] };
        course.predictions.push({ epoch, prediction });
        courses.set(index, course);
        done++;
        onProgress?.({
          kind: 'images',
          purpose: 'prediction',
          done,
          total,
          secondsLeft: undefined,
        });
      }
    }
    if (courses.size === 0) {
      throw noCheckpoint(folder);
    }
    return [...courses].sort(([a], [b]) => a - b).map(([, course]) => course);
  } finally {
    predictor?.dispose();
    await maker.close();
  }
}

/** An image whose predictions come one after the other. */
type Course = ImageOverEpochs & { readonly predictions: EpochPrediction[] };

/** The buckets with the first images only. */
function firstImages(buckets: readonly SizeBucket[], count: number): SizeBucket[] {
  return buckets
    .map(({ size, indices }) => ({ size, indices: indices.filter((index) => index < count) }))
    .filter(({ indices }) => indices.length > 0);
}

/** A batch of one image as it can be drawn. */
function shownImage(batch: Batch, size: Size): Pick<ImageOverEpochs, 'id' | 'image' | 'labels'> {
  const { height, width } = size;
  const pixels = cropPadding(batch.images, batch, size);
  const data = Uint8Array.from(pixels, (value) => Math.round((value + 1) * 127.5));
  return {
    id: batch.ids[0],
    image: { height, width, data },
    labels: labelMap(batch.labels, batch, size),
  };
}

function labelMap(values: Int32Array, padded: Size, size: Size): LabelMap {
  const { height, width } = size;
  return { height, width, data: Uint8Array.from(cropPadding(values, padded, size)) };
}
