/** Masks of labelling tools: PNG files whose colours or values mean classes. */
import path from 'node:path';
import { DataError } from '../../errors.js';
import { IGNORE_LABEL, type Color } from '../dataset.js';
import type { LabelMap } from '../pixels.js';
import { deepPngValues } from '../reading/deep-png.js';
import { DEFAULT_MAX_PIXELS, readBytes } from '../reading/files.js';
import { readImageFile } from '../reading/image-file.js';
import { readLabelFile } from '../reading/label-file.js';
import { readPngFile } from '../reading/png-file.js';
import type { ExportClass, Notes, UnknownColors } from './format.js';

const GREY = 0;
const INDEXED = 3;
/** How many unknown colours an error names. */
const MOST_NAMED = 6;

const toNumber = ([red, green, blue]: Color): number => (red << 16) | (green << 8) | blue;
const toColor = (value: number): Color => [value >> 16, (value >> 8) & 255, value & 255];

/** Reads masks by a table of colours; values of masks of one channel may also be class indices. */
export class ColorMasks {
  private readonly indices = new Map<number, number>();
  private readonly colors: readonly { readonly color: Color; readonly index: number }[];

  /**
   * @param classes - those without colour are known by their index only
   * @param unknown - what to do with other colours
   * @param notes - receives how many pixels had them
   */
  constructor(
    private readonly classes: readonly ExportClass[],
    private readonly unknown: UnknownColors,
    private readonly notes: Notes,
  ) {
    this.colors = classes.flatMap(({ color }, index) =>
      color === undefined ? [] : [{ color, index }],
    );
    for (const { color, index } of this.colors) {
      this.indices.set(toNumber(color), index);
    }
  }

  /**
   * Reads a mask as class indices.
   *
   * The colours of a file of one channel are its palette or its greys. If one of them is no colour
   * of the table and all its values are indices of classes, the values count.
   *
   * @throws {@link DataError} if it is damaged, or has a colour of no class and `unknown` is `error`
   */
  async read(file: string): Promise<LabelMap> {
    const png = readPngFile(await readBytes(file, 'mask'));
    const isOneChannel =
      typeof png !== 'string' && (png.colorType === GREY || png.colorType === INDEXED);
    if (!isOneChannel) {
      const { height, width, data } = await readImageFile(file, DEFAULT_MAX_PIXELS);
      const pixel = (i: number): number =>
        (data[3 * i] << 16) | (data[3 * i + 1] << 8) | data[3 * i + 2];
      return { height, width, data: this.lookUp(height * width, pixel, file) };
    }
    const map = png.depth === 16 ? await readDeepMask(file) : await readLabelFile(file);
    const { palette } = map;
    const occurs = new Set(map.data);
    const colorOf = (value: number): number =>
      palette === undefined
        ? toNumber([value, value, value])
        : toNumber([
            palette[3 * value] ?? 0,
            palette[3 * value + 1] ?? 0,
            palette[3 * value + 2] ?? 0,
          ]);
    const areColors = [...occurs].every((value) => this.indices.has(colorOf(value)));
    const areIndices = [...occurs].every((value) => value < this.classes.length);
    if (!areColors && areIndices) {
      return map;
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
    if (this.unknown === 'error') {
      throw this.unknownError(unknown, pixels, file);
    }
    for (const [color, count] of unknown) {
      const nearest = this.nearest(color);
      const fate = this.unknown === 'ignore' ? 'ignored' : `taken for "${nearest.name}"`;
      this.notes.add(
        `pixels of colour ${toColor(color).join(',')}, which no class has: ${fate}`,
        count,
      );
    }
    if (this.unknown === 'nearest') {
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
    return { index: best.index, name: this.classes[best.index].name };
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
      `mask ${path.resolve(file)}: expected the colours of ${this.classes.length} classes, got for ` +
        `${sum(unknown)} of ${pixels} pixels: ${named.join(', ')}${rest}; add them to the colour ` +
        'table, or choose ignore or nearest for unknown colours',
      file,
    );
  }
}

/** Reads a grey mask of 16 bits, as Datumaro writes them; its values must fit into 8. */
async function readDeepMask(file: string): Promise<LabelMap> {
  const deep = await deepPngValues(await readBytes(file, 'mask'));
  if (typeof deep === 'string') {
    throw new DataError(
      `mask ${file}: expected a complete PNG file, got "${deep}"; export it again`,
      file,
    );
  }
  const { height, width, data } = deep;
  const large = data.find((value) => value > 255);
  if (large !== undefined) {
    throw new DataError(
      `mask ${file}: expected values from 0 to 255, got ${large}; export it with 8 bits`,
      file,
    );
  }
  return { height, width, data: Uint8Array.from(data) };
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
  const map = await readLabelFile(file);
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
