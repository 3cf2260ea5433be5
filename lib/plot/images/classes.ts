/** Classes in pictures: which occur, in which colours, under which names. */
import { IGNORE_LABEL, type Color } from '../../dataset/dataset.js';
import type { LabelMap } from '../../dataset/pixels.js';
import { DataError } from '../../errors.js';

/** A class as a picture needs it: those of a dataset and of a trained network both are. */
export interface PictureClass {
  readonly name: string;
  readonly color: Color;
}

/**
 * A colour as `#rrggbb`.
 *
 * @example
 * hexColor([128, 64, 128]); // '#804080'
 */
export function hexColor(color: Color): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** A class that occurs, and where. */
export interface PresentClass extends PictureClass {
  /** Its index in the label map. */
  readonly label: number;
  /** Its share of the pixels that are not ignored, over all label maps. */
  readonly share: number;
}

/** The pixels of each value, `[256]`. */
function countValues(maps: readonly LabelMap[]): Float64Array {
  const counts = new Float64Array(256);
  for (const { data } of maps) {
    for (const label of data) {
      counts[label]++;
    }
  }
  return counts;
}

/**
 * The classes that occur in label maps, by index.
 *
 * @param where - the figure, for the error
 * @throws {@link DataError} if a value is neither a class nor 255
 */
export function presentClasses(
  where: string,
  maps: readonly LabelMap[],
  classes: readonly PictureClass[],
): readonly PresentClass[] {
  const counts = countValues(maps);
  const total = counts.reduce((sum, count) => sum + count, 0) - counts[IGNORE_LABEL];
  const present = [...counts.keys()].filter((label) => label !== IGNORE_LABEL && counts[label] > 0);
  const unknown = present.find((label) => label >= classes.length);
  if (unknown !== undefined) {
    throw new DataError(
      `${where}: expected labels 0 to ${classes.length - 1} or ${IGNORE_LABEL} (ignore), got ` +
        `${unknown}; pass the classes that the label map was made with`,
    );
  }
  return present.map((label) => ({ ...classes[label], label, share: counts[label] / total }));
}

/** Whether some pixels are ignored. */
export function hasIgnored(maps: readonly LabelMap[]): boolean {
  return maps.some(({ data }) => data.includes(IGNORE_LABEL));
}

/** The name of a label, with `ignored` for 255. */
export function labelName(label: number, classes: readonly PictureClass[]): string {
  return label === IGNORE_LABEL ? 'ignored' : (classes[label]?.name ?? `class ${label}`);
}
