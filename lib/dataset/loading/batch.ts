/** Making a batch: decode, augment, normalise, in a worker or in the main thread. */
import { DataError } from '../../errors.js';
import { Random } from '../../random.js';
import type { SampleCache } from './cache/sample-cache.js';
import { randomView, type AugmentOptions } from '../reading/augment.js';
import { IGNORE_LABEL, type LabelTable, type Sample } from '../dataset.js';
import type { Resolution } from '../reading/geometry.js';
import type { LabelledImage } from '../pixels.js';
import type { Size } from '../../size.js';
import { readSample } from '../reading/read-sample.js';
import { centerView, drawImage, drawLabels, paddedView, type View } from '../reading/view.js';
import { viewWith, type WantedPixels } from './wanted-pixels.js';

/** Images and label maps of one step, as plain arrays. */
export interface Batch extends Size {
  /** `[batch, height, width, 3]`, from −1 to 1; padding is 0. */
  readonly images: Float32Array;
  /** `[batch, height, width]`, train ids; padding is the ignore label. */
  readonly labels: Int32Array;
  /** The ids of the samples, in order. */
  readonly ids: readonly string[];
  /** The size of each image as it was read, before scaling and padding. */
  readonly sizes: readonly Size[];
}

/** A sample of a batch, with its pixels if they were decoded before. */
export interface BatchEntry {
  readonly sample: Sample;
  /** The position of the sample in the loader's list. */
  readonly index: number;
  /** Selects the random numbers: the sample's position, or that of a draw in its epoch. */
  readonly draw: number;
  /** What the window should hold; undefined: anything. */
  readonly wanted?: WantedPixels | undefined;
  readonly decoded: LabelledImage | undefined;
}

/** Everything needed to make one batch; it can be sent to a worker. */
export interface BatchTask extends Size {
  readonly entries: readonly BatchEntry[];
  readonly labelTable: LabelTable;
  readonly seed: number;
  readonly epoch: number;
  /** Random views, or undefined for whole images. */
  readonly augment: AugmentOptions | undefined;
  /** How whole images of another size fit into the batch's. */
  readonly fit: 'pad' | 'center';
  readonly resolution: Resolution;
  readonly maxPixels: number;
  /** Whether to return the decoded samples, in memory that all threads share. */
  readonly keepDecoded: boolean;
  /** Whether samples that cannot be read are named in the result; otherwise there is none. */
  readonly namesBad?: boolean | undefined;
  /** Decoded samples on disk; undefined: none. */
  readonly cache?: SampleCache | undefined;
}

/** A sample that cannot be read. */
export interface BadEntry {
  readonly index: number;
  /** What is wrong with it. */
  readonly reason: string;
}

/** A batch and, if asked for, what was newly decoded for it. */
export interface BatchResult {
  readonly batch: Batch;
  readonly decoded: readonly { readonly index: number; readonly pixels: LabelledImage }[];
  /** What the user should know of the cache. */
  readonly notes: readonly string[];
  /** If there are any, the batch is not complete. */
  readonly bad?: readonly BadEntry[];
}

/**
 * Makes one batch; equal tasks give equal batches, in any thread and whatever was made before.
 *
 * @throws {@link DataError} if a sample cannot be read
 * @throws {@link ShapeError} if a whole image is larger than the batch's size
 */
export async function makeBatch(task: BatchTask): Promise<BatchResult> {
  const { entries, height, width } = task;
  const images = new Float32Array(entries.length * height * width * 3);
  const labels = new Int32Array(entries.length * height * width).fill(IGNORE_LABEL);
  const decoded: { index: number; pixels: LabelledImage }[] = [];
  const notes: string[] = [];
  const bad: BadEntry[] = [];
  const sizes = await Promise.all(
    entries.map(async (entry, position) => {
      const { index, decoded: known } = entry;
      let pixels = known ?? (await read(task, entry, notes, bad));
      if (pixels === undefined) {
        return { height: 0, width: 0 };
      }
      if (known === undefined && task.keepDecoded) {
        pixels = share(pixels);
        decoded.push({ index, pixels });
      }
      const view = chooseView(task, entry, pixels);
      drawImage(pixels.image, view, images, position * height * width * 3);
      if (pixels.labels) {
        drawLabels(pixels.labels, view, labels, position * height * width);
      }
      return { height: pixels.image.height, width: pixels.image.width };
    }),
  );
  const ids = entries.map(({ sample }) => sample.id);
  return { batch: { height, width, images, labels, ids, sizes }, decoded, notes, bad };
}

/** The pixels of a sample; undefined if it is bad and the task wants to know that. */
async function read(
  task: BatchTask,
  { sample, index }: Pick<BatchEntry, 'sample' | 'index'>,
  notes: string[],
  bad: BadEntry[],
): Promise<LabelledImage | undefined> {
  try {
    return await readPixels(task, sample, notes);
  } catch (error) {
    if (!task.namesBad || !(error instanceof DataError)) {
      throw error;
    }
    bad.push({ index, reason: error.message });
    return undefined;
  }
}

/** The pixels of a sample, through the cache if there is one; its remarks are added to `notes`. */
async function readPixels(
  { labelTable, resolution, maxPixels, cache }: BatchTask,
  sample: Sample,
  notes: string[],
): Promise<LabelledImage> {
  const options = { resolution, maxPixels };
  if (cache === undefined) {
    return readSample(sample, labelTable, options);
  }
  const { readThrough } = await import('./cache/read-through.js'); // Arrow takes long to load
  return readThrough(cache, sample, labelTable, options, (note) => notes.push(note));
}

function chooseView(
  task: BatchTask,
  { sample, draw, wanted }: BatchEntry,
  { image, labels }: LabelledImage,
): View {
  const { augment } = task;
  if (augment === undefined) {
    const where = `image ${sample.imageFile}`;
    return task.fit === 'pad' ? paddedView(image, task, where) : centerView(image, task);
  }
  const random = new Random(task.seed).fork(`augment/${task.epoch}/${draw}`);
  const first = randomView(random, image, task, augment);
  return wanted && labels
    ? viewWith(labels, wanted, first, (i) => randomView(random.fork(`${i}`), image, task, augment))
    : first;
}

/** A copy of the pixels in memory that all threads share. */
function share({ image, labels }: LabelledImage): LabelledImage {
  const copy = (data: Uint8Array): Uint8Array => {
    const shared = new Uint8Array(new SharedArrayBuffer(data.length));
    shared.set(data);
    return shared;
  };
  return {
    image: { ...image, data: copy(image.data) },
    labels: labels && { ...labels, data: copy(labels.data) },
  };
}
