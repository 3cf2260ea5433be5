/** How long a reader needs for a notebook. */
import type { Notebook } from '../run/notebook.js';

/** Assumption: of a text with equations. */
const WORDS_PER_MINUTE = 180;
/** Assumption: of code that is read, not written. */
const LINES_PER_MINUTE = 12;

/** What is folded away, such as solutions. */
const FOLDED = /<details>[\s\S]*?<\/details>/g;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/**
 * Minutes to read a notebook, its outputs and what is folded away left out: 180 words and 12 lines of code
 * per minute, rounded to 5 minutes where it is more than that.
 */
export function readingMinutes({ cells }: Notebook): number {
  const minutes = cells.reduce(
    (sum, { cell_type: type, source }) =>
      type === 'code'
        ? sum + count(source, /\S.*/g) / LINES_PER_MINUTE
        : sum + count(source.replace(FOLDED, ''), /\S+/g) / WORDS_PER_MINUTE,
    0,
  );
  return minutes < 5 ? Math.max(1, Math.round(minutes)) : 5 * Math.round(minutes / 5);
}
