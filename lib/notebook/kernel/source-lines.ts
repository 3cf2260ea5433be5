/**
 * From places in compiled code to places in the cell's source.
 *
 * tslab keeps no source maps. Compiling removes types and adds lines for imports and exports, but
 * leaves the order of everything else, so the longest common subsequence of the words and signs of
 * both texts tells where each came from.
 */

/** A place in a text; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

interface Token extends Place {
  readonly text: string;
}

/** Longer cells are not aligned; their errors show the line of the compiled code. */
const MAX_PAIRS = 3e7;

function tokenize(text: string): readonly Token[] {
  return text.split('\n').flatMap((content, index) =>
    [...content.matchAll(/[\w$]+|\S/gu)].map((match) => ({
      text: match[0],
      line: index + 1,
      column: match.index + 1,
    })),
  );
}

/**
 * Lengths of the longest common subsequences of all pairs of ends, row by row.
 *
 * @returns `[(a.length + 1) * (b.length + 1)]`
 */
function commonLengths(a: readonly Token[], b: readonly Token[]): Uint16Array {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const here = i * width + j;
      lengths[here] =
        a[i].text === b[j].text
          ? lengths[here + width + 1] + 1
          : Math.max(lengths[here + width], lengths[here + 1]);
    }
  }
  return lengths;
}

/** Finds the places in `source` from which places in `output` were compiled. */
export function sourcePlaces(source: string, output: string): (place: Place) => Place {
  const from = tokenize(source);
  const to = tokenize(output);
  if (from.length * to.length > MAX_PAIRS) {
    return (place) => place;
  }
  const lengths = commonLengths(to, from);
  const width = from.length + 1;
  const matches: { readonly token: Token; readonly source: Token }[] = [];
  for (let i = 0, j = 0; i < to.length && j < from.length;) {
    if (to[i].text === from[j].text) {
      matches.push({ token: to[i], source: from[j] });
      i++;
      j++;
    } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) {
      i++;
    } else {
      j++;
    }
  }
  return (place) => {
    const match = matches.findLast(
      ({ token }) =>
        token.line < place.line || (token.line === place.line && token.column <= place.column),
    );
    return match
      ? { line: match.source.line, column: match.source.column }
      : { line: 1, column: 1 };
  };
}
