/** Scoring a network on images: predict, compare, count. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { resizeLabels } from '../../dataset/reading/geometry.js';
import type { LabelMap } from '../../dataset/pixels.js';
import type { Size } from '../../size.js';
import { cropPadding } from '../../dataset/reading/view.js';
import { ConfusionMatrix, type LabelValues } from '../../metrics/confusion-matrix.js';
import type { Batch } from '../../dataset/loading/batch.js';
import type { EvaluationBatch } from './evaluation-images.js';

/** How to watch and stop the scoring. */
export interface ScoreImagesOptions {
  /** Number of classes. */
  readonly classes: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of images done. */
  readonly onImage?: ((done: number) => void) | undefined;
  /** Called with each label map without its padding, to compare it with something else. */
  readonly onLabels?: ((labels: LabelValues, size: Size) => void) | undefined;
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
  { classes, signal, onImage, onLabels, originalLabels }: ScoreImagesOptions,
): Promise<ConfusionMatrix> {
  const matrix = new ConfusionMatrix(classes);
  let done = 0;
  signal?.throwIfAborted();
  for await (const { batch, indices } of batches) {
    const { height, width, labels } = batch;
    const predicted = await predict(batch);
    for (const [i, index] of indices.entries()) {
      const [from, to] = [i * height * width, (i + 1) * height * width];
      const size = batch.sizes[i];
      if (originalLabels) {
        const original = await originalLabels(index);
        const cropped = cropPadding(predicted.subarray(from, to), { height, width }, size);
        const read = { ...size, data: Uint8Array.from(cropped) };
        matrix.add(resizeLabels(read, original).data, original.data);
        onLabels?.(original.data, original);
      } else {
        matrix.add(predicted.subarray(from, to), labels.subarray(from, to));
        onLabels?.(cropPadding(labels.subarray(from, to), { height, width }, size), size);
      }
      done++;
      onImage?.(done);
    }
    await nextTurn();
    signal?.throwIfAborted();
  }
  return matrix;
}
