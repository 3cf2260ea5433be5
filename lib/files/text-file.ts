/** Text files as editors and spreadsheets write them: UTF-8 or UTF-16, any line ends. */
import { DataError } from '../errors.js';
import { fileError } from './file-error.js';
import { readFile } from './read-file.js';

/** A form of text: its byte order mark, and the bytes of its smallest unit. */
interface Form {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  readonly mark: string;
  readonly unit: 1 | 2;
}

const UTF_8: Form = { encoding: 'utf-8', mark: 'efbbbf', unit: 1 };
const MARKED: readonly Form[] = [
  UTF_8,
  { encoding: 'utf-16le', mark: 'fffe', unit: 2 },
  { encoding: 'utf-16be', mark: 'feff', unit: 2 },
];

/** The largest text file that is read unless its reader says otherwise: 64 MiB. */
export const MAX_TEXT_BYTES = 64 * 2 ** 20;

/** The most lines of a list: eight times the images of COCO, the largest dataset that is read. */
const MAX_LINES = 1_000_000;

/** What stands for bytes that are no text. */
const REPLACEMENT = '\ufffd';

/** Where the text breaks off at the first bytes that are no text; undefined if there are none. */
function firstDamage(bytes: Buffer, text: string, { encoding, unit }: Form): number | undefined {
  const own = encoding === 'utf-16be' ? 'fffd' : encoding === 'utf-16le' ? 'fdff' : 'efbfbd';
  let [from, offset] = [0, 0];
  for (let at = text.indexOf(REPLACEMENT); at >= 0; at = text.indexOf(REPLACEMENT, at + 1)) {
    offset += unit === 2 ? 2 * (at - from) : Buffer.byteLength(text.slice(from, at));
    if (bytes.toString('hex', offset, offset + own.length / 2) !== own) {
      return at;
    }
    from = at;
  }
  return undefined;
}

/** A place in a text, as editors show it. */
function placeOf(text: string, position: number): string {
  const lines = linesOf(text.slice(0, position));
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}

/**
 * Decodes a text: UTF-8 with or without a byte order mark, or UTF-16 with one; the mark is removed.
 *
 * @param file - where the bytes are from, for the error
 * @throws {@link DataError} naming the line and the column of the first bytes that are no text
 */
export function decodeText(bytes: Buffer, file: string): string {
  const form = MARKED.find(({ mark }) => bytes.toString('hex', 0, mark.length / 2) === mark);
  const content = form ? bytes.subarray(form.mark.length / 2) : bytes;
  const { encoding } = form ?? UTF_8;
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(content);
  const damage = firstDamage(content, text, form ?? UTF_8);
  if (damage !== undefined) {
    throw new DataError(
      `${file}: expected text in UTF-8, or in UTF-16 with a byte order mark, got other bytes at ` +
        `${placeOf(text, damage)}; save it as UTF-8`,
      file,
    );
  }
  const zero = text.indexOf('\0');
  if (zero >= 0) {
    throw new DataError(
      `${file}: expected text, got a zero byte at ${placeOf(text, zero)}, as in UTF-16 without a ` +
        'byte order mark and in files that are no text; save it as UTF-8',
      file,
    );
  }
  return text;
}

const LINE_END = /\r\n|\n|\r/;

/** The lines of a text, whatever ends them. */
export function linesOf(text: string): string[] {
  return text.split(LINE_END);
}

/**
 * The lines of a list in a file, whatever ends them; no more memory is taken than for a million.
 *
 * @param file - where the text is from, for the error
 * @throws {@link DataError} if there are more than a million
 */
export function listLines(text: string, file: string): string[] {
  const lines = text.split(LINE_END, MAX_LINES + 2);
  if (lines.length > MAX_LINES + 1) {
    // the last one of a million ends too
    throw new DataError(
      `${file}: expected a list of at most ${MAX_LINES} lines, got more; check the path, or split the list`,
      file,
    );
  }
  return lines;
}

/**
 * Reads a text file, see {@link decodeText}.
 *
 * @param maxBytes - larger files are refused before they are read; 64 MiB by default
 * @throws {@link DataError} if it is missing, no file, too large or no text
 */
export async function readTextFile(file: string, maxBytes = MAX_TEXT_BYTES): Promise<string> {
  try {
    return decodeText(await readFile(file, maxBytes), file);
  } catch (error) {
    throw fileError('read', file, error);
  }
}
