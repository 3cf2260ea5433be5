/** What a JSON text would take in memory, told before it is parsed. */

/** How much JSON is read. */
export interface JsonLimits {
  /** Lists and objects inside each other; code that walks a document may rely on it. */
  readonly depth: number;
  /** Values of any kind. */
  readonly values: number;
  /** Lists and objects, which take several times the memory of a number. */
  readonly lists: number;
}

/** The limits of the documents of this library. */
export const DOCUMENT_LIMITS: JsonLimits = { depth: 200, values: 2_000_000, lists: 2_000_000 };

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
/** `[` and `{` differ in this bit, and so do `]` and `}`. */
const CURLY = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * The limit that a JSON text exceeds, such as `at most 200 nested levels`; undefined if there is none.
 * The text is looked through and nothing is made of it. Whether it is JSON, `JSON.parse` tells.
 */
export function jsonExcess(text: string, limits: JsonLimits = DOCUMENT_LIMITS): string | undefined {
  let [depth, commas, lists] = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      i = endOfString(text, i);
    } else if (code === COMMA) {
      commas++;
    } else if ((code | CURLY) === OPEN) {
      depth++;
      lists++;
      if (depth > limits.depth) {
        return `at most ${limits.depth} nested levels`;
      }
      if (lists > limits.lists) {
        return `at most ${limits.lists} lists and objects`;
      }
    } else if ((code | CURLY) === CLOSE) {
      depth--;
    }
    if (commas + lists > limits.values) {
      return `at most ${limits.values} values`;
    }
  }
  return undefined;
}

/** Where a string ends that begins at a quotation mark; the end of the text if it does not. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH) {
      escapes++;
    }
    if (escapes % 2 === 0) {
      return end;
    }
  }
  return text.length;
}
