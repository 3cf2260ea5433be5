/** Decoding of label maps: PNG to class values, and class values to train ids. */
import { DataError } from '../../errors.js';
import type { LabelTable } from '../dataset.js';
import { IGNORE_LABEL } from '../dataset.js';
import { DEFAULT_MAX_PIXELS, readBytes } from './files.js';
import { readImageHeader } from './image-file.js';
import type { LabelMap } from '../pixels.js';
import { readPngFile, type PngFile } from './png-file.js';
import { pngValues } from './png-values.js';

const GREY = 0;
const INDEXED = 3;
const COLOR_TYPES: Readonly<Record<number, string>> = {
  2: 'RGB',
  4: 'grey with alpha',
  6: 'RGB with alpha',
};

/**
 * Reads a label map: an 8-bit grey PNG (the grey is the value) or a palette PNG of 1, 2, 4 or 8 bits
 * (the index is the value, whatever the colours). It is drawn on the upright image: one whose own EXIF
 * data asks for a turn is refused, since tools that copy the EXIF data of an image into its label map
 * do not agree on whether its pixels are turned already.
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
  const fail = (expected: string, got: string, advice: string): DataError =>
    new DataError(`label map ${file}: expected ${expected}, got ${got}; ${advice}`, file);
  const restore = 'restore it from the download';

  const png = readPngFile(bytes);
  if (typeof png === 'string') {
    throw fail('a complete PNG file', png, restore);
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
  const data = pngValues(png);
  if (typeof data === 'string') {
    throw fail('a complete PNG file', data, restore);
  }
  return { height, width, data };
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

/**
 * The train ids of a label map.
 *
 * @param file - where the label map is from, for the error
 * @returns a new map of the same size with train ids and {@link IGNORE_LABEL}
 * @throws {@link DataError} naming the first value that the table lacks, and its position
 */
export function toTrainIds(labels: LabelMap, table: LabelTable, file: string): LabelMap {
  const isUnknown = new Uint8Array(256);
  for (const value of table.unknownValues) {
    isUnknown[value] = 1;
  }
  const data = new Uint8Array(labels.data.length);
  for (let i = 0; i < data.length; i++) {
    const value = labels.data[i];
    if (isUnknown[value] === 1) {
      const place = `row ${Math.floor(i / labels.width)}, column ${i % labels.width}`;
      throw new DataError(
        `label map ${file}: expected values out of ${knownValues(table)}, got ${value} at ${place}; ` +
          'give the value a class, or choose the coding that the files have',
        file,
      );
    }
    data[i] = table.trainIds[value];
  }
  return { ...labels, data };
}

/** The allowed values as text, such as `0-11, 255`. */
function knownValues({ unknownValues }: LabelTable): string {
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
