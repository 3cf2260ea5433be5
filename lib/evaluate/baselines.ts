/** Scores of predictions that ignore the image: what a trained network has to beat. */
import type { Dataset, Sample } from '../dataset/dataset.js';
import { readTrainIds } from '../dataset/reading/label-file.js';
import type { Size } from '../size.js';
import { DataError } from '../errors.js';
import { abortable } from '../interrupt.js';
import {
  addClassCounts,
  mostFrequentClassBaseline,
  PositionBaseline,
} from '../metrics/baseline.js';
import type { ConfusionMatrix } from '../metrics/confusion-matrix.js';
import type { LoopControl } from '../training/events.js';
import { occasionally } from '../training/occasionally.js';

/** What training labels alone predict. */
export interface Baselines {
  /** The most frequent class of the training labels. */
  readonly frequentClass: number;
  /** The confusion matrix of predicting it everywhere, given the pixels of each class. */
  frequent(evaluation: readonly number[]): ConfusionMatrix;
  /** The most frequent class at each place of an image. */
  position(size: Size): Int32Array;
}

/**
 * Counts the classes in the training labels, overall and per place.
 *
 * @throws {@link DataError} if no sample has a label map or one cannot be read
 * @throws the signal's reason if it is aborted
 */
export async function learnBaselines(
  dataset: Dataset,
  samples: readonly Sample[],
  { signal, onProgress }: LoopControl = {},
): Promise<Baselines> {
  const classes = dataset.classes.length;
  const files = samples.flatMap(({ labelFile }) => labelFile ?? []);
  if (files.length === 0) {
    throw new DataError(
      `${dataset.name}: expected label maps to learn baselines from, got none; leave ` +
        'them out with { withBaselines: false }',
    );
  }
  const counts = new Float64Array(classes);
  const place = new PositionBaseline(classes);
  const report = occasionally(onProgress, 'training labels', files.length);
  for (const [i, file] of files.entries()) {
    signal?.throwIfAborted();
    const labels = await abortable(readTrainIds(file, dataset.labelTable), signal);
    addClassCounts(counts, labels.data);
    place.add(labels.data, labels.height, labels.width);
    report(i + 1);
  }
  return {
    frequentClass: counts.indexOf(Math.max(...counts)),
    frequent: (evaluation) => mostFrequentClassBaseline(counts, evaluation),
    position: ({ height, width }) => place.predict(height, width),
  };
}
