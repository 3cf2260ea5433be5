/** The classes of a folder of your own images: names, label values and colours, as in a class file. */
import { IGNORE_LABEL, type Color, type DatasetClass, type IgnoredValue } from '../dataset.js';

/** One entry of a class file. */
export interface ClassEntry {
  readonly name: string;
  /** The value in the label maps, 0 to 255, or several values that are one class. */
  readonly id: number | readonly number[];
  /** `[red, green, blue]` or `"#rrggbb"`; default: one that differs from its neighbours'. */
  readonly color?: string | readonly number[] | undefined;
  /** True if pixels of this value are neither learned nor scored. */
  readonly ignore?: boolean | undefined;
}

/** The classes of a file and the label values that it ignores. */
export interface ClassList {
  readonly classes: readonly DatasetClass[];
  readonly ignored: readonly (number | IgnoredValue)[];
}

/**
 * The classes in the order of their entries, with train ids from 0; ignored entries get none.
 *
 * Assumption: the value 255 means "ignore" in a label map unless an entry claims it, as in most
 * datasets.
 *
 * @returns the classes, or the reason why the entries contradict each other
 */
export function readClassEntries(entries: readonly ClassEntry[]): ClassList | string {
  const owners = new Map<number, string>();
  const names = new Set<string>();
  const classes: DatasetClass[] = [];
  const ignored: (number | IgnoredValue)[] = [];
  for (const { name, id, color, ignore = false } of entries) {
    if (names.has(name)) {
      return `the class name "${name}" occurs twice`;
    }
    names.add(name);
    const labelValues = typeof id === 'number' ? [id] : id;
    for (const value of labelValues) {
      const owner = owners.get(value);
      if (owner !== undefined) {
        return `both "${owner}" and "${name}" have the id ${value}`;
      }
      owners.set(value, name);
    }
    if (ignore) {
      const own = color === undefined ? undefined : readColor(color);
      ignored.push(...labelValues.map((value) => (own ? { value, color: own } : value)));
    } else {
      const trainId = classes.length;
      const own = color === undefined ? distinctColor(trainId) : readColor(color);
      classes.push({ name, trainId, color: own, labelValues });
    }
  }
  if (classes.length === 0) {
    return 'all classes are ignored';
  }
  if (classes.length > IGNORE_LABEL) {
    return `there are ${classes.length} classes, at most 255 fit`;
  }
  if (!owners.has(IGNORE_LABEL)) {
    ignored.push(IGNORE_LABEL);
  }
  return { classes, ignored };
}

function readColor(color: string | readonly number[]): Color {
  if (typeof color === 'string') {
    const value = Number.parseInt(color.slice(1), 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  return [color[0], color[1], color[2]];
}

/** Hues a golden angle apart, at three brightnesses in turn. */
function distinctColor(index: number): Color {
  const hue = (index * 137.508) % 360;
  const value = [230, 170, 110][index % 3];
  const channel = (shift: number): number => {
    const k = (shift + hue / 60) % 6;
    return Math.round(value * (1 - 0.75 * Math.max(0, Math.min(k, 4 - k, 1)))); // HSV to RGB
  };
  return [channel(5), channel(3), channel(1)];
}
