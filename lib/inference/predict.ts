/** Prediction of images that have no label map. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { palette } from '../dataset/dataset.js';
import { readImageFile } from '../dataset/reading/image-file.js';
import type { LabelMap, RgbImage } from '../dataset/pixels.js';
import { ConfigError, DataError } from '../errors.js';
import { fileError } from '../files/file-error.js';
import { ensureBackend } from '../training/ensure-backend.js';
import type { PrecisionChoice } from '../runtime/precision.js';
import type { CheckpointChoice } from '../run/checkpoint-folder.js';
import type { AveragingOptions } from './averaging-options.js';
import { findInputs, type InputImage, type LeftOut } from './inputs.js';
import { colorize, overlay, writeImage } from './label-pictures.js';
import { labelMapWriter, type LabelMapWriter, type LabelValueChoice } from './label-values.js';
import type { ImagePooling } from '../segmentation/aspp.js';
import type { LoopControl } from '../training/events.js';
import { TimeLeft } from '../training/time-left.js';
import { isPredicted, PREDICTED_BY } from './output-mark.js';
import { loadNetwork } from './load-network.js';
import { checkWay, labelMapOf, wayOf } from './predict-image.js';
import { mostPixels } from './tile-memory.js';
import { describeTiling, type TilingOptions } from './tiling-options.js';
import type { TrainedNetwork } from './trained-network.js';
import { abortable, interruptSignal } from '../interrupt.js';

/** What {@link predict} needs. */
export interface PredictOptions extends LoopControl, TilingOptions, AveragingOptions {
  /** The folder of the retraining, or of an exported network. */
  readonly folder: string;
  /** An image, or a folder of images; folders in it are searched too. */
  readonly input: string;
  /**
   * The folder that the pictures are written to; it is created if it does not exist. Where it lies in
   * the input it is not searched; pictures of earlier predictions are marked and never an input.
   */
  readonly out: string;
  readonly checkpoint?: CheckpointChoice | undefined;
  /** The values of the label maps: *train* (default), or *dataset*, which it reads as its own. */
  readonly labelValues?: LabelValueChoice;
  /** What the image pooling of the ASPP averages over; by default what the run says. */
  readonly imagePooling?: ImagePooling | undefined;
  /** What convolutions compute with; *float32* by default. */
  readonly precision?: PrecisionChoice | undefined;
}

/** The pictures of one image. */
export interface Prediction {
  /** The image. */
  readonly image: string;
  /** 8-bit PNG of the size of the image: class indices as grey, unless `labelValues` asks for others. */
  readonly labels: string;
  /** The label map in the colours of the classes. */
  readonly colors: string;
  /** The colours laid over the image. */
  readonly overlay: string;
  /** Share of the pixels per class that occurs, by name. */
  readonly shares: Readonly<Record<string, number>>;
}

/** What {@link predict} did. */
export interface PredictResult {
  /** What was written, in the order of the images. */
  readonly predictions: readonly Prediction[];
  /** Images that could not be read or predicted. */
  readonly failed: readonly LeftOut[];
  /** What else was in the folder: other formats, links, pictures of earlier predictions. */
  readonly skipped: readonly LeftOut[];
}

function sharesOf({ data }: LabelMap, { classes }: TrainedNetwork): Record<string, number> {
  const counts = new Map<number, number>();
  for (const label of data) {
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return Object.fromEntries(
    [...counts]
      .sort(([a], [b]) => a - b)
      .map(([label, count]) => [classes[label].name, count / data.length]),
  );
}

/** The files of an image's pictures. */
function picturesOf(target: string): Pick<Prediction, 'labels' | 'colors' | 'overlay'> {
  return {
    labels: `${target}_labels.png`,
    colors: `${target}_colors.png`,
    overlay: `${target}_overlay.png`,
  };
}

/** Refuses to replace files that no prediction wrote, such as label maps beside the images. */
async function checkTargets(images: readonly InputImage[], out: string): Promise<void> {
  for (const { name } of images) {
    for (const file of Object.values(picturesOf(path.join(out, name)))) {
      if (existsSync(file) && !(await isPredicted(file))) {
        throw new ConfigError(
          `predict: expected to write ${file}, got a file of that name that predict did not write; ` +
            'choose another folder for the pictures',
        );
      }
    }
  }
}

/** Where and how pictures are written. */
interface Writing {
  readonly network: TrainedNetwork;
  readonly writeLabels: LabelMapWriter;
  readonly out: string;
}

async function writePictures(
  { file, name }: InputImage,
  { network, writeLabels, out }: Writing,
  image: RgbImage,
  labels: LabelMap,
): Promise<Prediction> {
  const classes = network.classes.map((entry, trainId) => ({ ...entry, trainId }));
  const colored = colorize(labels, palette({ classes }));
  const target = path.join(out, name);
  const files = picturesOf(target);
  await mkdir(path.dirname(target), { recursive: true }).catch((error: unknown) => {
    throw fileError('create', path.dirname(target), error);
  });
  await writeLabels(files.labels, labels, PREDICTED_BY);
  await writeImage(files.colors, colored, PREDICTED_BY);
  await writeImage(files.overlay, overlay(image, colored), PREDICTED_BY);
  return { image: file, ...files, shares: sharesOf(labels, network) };
}

/**
 * Predicts an image or all images of a folder with a trained network, and writes for each
 * `<name>_labels.png`, `<name>_colors.png` and `<name>_overlay.png`.
 *
 * PNG, JPEG, WebP and TIFF files are images. What cannot be read is named in the result and the rest is
 * done; only if `input` itself is such a file, the error is thrown. In a folder, links are followed to
 * what lies in it and was not reached otherwise.
 *
 * @throws {@link ConfigError} if `folder` is not that of a retraining or a network, a class lacks a label value that
 *   was asked for, tiles, scales or windows cannot be, or a file that no prediction wrote has the name of a picture
 * @throws {@link DataError} if there is no image, or a picture cannot be written
 * @throws the signal's reason if it is aborted; pictures written before stay
 */
export async function predict(options: PredictOptions): Promise<PredictResult> {
  const { folder, input, out, checkpoint = 'best', memoryLimit, onProgress } = options;
  const signal = options.signal ?? interruptSignal();
  checkWay(options);
  const { images, skipped } = await abortable(findInputs(input, out), signal);
  await checkTargets(images, out);
  await ensureBackend();
  const { imagePooling, precision } = options;
  const network = await loadNetwork(folder, { checkpoint, imagePooling, precision, signal });
  const timeLeft = new TimeLeft();
  const predictions: Prediction[] = [];
  const failed: LeftOut[] = [];

  /** An image and how it is predicted; undefined if it cannot be predicted, which `failed` then says. */
  const open = async (file: string) => {
    try {
      const image = await abortable(
        readImageFile(file, mostPixels(memoryLimit), 'raise memoryLimit'),
        signal,
      );
      return { image, way: wayOf(network, image, options) };
    } catch (error) {
      if (!(error instanceof DataError) || file === input) {
        throw error;
      }
      failed.push({ file, reason: error.message });
      return undefined;
    }
  };

  try {
    const writeLabels = labelMapWriter(network, options.labelValues ?? 'train');
    const writing = { network, writeLabels, out };
    for (const [i, entry] of images.entries()) {
      signal.throwIfAborted();
      const start = performance.now();
      const opened = await open(entry.file);
      if (opened) {
        const { image, way } = opened;
        if (way.tiling) {
          onProgress?.({ kind: 'note', text: `${entry.file}: ${describeTiling(way.tiling)}` });
        }
        const labels = await labelMapOf(network, image, way, signal);
        predictions.push(await writePictures(entry, writing, image, labels));
      }
      timeLeft.add('image', (performance.now() - start) / 1000);
      const [done, total] = [i + 1, images.length];
      const secondsLeft = timeLeft.estimate([{ kind: 'image', count: total - done }]);
      onProgress?.({ kind: 'images', purpose: 'prediction', done, total, secondsLeft });
      await nextTurn();
    }
    return { predictions, failed, skipped };
  } finally {
    network.predictor.dispose();
  }
}
