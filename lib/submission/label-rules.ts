/** The rules of a server for one label map. */
import { readPngFile } from '../dataset/reading/png-file.js';
import { pngValues } from '../dataset/reading/png-values.js';
import type { SubmissionFormat } from '../dataset/submission.js';
import type { Size } from '../size.js';

/** A rule of a server; the files of one are named together. */
export type SubmissionRule =
  | 'archive'
  | 'split'
  | 'missing'
  | 'several'
  | 'extra'
  | 'format'
  | 'size'
  | 'values';

/** What is wrong with a file. */
export interface SubmissionProblem {
  readonly rule: SubmissionRule;
  /** Its name in the archive, or the name that is missing. */
  readonly file: string;
  /** What was expected, what came and what to do. */
  readonly problem: string;
}

const GREY = 0;
const INDEXED = 3;
const FORMS: Readonly<Record<number, string>> = {
  0: 'grey',
  2: 'RGB',
  3: 'indices into a palette',
  4: 'grey with alpha',
  6: 'RGB with alpha',
};

/** The values that a server takes, such as `0-20` or `7, 8, 11-13`. */
export function allowedValues({ classes }: Pick<SubmissionFormat, 'classes'>): string {
  const values = classes.map(({ value }) => value).sort((a, b) => a - b);
  const ranges: { first: number; last: number }[] = [];
  for (const value of values) {
    const range = ranges.at(-1);
    if (range?.last === value - 1) {
      range.last = value;
    } else {
      ranges.push({ first: value, last: value });
    }
  }
  return ranges
    .map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
    .join(', ');
}

/** Whether values could be those of the network's output instead. */
function areTrainIds(values: readonly number[], { classes }: SubmissionFormat): boolean {
  const isSame = classes.every(({ value }, trainId) => value === trainId);
  return !isSame && values.every((value) => value < classes.length || value === 255);
}

function wrongValues(values: readonly number[], format: SubmissionFormat): string | undefined {
  const known = new Set(format.classes.map(({ value }) => value));
  const wrong = values.filter((value) => !known.has(value));
  if (wrong.length === 0) {
    return undefined;
  }
  const named = wrong.slice(0, 5).map((value) => {
    const meaning = format.meaningOf?.(value);
    return meaning === undefined ? `${value}` : `${value} (${meaning})`;
  });
  const more = wrong.length > 5 ? ` and ${wrong.length - 5} more` : '';
  const advice = areTrainIds(values, format)
    ? '; all of its values could be train ids, which the server does not know'
    : '';
  return `expected values out of ${allowedValues(format)}, got ${named.join(', ')}${more}${advice}`;
}

function wrongForm(depth: number, colorType: number, { png }: SubmissionFormat) {
  const isIndexed = colorType === INDEXED;
  const isGrey = colorType === GREY && depth === 8;
  if (isIndexed || (png === 'grey' && isGrey)) {
    return undefined;
  }
  const wanted = png === 'palette' ? 'indices into a palette' : 'one channel of 8 bits';
  const got = `${FORMS[colorType] ?? `colour type ${colorType}`}, ${depth} bits per channel`;
  return `expected a PNG of ${wanted}, got ${got}`;
}

/**
 * What is wrong with the label map of an image.
 *
 * @param bytes - the file
 * @param size - of the image
 */
export async function labelMapProblems(
  name: string,
  bytes: Buffer,
  size: Size,
  format: SubmissionFormat,
): Promise<readonly SubmissionProblem[]> {
  const png = readPngFile(bytes);
  const isWrong = (rule: SubmissionRule, problem: string) => ({ rule, file: name, problem });
  if (typeof png === 'string') {
    return [isWrong('format', `expected a complete PNG file, got ${png}; write it again`)];
  }
  const form = wrongForm(png.depth, png.colorType, format);
  if (form !== undefined) {
    return [isWrong('format', form)];
  }
  if (png.width !== size.width || png.height !== size.height) {
    const [wanted, got] = [size, png].map(({ width, height }) => `${width}x${height}`);
    return [isWrong('size', `expected ${wanted} pixels as its image, got ${got}`)];
  }
  const values = await pngValues(png);
  if (typeof values === 'string') {
    return [isWrong('format', `expected a complete PNG file, got ${values}; write it again`)];
  }
  const wrong = wrongValues([...new Set(values)], format);
  return wrong === undefined ? [] : [isWrong('values', wrong)];
}
