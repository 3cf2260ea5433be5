/** Comparing printed text: words exactly, numbers within a tolerance, times and memory not at all. */

/** How texts are compared. */
export interface TextTolerance {
  /** How far two numbers may be apart, as a share of the larger one. */
  readonly relative: number;
  /** False to leave numbers out, where two backends computed them. */
  readonly comparesNumbers: boolean;
}

/** The first line in which two texts differ. */
export interface TextDifference {
  /** From 1. */
  readonly line: number;
  readonly expected: string;
  readonly got: string;
  readonly reason: string;
}

const NUMBER = String.raw`[-+]?\d+(?:[,_]\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?`;

/** `1 min 4 s`, `0.12 s`, `830 ms`, `12.3 images/s`, `512 MiB`: they differ from run to run. */
const MEASURED = new RegExp(
  String.raw`(?<![\w.])~?${NUMBER}\s?(?:` +
    String.raw`(?:ns|µs|us|ms|s|sec|secs|second|seconds|min|minutes?|h|hours?|[KMGT]iB)(?![\w/])` +
    String.raw`(?:\s\d+\s(?:s|min|h)(?!\w))?` +
    String.raw`|\w*\s?/\s?(?:s|sec|second|min)(?!\w))`,
  'giu',
);

/** Figures of a word, as in `3x3` or `layer1`, are part of the word; `75025n` is a number. */
const FREE_NUMBER = new RegExp(String.raw`(?<![\w.])${NUMBER}n?(?!\w)`, 'giu');

/** A line without what may differ: measurements, the width of columns, the length of rules. */
function normalized(line: string): string {
  return line
    .replace(MEASURED, '<measured>')
    .replace(/([-=─═━_])\1{2,}/gu, '$1$1$1')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** How large a step in the last printed figure is: 0.01 for `0.27`, none for a whole number. */
function lastFigure(text: string): number {
  const [, decimals, exponent] = /^[^.e]*(?:\.(\d+))?(?:e([-+]?\d+))?$/iu.exec(text) ?? [];
  return decimals === undefined ? 0 : 10 ** (Number(exponent ?? 0) - decimals.length);
}

/** True if two printed numbers are equal within the tolerance and the rounding of printing. */
export function areNear(expected: string, got: string, relative: number): boolean {
  if (expected === got) {
    return true;
  }
  const [a, b] = [expected, got].map((text) => Number(text.replaceAll(/[,_n]/g, '')));
  const rounding = relative === 0 ? 0 : Math.max(lastFigure(expected), lastFigure(got));
  return Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b)) + rounding * 1.000001;
}

function compareLine(
  expected: string,
  got: string,
  { relative, comparesNumbers }: TextTolerance,
): string | undefined {
  const [a, b] = [expected, got].map(normalized);
  if (a === b) {
    return undefined;
  }
  const words = (line: string) => line.replace(FREE_NUMBER, '<number>');
  if (words(a) !== words(b)) {
    return 'the words differ';
  }
  if (!comparesNumbers) {
    return undefined;
  }
  const [numbersA, numbersB] = [a, b].map((line) => line.match(FREE_NUMBER) ?? []);
  const at = numbersA.findIndex((number, i) => !areNear(number, numbersB[i], relative));
  return at < 0
    ? undefined
    : `${numbersA[at]} and ${numbersB[at]} are further apart than ${relative} of the larger`;
}

/** Compares two texts line by line; undefined if they agree. */
export function compareText(
  expected: string,
  got: string,
  tolerance: TextTolerance,
): TextDifference | undefined {
  const [a, b] = [expected, got].map((text) => text.trimEnd().split(/\r?\n/u));
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const reason =
      a[i] === undefined || b[i] === undefined
        ? `there are ${a.length} lines and ${b.length}`
        : compareLine(a[i], b[i], tolerance);
    if (reason !== undefined) {
      return { line: i + 1, expected: a[i] ?? '(no line)', got: b[i] ?? '(no line)', reason };
    }
  }
  return undefined;
}
