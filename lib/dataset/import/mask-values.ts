/** Masks of one channel, and what the values of all masks of an export are: colours, or class indices. */
import { DataError } from '../../errors.js';
import { packColor, type Color } from '../dataset.js';
import type { LabelMap } from '../pixels.js';
import { deepPngValues } from '../reading/deep-png.js';
import { readBytes } from '../reading/files.js';
import { readLabelFile } from '../reading/label-file.js';
import { readPngFile } from '../reading/png-file.js';
import type { ExportClass } from './format.js';

const GREY = 0;
const INDEXED = 3;

/** The colour of a number made by `packColor`. */
export const toColor = (value: number): Color => [value >> 16, (value >> 8) & 255, value & 255];

const greyOf = (value: number): number => packColor([value, value, value]);

/** A mask of one channel. */
export interface ValueMask {
  readonly map: LabelMap;
  /** Whether it has a palette of other colours than the greys. */
  readonly isPalette: boolean;
  /** The colour that a value is shown in, as a number. */
  readonly colorOf: (value: number) => number;
}

/**
 * Reads a mask of one channel.
 *
 * @returns undefined if the file is no PNG of one channel
 * @throws {@link DataError} if it is damaged
 */
export async function readValues(file: string): Promise<ValueMask | undefined> {
  const png = readPngFile(await readBytes(file, 'mask'));
  if (typeof png === 'string' || (png.colorType !== GREY && png.colorType !== INDEXED)) {
    return undefined;
  }
  const map = png.depth === 16 ? await readDeepMask(file) : await readLabelFile(file);
  const { palette } = map;
  if (palette === undefined) {
    return { map, isPalette: false, colorOf: greyOf };
  }
  const colorOf = (value: number): number => {
    const [red = 0, green = 0, blue = 0] = palette.subarray(3 * value, 3 * value + 3);
    return packColor([red, green, blue]);
  };
  const isPalette = palette.some((byte, i) => byte !== Math.floor(i / 3));
  return { map, isPalette, colorOf };
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

/** What values are: indices into the palette or greys, which are colours of classes; or indices of classes. */
export type Meaning = 'colors' | 'indices';

/** What the values of grey masks and of masks with a palette are. */
export interface Meanings {
  readonly grey: Meaning;
  readonly palette: Meaning;
  /** Whether there is a mask that is read by the colours of classes; one of RGB always is. */
  readonly haveColors: boolean;
}

/** What the values of several masks may be. */
class Evidence {
  masks = 0;
  private mayBeColors = true;
  private mayBeIndices = true;
  /** Whether a palette shows a value in the colour of a class, which is no accident. */
  private isColored = false;
  /** A value that is one class as a colour and another one as an index. */
  private doubtful: number | undefined;

  constructor(
    private readonly classes: readonly ExportClass[],
    private readonly indices: ReadonlyMap<number, number>,
  ) {}

  add({ map, colorOf }: ValueMask): void {
    this.masks++;
    for (const value of new Set(map.data)) {
      const index = this.indices.get(colorOf(value));
      this.mayBeColors &&= index !== undefined;
      this.mayBeIndices &&= value < this.classes.length;
      this.isColored ||= index !== undefined && colorOf(value) !== greyOf(value);
      this.doubtful ??= index === value ? undefined : value;
    }
  }

  /** What they must be; undefined if there is none, or they may be both. */
  get meaning(): Meaning | undefined {
    if (this.masks === 0 || (this.mayBeColors && this.mayBeIndices && !this.isColored)) {
      return undefined;
    }
    return this.mayBeColors || !this.mayBeIndices ? 'colors' : 'indices';
  }

  /** Why the values cannot be told; undefined if they can, or all mean the same either way. */
  get doubt(): string | undefined {
    const value = this.doubtful;
    if (this.masks === 0 || this.meaning !== undefined || value === undefined) {
      return undefined;
    }
    const byColor = this.classes[this.indices.get(greyOf(value)) ?? 0].name;
    return (
      `expected masks of one channel whose values are either colours of classes or their indices, got ` +
      `values that are both in all of ${this.masks}: ${value} is "${byColor}" as the colour ` +
      `${value},${value},${value} and "${this.classes[value].name}" as an index. If they are ` +
      'indices, name a file with one class a line and no colours by the option classes; if they ' +
      'are colours, save the masks as RGB'
    );
  }
}

/**
 * What the values of the masks of an export are. One mask may fit both by chance, such as one of which
 * all pixels are 0; therefore all are looked at. Grey masks and those with a palette may differ in it.
 *
 * @param files - the masks; one is in memory at a time
 * @param indices - the class index of each colour
 * @throws {@link DataError} if a mask is damaged, or all may be both
 * @throws the signal's reason if it is aborted
 */
export async function meaningsOf(
  files: readonly string[],
  classes: readonly ExportClass[],
  indices: ReadonlyMap<number, number>,
  signal: AbortSignal,
): Promise<Meanings> {
  if (indices.size === 0) {
    return { grey: 'indices', palette: 'indices', haveColors: false };
  }
  const grey = new Evidence(classes, indices);
  const palette = new Evidence(classes, indices);
  let haveColors = false;
  for (const file of files) {
    signal.throwIfAborted();
    const mask = await readValues(file);
    if (mask === undefined) {
      haveColors = true;
    } else {
      (mask.isPalette ? palette : grey).add(mask);
    }
  }
  const known = grey.meaning ?? palette.meaning;
  const doubt = grey.doubt ?? palette.doubt;
  if (known === undefined && doubt !== undefined) {
    throw new DataError(doubt, files.at(0));
  }
  const meanings = {
    grey: known ?? 'colors',
    palette: palette.meaning ?? known ?? 'colors',
  } as const;
  haveColors ||= grey.masks > 0 && meanings.grey === 'colors';
  haveColors ||= palette.masks > 0 && meanings.palette === 'colors';
  return { ...meanings, haveColors };
}
