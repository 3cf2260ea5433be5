/** Scoring a network on images: predict, compare, count. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Size } from '../dataset/pixels.js';
import { cropPadding } from '../dataset/view.js';
import { ConfusionMatrix } from '../metrics/confusion-matrix.js';
import type { LabelMapper } from './inference.js';
import type { EvaluationBatch } from './evaluation-images.js';

/** How to watch and stop the scoring. */
export interface ScoreImagesOptions {
  /** Number of classes. */
  readonly classes: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of images done. */
  readonly onImage?: ((done: number) => void) | undefined;
  /** Sees each label map without its padding, to compare it with something else too. */
  readonly onLabels?: ((labels: Int32Array, size: Size) => void) | undefined;
}

/**
 * The confusion matrix over batches of images; padding counts for nothing, since its label is the
 * ignore label.
 *
 * @throws the signal's reason if it is aborted
 */
export async function scoreImages(
  batches: AsyncIterable<EvaluationBatch>,
  predict: LabelMapper,
  { classes, signal, onImage, onLabels }: ScoreImagesOptions,
): Promise<ConfusionMatrix> {
  const matrix = new ConfusionMatrix(classes);
  let done = 0;
  signal?.throwIfAborted();
  for await (const { batch, count } of batches) {
    const { height, width, labels } = batch;
    const predicted = await predict(batch);
    for (let i = 0; i < count; i++) {
      const [from, to] = [i * height * width, (i + 1) * height * width];
      matrix.add(predicted.subarray(from, to), labels.subarray(from, to));
      const size = batch.sizes[i];
      onLabels?.(cropPadding(labels.subarray(from, to), { height, width }, size), size);
      onImage?.(++done);
    }
    await nextTurn();
    signal?.throwIfAborted();
  }
  return matrix;
}
