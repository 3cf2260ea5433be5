/** Masks of labelling tools: PNG files whose colours or values mean classes. */
import path from 'node:path';
import { DataError } from '../../errors.js';
import { IGNORE_LABEL, packColor, type Color } from '../dataset.js';
import type { LabelMap } from '../pixels.js';
import { DEFAULT_MAX_PIXELS } from '../reading/files.js';
import { readImageFile } from '../reading/image-file.js';
import { readLabelFile } from '../reading/label-file.js';
import type { ExportClass, Notes, UnknownColors } from './format.js';
import { meaningsOf, readValues, toColor, type Meanings } from './mask-values.js';

/** How many unknown colours an error names. */
const MOST_NAMED = 6;

/** How masks are read, and where remarks about them go. */
export interface MaskOptions {
  /** Those without colour are known by their index only. */
  readonly classes: readonly ExportClass[];
  /** What to do with other colours. */
  readonly unknown: UnknownColors;
  /** Receives how many pixels had them. */
  readonly notes: Notes;
}

/** Reads masks by a table of colours; values of masks of one channel may also be class indices. */
export class ColorMasks {
  private readonly colors: readonly { readonly color: Color; readonly index: number }[];

  private constructor(
    private readonly options: MaskOptions,
    private readonly indices: ReadonlyMap<number, number>,
    private readonly meanings: Meanings,
  ) {
    this.colors = options.classes.flatMap(({ color }, index) =>
      color === undefined ? [] : [{ color, index }],
    );
  }

  /**
   * The reader of an export's masks, all of which are looked at once to tell what their values are.
   *
   * @throws {@link DataError} if a mask is damaged, values may be colours and indices, or are colours that
   *   two classes share
   * @throws the signal's reason if it is aborted
   */
  static async of(
    files: readonly string[],
    options: MaskOptions,
    signal: AbortSignal,
  ): Promise<ColorMasks> {
    const { classes } = options;
    const indices = new Map<number, number>();
    for (const [index, { color }] of classes.entries()) {
      if (color !== undefined) {
        indices.set(packColor(color), index);
      }
    }
    const meanings = await meaningsOf(files, classes, indices, signal);
    if (meanings.haveColors) {
      requireOwnColors(classes);
    }
    return new ColorMasks(options, indices, meanings);
  }

  /**
   * Reads a mask as class indices. The colours of a file of one channel are its palette or its greys,
   * unless the values of such files of the export are indices.
   *
   * @throws {@link DataError} if it is damaged, or has a colour of no class and `unknown` is `error`
   */
  async read(file: string): Promise<LabelMap> {
    const mask = await readValues(file);
    if (mask === undefined) {
      const { height, width, data } = await readImageFile(file, DEFAULT_MAX_PIXELS);
      const pixel = (i: number): number =>
        (data[3 * i] << 16) | (data[3 * i + 1] << 8) | data[3 * i + 2];
      return { height, width, data: this.lookUp(height * width, pixel, file) };
    }
    const { map, isPalette, colorOf } = mask;
    if (this.meanings[isPalette ? 'palette' : 'grey'] === 'indices') {
      const { classes, unknown, notes } = this.options;
      const own = new Map([...classes.keys()].map((index) => [index, index]));
      return toIndices(map, file, own, unknown, notes);
    }
    const data = this.lookUp(map.data.length, (i) => colorOf(map.data[i]), file);
    return { height: map.height, width: map.width, data };
  }

  private lookUp(pixels: number, colorAt: (i: number) => number, file: string): Uint8Array {
    const data = new Uint8Array(pixels).fill(IGNORE_LABEL);
    const unknown = new Map<number, number>();
    for (let i = 0; i < pixels; i++) {
      const color = colorAt(i);
      const index = this.indices.get(color);
      if (index === undefined) {
        unknown.set(color, (unknown.get(color) ?? 0) + 1);
      } else {
        data[i] = index;
      }
    }
    if (unknown.size === 0) {
      return data;
    }
    if (this.options.unknown === 'error') {
      throw this.unknownError(unknown, pixels, file);
    }
    for (const [color, count] of unknown) {
      const nearest = this.nearest(color);
      const fate = this.options.unknown === 'ignore' ? 'ignored' : `taken for "${nearest.name}"`;
      this.options.notes.add(
        `pixels of colour ${toColor(color).join(',')}, which no class has: ${fate}`,
        count,
      );
    }
    if (this.options.unknown === 'nearest') {
      for (let i = 0; i < pixels; i++) {
        const color = colorAt(i);
        data[i] = this.indices.get(color) ?? this.nearest(color).index;
      }
    }
    return data;
  }

  /** The class of the nearest colour: least sum of squared differences, the first at a tie. */
  private nearest(value: number): { readonly index: number; readonly name: string } {
    const [red, green, blue] = toColor(value);
    let best = { index: 0, distance: Infinity };
    for (const { color, index } of this.colors) {
      const distance = (color[0] - red) ** 2 + (color[1] - green) ** 2 + (color[2] - blue) ** 2;
      if (distance < best.distance) {
        best = { index, distance };
      }
    }
    return { index: best.index, name: this.options.classes[best.index].name };
  }

  private unknownError(
    unknown: ReadonlyMap<number, number>,
    pixels: number,
    file: string,
  ): DataError {
    const list = [...unknown].sort(([, a], [, b]) => b - a);
    const named = list
      .slice(0, MOST_NAMED)
      .map(
        ([color, n]) =>
          `${toColor(color).join(',')} (${n} pixels, nearest is "${this.nearest(color).name}")`,
      );
    const rest = list.length > MOST_NAMED ? ` and ${list.length - MOST_NAMED} more` : '';
    return new DataError(
      `mask ${path.resolve(file)}: expected the colours of ${this.options.classes.length} classes, got for ` +
        `${sum(unknown)} of ${pixels} pixels: ${named.join(', ')}${rest}; add them to the colour ` +
        'table, or choose ignore or nearest for unknown colours',
      file,
    );
  }
}

/** Refuses a colour table in which a colour means two classes. */
function requireOwnColors(classes: readonly ExportClass[]): void {
  const owners = new Map<number, string>();
  for (const { name, color } of classes) {
    if (color === undefined) {
      continue;
    }
    const owner = owners.get(packColor(color));
    if (owner !== undefined) {
      throw new DataError(
        `import: expected a colour of its own for each class, got ${color.join(',')} for both ` +
          `"${owner}" and "${name}"; correct the table, or pass a correct one as option classes`,
      );
    }
    owners.set(packColor(color), name);
  }
}

function sum(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((total, n) => total + n, 0);
}

/**
 * Reads a mask whose values are indices or other numbers, as class indices.
 *
 * @param indices - the class index of each value; the ignore label may be among them
 * @throws {@link DataError} if a value has no class and `unknown` is not `ignore`
 */
export async function readValueMask(
  file: string,
  indices: ReadonlyMap<number, number>,
  unknown: UnknownColors,
  notes: Notes,
): Promise<LabelMap> {
  return toIndices(await readLabelFile(file), file, indices, unknown, notes);
}

/** The class index of each value of a mask. */
function toIndices(
  map: LabelMap,
  file: string,
  indices: ReadonlyMap<number, number>,
  unknown: UnknownColors,
  notes: Notes,
): LabelMap {
  const counts = new Map<number, number>();
  const data = map.data.map((value) => {
    const index = indices.get(value);
    if (index === undefined) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return index ?? IGNORE_LABEL;
  });
  for (const [value, count] of counts) {
    if (unknown !== 'ignore') {
      throw new DataError(
        `mask ${file}: expected values out of ${[...indices.keys()].join(', ')}, got ${value} for ` +
          `${count} pixels; add it to the list of classes, or choose ignore for unknown colours`,
        file,
      );
    }
    notes.add(`pixels of value ${value}, which no class has: ignored`, count);
  }
  return { height: map.height, width: map.width, data };
}
