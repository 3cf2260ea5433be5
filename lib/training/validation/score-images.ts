/** Scoring a network on images: predict, compare, count. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { resizeLabels } from '../../dataset/reading/geometry.js';
import type { LabelMap } from '../../dataset/pixels.js';
import type { Size } from '../../size.js';
import { cropPadding } from '../../dataset/reading/view.js';
import { abortable } from '../../interrupt.js';
import { ConfusionMatrix, type LabelValues } from '../../metrics/confusion-matrix.js';
import type { Batch } from '../../dataset/loading/batch.js';
import type { EvaluationBatch } from './evaluation-images.js';

/** What was predicted for an image and what is right, without padding. */
export interface ScoredImage {
  /** A class per pixel, `[height, width]` */
  readonly prediction: LabelValues;
  /** Train ids, `[height, width]` */
  readonly labels: LabelValues;
  readonly size: Size;
  /** The position of the image in the list of samples. */
  readonly index: number;
}

/** How to watch and stop the scoring. */
export interface ScoreImagesOptions {
  /** Number of classes. */
  readonly classes: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of images done. */
  readonly onImage?: ((done: number) => void) | undefined;
  /** Called with each image, to score it otherwise too. */
  readonly onScored?: ((image: ScoredImage) => Promise<void> | void) | undefined;
  /**
   * Gives the label map of an image as it is on disk, as train ids, by its position in the list of
   * samples. If present, predictions are brought to its size and scored there, instead of at the
   * size that images were read at.
   */
  readonly originalLabels?: ((index: number) => Promise<LabelMap>) | undefined;
}

/**
 * The confusion matrix over batches of images; padding does not count, since its label is the
 * ignore label.
 *
 * @throws the signal's reason if it is aborted
 */
export async function scoreImages(
  batches: AsyncIterable<EvaluationBatch>,
  predict: (batch: Batch) => Promise<Int32Array>,
  { classes, signal, onImage, onScored, originalLabels }: ScoreImagesOptions,
): Promise<ConfusionMatrix> {
  const matrix = new ConfusionMatrix(classes);
  let done = 0;
  signal?.throwIfAborted();
  for await (const { batch, indices } of batches) {
    const predicted = await predict(batch);
    for (const [i, index] of indices.entries()) {
      const image = imageOf(batch, predicted, i);
      if (onScored || originalLabels) {
        const original = originalLabels && (await abortable(originalLabels(index), signal));
        const scored = { ...atScoreSize(image, original), index };
        matrix.add(scored.prediction, scored.labels);
        await onScored?.(scored);
      } else {
        matrix.add(image.prediction, image.labels); // padding is ignored
      }
      done++;
      onImage?.(done);
    }
    await nextTurn();
    signal?.throwIfAborted();
  }
  return matrix;
}

/** An image of a batch, with its padding. */
interface PaddedImage {
  readonly prediction: Int32Array;
  readonly labels: Int32Array;
  readonly padded: Size;
  /** Without the padding. */
  readonly size: Size;
}

function imageOf({ height, width, labels, sizes }: Batch, predicted: Int32Array, i: number) {
  const [from, to] = [i * height * width, (i + 1) * height * width];
  return {
    prediction: predicted.subarray(from, to),
    labels: labels.subarray(from, to),
    padded: { height, width },
    size: sizes[i],
  };
}

/** An image without its padding, brought to the size of a label map if there is one. */
function atScoreSize({ prediction, labels, padded, size }: PaddedImage, original?: LabelMap) {
  const read = cropPadding(prediction, padded, size);
  if (original === undefined) {
    return { prediction: read, labels: cropPadding(labels, padded, size), size };
  }
  const { height, width } = size;
  const map = { height, width, data: Uint8Array.from(read) };
  return { prediction: resizeLabels(map, original).data, labels: original.data, size: original };
}
