/**
 * Masks as run lengths, the form of COCO's `{ size, counts }`.
 *
 * The pixels are read column by column; the runs are of zeros and ones in turn and begin with zeros.
 * A compressed text writes each number from the fourth on as its difference from the number two
 * before, five bits per character, lowest first; bit 6 says that more follow, the highest bit of the
 * last five is the sign; 48 is added to each character.
 *
 * Source: the COCO API, `maskApi` (Dollár and Lin, 2015).
 */
import type { Size } from '../../../size.js';
import type { LabelMap } from '../../pixels.js';

/** A mask as run lengths. */
export interface RunLengths extends Size {
  /** Runs of zeros and ones in turn, zeros first, column by column; they sum to height × width. */
  readonly counts: readonly number[];
}

/** The characters of a number: more would not fit into 32 bits. */
const MOST_CHARACTERS = 6;

/**
 * The run lengths of a mask.
 *
 * @param counts - the numbers, or COCO's compressed text
 * @returns the runs, or what is wrong with them
 *
 * @example
 * readRunLengths({ height: 2, width: 2 }, [1, 2, 1]); // ones at (1, 0) and (0, 1), row and column
 */
export function readRunLengths(
  { height, width }: Size,
  counts: string | readonly number[],
): RunLengths | string {
  const runs = typeof counts === 'string' ? decodeCounts(counts) : counts;
  if (typeof runs === 'string') {
    return runs;
  }
  let sum = 0;
  for (const run of runs) {
    if (!Number.isInteger(run) || run < 0) {
      return `a run of ${run} pixels`;
    }
    sum += run;
  }
  return sum === height * width
    ? { height, width, counts: runs }
    : `runs of ${sum} pixels for ${width}x${height}`;
}

function decodeCounts(text: string): number[] | string {
  const counts: number[] = [];
  for (let at = 0; at < text.length;) {
    let value = 0;
    let bits = 0;
    let code: number;
    do {
      code = at < text.length ? text.charCodeAt(at) - 48 : -1;
      if (code < 0 || code > 63 || bits >= 5 * MOST_CHARACTERS) {
        return `compressed runs with a damaged number at character ${at}`;
      }
      value += (code & 31) * 2 ** bits;
      bits += 5;
      at++;
    } while ((code & 32) !== 0);
    if ((code & 16) !== 0) {
      value -= 2 ** bits;
    }
    counts.push(counts.length > 2 ? value + counts[counts.length - 2] : value);
  }
  return counts;
}

/** The number of ones. */
export function runArea({ counts }: RunLengths): number {
  return counts.reduce((sum, run, i) => sum + (i % 2 === 1 ? run : 0), 0);
}

/** Gives the ones of a mask a value in a label map of the same size. */
export function paintRuns(
  { height, width, data }: LabelMap,
  runs: RunLengths,
  value: number,
): void {
  let position = 0;
  for (const [i, run] of runs.counts.entries()) {
    const end = position + run;
    if (i % 2 === 1) {
      let row = position % height;
      let column = Math.floor(position / height);
      for (; position < end; position++) {
        data[row * width + column] = value;
        if (++row === height) {
          row = 0;
          column++;
        }
      }
    }
    position = end;
  }
}
