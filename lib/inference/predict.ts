/** Prediction of images that have no label map. */
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { palette } from '../dataset/dataset.js';
import { isImageName, listFolder, withoutExtension } from '../dataset/reading/files.js';
import { readingSize, resizeImage, resizeLabels } from '../dataset/reading/geometry.js';
import { readImageFile } from '../dataset/reading/image-file.js';
import type { LabelMap, RgbImage } from '../dataset/pixels.js';
import { cropPadding, drawImage, paddedView } from '../dataset/reading/view.js';
import { DataError } from '../errors.js';
import { fileError } from '../files/file-error.js';
import { ensureBackend } from '../training/ensure-backend.js';
import { paddedSize } from '../size.js';
import type { CheckpointChoice } from '../training/first-weights.js';
import { colorize, overlay, writeImage } from './label-pictures.js';
import { labelMapWriter, type LabelMapWriter, type LabelValueChoice } from './label-values.js';
import type { ImagePooling } from '../segmentation/aspp.js';
import type { LoopControl } from '../training/loop.js';
import { TimeLeft } from '../training/time-left.js';
import { loadTrainedNetwork, type TrainedNetwork } from './trained-network.js';
import { interruptSignal } from '../interrupt.js';

/** What {@link predict} needs. */
export interface PredictOptions extends LoopControl {
  /** The folder of the retraining. */
  readonly folder: string;
  /** An image, or a folder of images; folders in it are searched too. */
  readonly input: string;
  /** The folder that the pictures are written to; it is created if it does not exist. */
  readonly out: string;
  readonly checkpoint?: CheckpointChoice;
  /** The values of the label maps: *train* (default), or *dataset*, which it reads as its own. */
  readonly labelValues?: LabelValueChoice;
  /** What the image pooling of the ASPP averages over; by default what the run says. */
  readonly imagePooling?: ImagePooling;
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

const HINT = 'pass an image or a folder of images';

/** All images in a folder and the folders in it, relative to it, sorted. */
async function imagesIn(folder: string, prefix = ''): Promise<string[]> {
  const { files, folders } = await listFolder(path.join(folder, prefix), 'predict', HINT);
  const found = files.filter(isImageName).map((name) => path.join(prefix, name));
  for (const name of folders) {
    found.push(...(await imagesIn(folder, path.join(prefix, name))));
  }
  return found;
}

/** The images to predict, each with the name of its pictures. */
async function findInputs(
  input: string,
): Promise<readonly { readonly file: string; readonly name: string }[]> {
  const info = await stat(input).catch((error: unknown) => {
    throw fileError('read', input, error);
  });
  if (info.isFile()) {
    return [{ file: input, name: withoutExtension(path.basename(input)) }];
  }
  const names = await imagesIn(input);
  if (names.length === 0) {
    throw new DataError(
      `predict: expected PNG or JPEG images in ${input}, got none; ${HINT}`,
      input,
    );
  }
  const stems = names.map(withoutExtension);
  return names.map((name, i) => ({
    file: path.join(input, name),
    // Two images that differ only in the extension keep it, so that neither replaces the other.
    name: stems.filter((stem) => stem === stems[i]).length > 1 ? name : stems[i],
  }));
}

/**
 * The class of each pixel of an image of any size.
 *
 * The image is read at the resolution of the training, padded on the right and below to the next
 * 32·k + 1; the label map is cropped and brought back to the size of the image.
 */
export async function predictImage(network: TrainedNetwork, image: RgbImage): Promise<LabelMap> {
  const size = readingSize(image, network.options.resolution);
  const isWhole = size.height === image.height && size.width === image.width;
  const scaled = isWhole ? image : resizeImage(image, size);
  const padded = paddedSize(size);
  const images = new Float32Array(padded.height * padded.width * 3);
  drawImage(scaled, paddedView(scaled, padded), images);
  const labels = await network.predictor.labels({ ...padded, images });
  const data = Uint8Array.from(cropPadding(labels, padded, size));
  const map = { height: size.height, width: size.width, data };
  return isWhole ? map : resizeLabels(map, image);
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

async function predictFile(
  network: TrainedNetwork,
  writeLabels: LabelMapWriter,
  colors: Uint8Array,
  file: string,
  target: string,
): Promise<Prediction> {
  const image = await readImageFile(file);
  const labels = await predictImage(network, image);
  const colored = colorize(labels, colors);
  const files = {
    labels: `${target}_labels.png`,
    colors: `${target}_colors.png`,
    overlay: `${target}_overlay.png`,
  };
  await mkdir(path.dirname(target), { recursive: true }).catch((error: unknown) => {
    throw fileError('create', path.dirname(target), error);
  });
  await writeLabels(files.labels, labels);
  await writeImage(files.colors, colored);
  await writeImage(files.overlay, overlay(image, colored));
  return { image: file, ...files, shares: sharesOf(labels, network) };
}

/**
 * Predicts an image or all images of a folder with a trained network, and writes for each
 * `<name>_labels.png`, `<name>_colors.png` and `<name>_overlay.png`.
 *
 * @returns what was written, in the order of the images
 * @throws {@link ConfigError} if `folder` is not that of a retraining, or a class lacks a label value
 *   that was asked for
 * @throws {@link DataError} if an image cannot be read or a picture cannot be written
 * @throws the signal's reason if it is aborted; pictures written before stay
 */
export async function predict(options: PredictOptions): Promise<readonly Prediction[]> {
  const { folder, input, out, checkpoint = 'best', onProgress } = options;
  const signal = options.signal ?? interruptSignal();
  const inputs = await findInputs(input);
  await ensureBackend();
  const network = await loadTrainedNetwork(folder, checkpoint, options.imagePooling);
  const classes = network.classes.map((entry, trainId) => ({ ...entry, trainId }));
  const colors = palette({ classes });
  const timeLeft = new TimeLeft();
  const predictions: Prediction[] = [];
  try {
    const writeLabels = labelMapWriter(network, options.labelValues ?? 'train');
    for (const { file, name } of inputs) {
      signal.throwIfAborted();
      const start = performance.now();
      predictions.push(await predictFile(network, writeLabels, colors, file, path.join(out, name)));
      timeLeft.add('image', (performance.now() - start) / 1000);
      const [done, total] = [predictions.length, inputs.length];
      const secondsLeft = timeLeft.estimate([{ kind: 'image', count: total - done }]);
      onProgress?.({ kind: 'images', purpose: 'prediction', done, total, secondsLeft });
      await nextTurn();
    }
    return predictions;
  } finally {
    network.predictor.dispose();
  }
}
