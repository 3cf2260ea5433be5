/** Label maps in the values that a dataset has on disk. */
import { palette } from '../dataset/dataset.js';
import type { LabelMap } from '../dataset/pixels.js';
import { ConfigError } from '../errors.js';
import { writeLabelMap, writePaletteLabelMap } from './label-pictures.js';
import type { TrainedNetwork } from './trained-network.js';

/**
 * The values of predicted label maps. *train* - the index of the class. *dataset* - the value that
 * means the class in the label maps of the dataset; the first one if there are several.
 */
export type LabelValueChoice = 'train' | 'dataset';

/** Writes the label map of an image, with what the file names as its maker. */
export type LabelMapWriter = (file: string, labels: LabelMap, software: string) => Promise<void>;

/**
 * What writes label maps of train ids in the values asked for: *dataset* as its label maps are
 * stored, so that the dataset reads them as its own.
 *
 * @throws {@link ConfigError} if a class has no label value
 */
export function labelMapWriter(
  { classes, labelPng, datasetName }: TrainedNetwork,
  choice: LabelValueChoice,
): LabelMapWriter {
  if (choice === 'train') {
    return writeLabelMap;
  }
  const without = classes.find(({ labelValues }) => labelValues.length === 0);
  if (without !== undefined) {
    throw new ConfigError(
      `labelValues: expected a label value for each class of ${datasetName}, got none for ` +
        `"${without.name}"; write train ids`,
    );
  }
  const values = Uint8Array.from(classes, ({ labelValues }) => labelValues[0]);
  const own = ({ height, width, data }: LabelMap): LabelMap => ({
    height,
    width,
    data: data.map((label) => values[label]),
  });
  if (labelPng === 'grey') {
    return (file, labels, software) => writeLabelMap(file, own(labels), software);
  }
  const colors = palette({
    classes: classes.map(({ name, color, labelValues }, k) => ({
      name,
      color,
      labelValues,
      trainId: values[k],
    })),
  });
  return (file, labels, software) => writePaletteLabelMap(file, own(labels), colors, software);
}
