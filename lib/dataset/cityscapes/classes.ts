/** The classes of Cityscapes: 19 of its labels; the benchmark ignores the others. */
import { IGNORE_LABEL, type DatasetClass, type IgnoredValue } from '../dataset.js';
import { CITYSCAPES_LABELS } from './labels.js';

/** How the label maps are coded: the annotators' ids, or train ids already. */
export type CityscapesLabels = 'labelIds' | 'labelTrainIds';

/** The 19 classes, with the label values of a coding. */
export function cityscapesClasses(labels: CityscapesLabels): readonly DatasetClass[] {
  return CITYSCAPES_LABELS.filter(({ trainId }) => trainId !== IGNORE_LABEL).map(
    ({ name, labelId, trainId, color }) => ({
      name,
      trainId,
      color,
      labelValues: [labels === 'labelIds' ? labelId : trainId],
    }),
  );
}

/**
 * The label values that a coding allows besides those of the classes. The license plate has the id
 * −1, which an 8-bit file can hold only as 255.
 */
export function cityscapesIgnored(labels: CityscapesLabels): readonly IgnoredValue[] {
  return labels === 'labelIds'
    ? CITYSCAPES_LABELS.filter(({ trainId }) => trainId === IGNORE_LABEL).map(
        ({ labelId, color }) => ({ value: labelId & 255, color }),
      )
    : [{ value: IGNORE_LABEL, color: [0, 0, 0] }];
}
