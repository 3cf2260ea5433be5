/** Decoding of label maps: files to class values, and class values to train ids. */
import { DataError } from '../../errors.js';
import { isMatFile } from '../../files/mat/mat-file.js';
import type { LabelTable } from '../dataset.js';
import { IGNORE_LABEL } from '../dataset.js';
import { DEFAULT_MAX_PIXELS, readBytes } from './files.js';
import { readImageHeader } from './image-file.js';
import { imageFormat } from './image-format.js';
import { readMatLabel } from './mat-label.js';
import type { LabelMap } from '../pixels.js';
import { readPngFile, type PngFile } from './png-file.js';
import { trainIdsByColor } from './palette.js';
import { pngValues } from './png-values.js';

/** What to do about another format. */
const AS_PNG = 'save class values as 8-bit grey PNG: other formats change or rearrange them';

const GREY = 0;
const INDEXED = 3;
const COLOR_TYPES: Readonly<Record<number, string>> = {
  2: 'RGB',
  4: 'grey with alpha',
  6: 'RGB with alpha',
};

/**
 * Reads a label map: an 8-bit grey PNG (the grey is the value), a palette PNG of 1, 2, 4 or 8 bits
 * (the index is the value; the palette comes with it, and {@link toTrainIds} compares it with the
 * colours of the classes), or a MATLAB file of the Semantic Boundaries Dataset. It is drawn on the upright image: one whose own EXIF data asks for a turn
 * is refused, since tools that copy the EXIF data of an image into its label map do not agree on
 * whether its pixels are turned already.
 *
 * @param maxPixels - larger label maps are refused before they are decoded
 * @returns the values as they are in the file
 * @throws {@link DataError} if the file is missing, of another kind, damaged, cut off or too large
 */
export async function readLabelFile(
  file: string,
  maxPixels: number = DEFAULT_MAX_PIXELS,
): Promise<LabelMap> {
  const bytes = await readBytes(file, 'label map');
  if (isMatFile(bytes)) {
    return readMatLabel(bytes, file, maxPixels);
  }
  const fail = (expected: string, got: string, advice: string): DataError =>
    new DataError(`label map ${file}: expected ${expected}, got ${got}; ${advice}`, file);
  const restore = 'restore it from the download';

  const png = readPngFile(bytes);
  if (typeof png === 'string') {
    const format = imageFormat(bytes);
    const isOther = format !== undefined && format !== 'PNG';
    throw fail(
      'a complete PNG file',
      isOther ? `a ${format} file` : png,
      isOther ? AS_PNG : restore,
    );
  }
  const unusable = unusableForm(png);
  if (unusable !== undefined) {
    throw fail('an 8-bit grey or palette PNG', unusable, 'save class values as 8-bit grey');
  }
  const { orientation } = png.hasExif ? await readImageHeader(file) : { orientation: 1 };
  if (orientation !== 1) {
    throw fail(
      'pixels that are upright as stored',
      `the EXIF orientation ${orientation}`,
      'turn it if it does not lie on its image, and save it without EXIF data',
    );
  }
  const { width, height } = png;
  if (width * height > maxPixels) {
    const advice = 'scale it down; readSample and createLoader take more with the option maxPixels';
    throw fail(`at most ${maxPixels} pixels`, `${width}x${height}`, advice);
  }
  const data = await pngValues(png);
  if (typeof data === 'string') {
    throw fail('a complete PNG file', data, restore);
  }
  const { palette } = png;
  return palette === undefined || png.colorType !== INDEXED
    ? { height, width, data }
    : { height, width, data, palette };
}

function unusableForm({ width, height, depth, colorType }: PngFile): string | undefined {
  if (width === 0 || height === 0) {
    return `an image of ${width}x${height} pixels`;
  }
  if (colorType !== GREY && colorType !== INDEXED) {
    return `${COLOR_TYPES[colorType] ?? `colour type ${colorType}`} of ${depth} bits`;
  }
  const depths = colorType === GREY ? [8] : [1, 2, 4, 8];
  return depths.includes(depth) ? undefined : `grey or indices of ${depth} bits`;
}

/** How the values of one label map become train ids. */
export interface LabelCoding {
  /** 256 entries: the pixels of each value of the file. */
  readonly pixels: Float64Array;
  /** 256 entries: the train id of each value of the file. */
  readonly trainIds: Uint8Array;
  /** Whether they come from the colours of a palette that is ordered otherwise than the classes. */
  readonly isByColor: boolean;
  /** The values that occur and are not allowed. */
  readonly unknown: readonly number[];
}

/**
 * Counts the values of a label map and finds out what they mean: the values themselves, or the
 * colours of its palette.
 *
 * @param file - where the label map is from, for the error
 * @throws {@link DataError} if a palette contradicts the classes and cannot be resolved
 */
export function labelCoding(labels: LabelMap, table: LabelTable, file: string): LabelCoding {
  const { data } = labels;
  const { length } = data;
  const counts = new Uint32Array(256);
  for (let i = 0; i < length; i++) {
    counts[data[i]]++; // by index, in whole numbers: several times as fast as for…of, or as floats
  }
  const pixels = Float64Array.from(counts);
  const used = Array.from(pixels.keys()).filter((value) => pixels[value] > 0);
  const byColor = labels.palette && trainIdsByColor(used, labels.palette, table, file);
  if (byColor !== undefined) {
    return { pixels, trainIds: byColor, isByColor: true, unknown: [] };
  }
  const unknown = used.filter((value) => table.unknownValues.includes(value));
  return { pixels, trainIds: table.trainIds, isByColor: false, unknown };
}

/**
 * The train ids of a label map.
 *
 * @param file - where the label map is from, for the error
 * @returns a new map of the same size with train ids and {@link IGNORE_LABEL}
 * @throws {@link DataError} naming a value that the table lacks, and its first position, or if a
 *   palette contradicts the classes and cannot be resolved
 */
export function toTrainIds(labels: LabelMap, table: LabelTable, file: string): LabelMap {
  const { height, width } = labels;
  const { trainIds, unknown } = labelCoding(labels, table, file);
  if (unknown.length > 0) {
    const first = labels.data.findIndex((value) => unknown.includes(value));
    const place = `row ${Math.floor(first / width)}, column ${first % width}`;
    throw new DataError(
      `label map ${file}: expected values out of ${knownValues(table)}, got ${labels.data[first]} ` +
        `at ${place}; give the value a class, or choose the coding that the files have`,
      file,
    );
  }
  const data = new Uint8Array(labels.data.length);
  for (let i = 0; i < data.length; i++) {
    data[i] = trainIds[labels.data[i]];
  }
  return { height, width, data };
}

/** Reads a label map as train ids, see {@link readLabelFile} and {@link toTrainIds}. */
export async function readTrainIds(
  file: string,
  table: LabelTable,
  maxPixels?: number,
): Promise<LabelMap> {
  return toTrainIds(await readLabelFile(file, maxPixels), table, file);
}

/** The allowed values as text, such as `0-11, 255`. */
export function knownValues({ unknownValues }: LabelTable): string {
  const unknown = new Set(unknownValues);
  const ranges: string[] = [];
  for (let first = 0; first < 256; first++) {
    if (unknown.has(first)) {
      continue;
    }
    let last = first;
    while (last < IGNORE_LABEL && !unknown.has(last + 1)) {
      last++;
    }
    ranges.push(first === last ? `${first}` : `${first}-${last}`);
    first = last;
  }
  return ranges.join(', ');
}
