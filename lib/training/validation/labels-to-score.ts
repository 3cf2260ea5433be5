/** Whether there is anything to score, found out before anything is predicted. */
import { IGNORE_LABEL, type Sample } from '../../dataset/dataset.js';
import type { LabelMap } from '../../dataset/pixels.js';
import { DataError } from '../../errors.js';
import { abortable } from '../../interrupt.js';
import { count } from '../../text.js';
import type { LoopControl } from '../events.js';
import { occasionally } from '../occasionally.js';
import { evaluationBatches, type EvaluationImages } from './evaluation-images.js';

/**
 * Checks that every image has a label map.
 *
 * @param where - what is scored, for the error
 * @throws {@link DataError} if one has none
 */
export function checkLabelFiles(samples: readonly Sample[], where: string): void {
  const without = samples.filter(({ labelFile }) => labelFile === undefined);
  if (without.length === 0) {
    return;
  }
  const [first] = without;
  throw new DataError(
    without.length === samples.length
      ? `${where}: expected label maps to score against, got ${count(samples.length, 'image')} ` +
          'without any; take a split that has label maps'
      : `${where}: expected a label map for each of ${samples.length} images, got none for ` +
          `${without.length} of them, such as "${first.id}"; add them, or take these images out of ` +
          'the split',
    first.imageFile,
  );
}

const isLabelled = (labels: Int32Array | Uint8Array) =>
  labels.some((label) => label !== IGNORE_LABEL);

/**
 * Checks that some pixel has a class: reads label maps until one has.
 *
 * @param originalLabels - gives the label map that is scored, by the position of its image; left
 *   out: the label maps as they are in the batches
 * @throws {@link DataError} if every pixel is ignored, or a sample cannot be read
 * @throws the signal's reason if it is aborted
 */
export async function checkLabelledPixels(
  images: EvaluationImages,
  where: string,
  { signal, onProgress }: LoopControl,
  originalLabels?: (index: number) => Promise<LabelMap>,
): Promise<void> {
  const { samples, view } = images;
  const report = occasionally(onProgress, 'labels', samples.length);
  let done = 0;
  for await (const { batch, indices } of evaluationBatches(images, signal)) {
    signal?.throwIfAborted();
    const scored = originalLabels
      ? await abortable(
          Promise.all(indices.map(async (index) => (await originalLabels(index)).data)),
          signal,
        )
      : [batch.labels];
    if (scored.some(isLabelled)) {
      return;
    }
    done += indices.length;
    report(done);
  }
  throw new DataError(
    `${where}: expected pixels of a class to score, got ${count(samples.length, 'image')} in which ` +
      `every pixel${view === 'crop' ? ' of the middle' : ''} is ignored; check that the label maps ` +
      'hold the label values of the classes' +
      (view === 'crop' ? ', or validate whole images' : ''),
  );
}
